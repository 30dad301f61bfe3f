// A second click within a moment does not send a form again: the answer to the first one is on its way.
const MOMENT = 2000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const now = Date.now();
  if (now - Number(form.dataset.sentAt ?? 0) < MOMENT) event.preventDefault();
  else form.dataset.sentAt = now;
});
