// <button data-copy="id of the text" hidden>: copies that text and says so.
export function copyButtons(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    const text = root.getElementById(button.dataset.copy);
    if (!text || !navigator.clipboard) continue;
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent.trim());
      button.textContent = "Copied";
      setTimeout(() => {
        button.textContent = label;
      }, 2000);
    });
  }
}
