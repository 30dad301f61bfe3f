// <form data-keep-typed>: asks before the page is left with something typed and not sent.
for (const form of document.querySelectorAll("form[data-keep-typed]")) {
  let changed = false;
  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
