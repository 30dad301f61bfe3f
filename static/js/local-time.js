// <time data-moment>: adds the reader's own clock to the moment in UTC, where that differs.
export function localTimes(root) {
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  const withDay = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
  for (const time of root.querySelectorAll("time[data-moment]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.valueOf()) || moment.getTimezoneOffset() === 0) continue;
    const format = moment.getDate() === moment.getUTCDate() ? clock : withDay;
    const local = document.createElement("span");
    local.className = "local-time";
    local.textContent = ` (${format.format(moment)} for you)`;
    time.after(local);
  }
}
