// <select data-time-zone>: chooses the browser's own zone for somebody who has not chosen one. Browsers know zones by old
// names too, so that two names are compared by what the browser makes of each.
function nameOf(timeZone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

for (const select of document.querySelectorAll("select[data-time-zone]")) {
  const here = nameOf(undefined);
  const options = [...select.options];
  const match = options.find((option) => option.value === here) ?? options.find((option) => nameOf(option.value) === here);
  if (!match || match.value === select.value) continue;
  select.value = match.value;
  const help = document.getElementById((select.getAttribute("aria-describedby") ?? "").split(" ")[0]);
  help?.append(" Preset from your browser. Save to keep it.");
}
