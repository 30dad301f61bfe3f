// <time data-moment>: says the reader's own clock as well, where it differs from UTC.
const clock = { hour: "2-digit", minute: "2-digit" };
const withDay = { day: "numeric", month: "long", ...clock };

for (const time of document.querySelectorAll("time[data-moment]")) {
  const moment = new Date(time.dateTime);
  if (Number.isNaN(moment.valueOf()) || moment.getTimezoneOffset() === 0) continue;
  const isSameDay = moment.getDate() === moment.getUTCDate();
  const local = new Intl.DateTimeFormat("en-GB", isSameDay ? clock : withDay).format(moment);
  const distance = time.nextElementSibling;
  if (distance?.matches(".distance")) {
    distance.textContent = distance.textContent.replace("(", `(${local} for you, `);
  } else {
    time.insertAdjacentText("afterend", ` (${local} for you)`);
  }
}
