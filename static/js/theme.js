// Loaded before the page is drawn, so that a chosen theme does not flash. Stores one word, "theme".
(() => {
  const chosen = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is forbidden: the system's setting stands
    }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  apply(chosen());
  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("[data-theme-switch]")) {
      const select = box.querySelector("select");
      select.value = chosen() ?? "system";
      select.addEventListener("change", () => {
        apply(select.value);
        try {
          localStorage.setItem("theme", select.value);
        } catch {
          // The choice lasts as long as the page.
        }
      });
      box.hidden = false;
    }
  });
})();
