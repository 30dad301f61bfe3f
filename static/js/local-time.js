// <time data-moment>: says the reader's own clock as well, where it differs from UTC; in the tooltip where there is one.
const clock = { hour: "2-digit", minute: "2-digit" };
const withDay = { day: "numeric", month: "long", ...clock };

for (const time of document.querySelectorAll("time[data-moment]")) {
  const moment = new Date(time.dateTime);
  if (Number.isNaN(moment.valueOf()) || moment.getTimezoneOffset() === 0) continue;
  const isSameDay = moment.getDate() === moment.getUTCDate();
  const local = ` (${new Intl.DateTimeFormat("en-GB", isSameDay ? clock : withDay).format(moment)} for you)`;
  if (time.title) time.title += local;
  else time.insertAdjacentText("afterend", local);
}
