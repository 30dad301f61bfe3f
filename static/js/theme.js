// Loaded before the page is drawn, so that a chosen theme does not flash. Stores one word, "theme".
(() => {
  const root = document.documentElement;
  root.classList.add("has-scripts");
  const chosen = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is forbidden: the system's setting stands
    }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(chosen());
  document.addEventListener("DOMContentLoaded", () => {
    const select = document.querySelector("[data-theme-switch]");
    if (!select) return;
    select.value = root.dataset.theme ?? "system";
    select.addEventListener("change", () => {
      apply(select.value);
      try {
        localStorage.setItem("theme", select.value);
      } catch {
        // The choice lasts as long as the page.
      }
    });
  });
})();
