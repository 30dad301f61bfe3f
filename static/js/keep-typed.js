// <form data-keep-typed>: asks before the page is left with something typed and not sent.
export function keepTyped(root) {
  for (const form of root.querySelectorAll("form[data-keep-typed]")) {
    let changed = false;
    const ask = (event) => {
      if (changed) event.preventDefault();
    };
    form.addEventListener("input", () => {
      changed = true;
    });
    form.addEventListener("submit", () => {
      changed = false;
    });
    window.addEventListener("beforeunload", ask);
  }
}
