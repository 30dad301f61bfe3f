// <form data-count-ticks>: its button says how many boxes are ticked; data-tick="all" and "none" tick them.
for (const form of document.querySelectorAll("form[data-count-ticks]")) {
  const boxes = [...form.querySelectorAll('input[type="checkbox"]')];
  const words = form.querySelector("[data-ticks]");
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    words.textContent = `${ticked} ${words.dataset.ticks}${ticked === 1 ? "" : "es"}`;
  };
  for (const button of form.querySelectorAll("[data-tick]")) {
    button.hidden = boxes.length < 2;
    button.addEventListener("click", () => {
      for (const box of boxes) box.checked = button.dataset.tick === "all";
      count();
    });
  }
  form.addEventListener("change", count);
  count();
}
