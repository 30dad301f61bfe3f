// <form data-count-ticks>: the button with data-ticks="Confirm # and send" says how many addresses are ticked;
// data-tick="all" and "none" tick them.
for (const form of document.querySelectorAll("form[data-count-ticks]")) {
  const boxes = [...form.querySelectorAll('input[type="checkbox"]')];
  const button = form.querySelector("[data-ticks]");
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    button.textContent = button.dataset.ticks.replace("#", ticked === 1 ? "1 address" : `${ticked} addresses`);
  };
  for (const switcher of form.querySelectorAll("[data-tick]")) {
    switcher.hidden = boxes.length < 2;
    switcher.addEventListener("click", () => {
      for (const box of boxes) box.checked = switcher.dataset.tick === "all";
      count();
    });
  }
  form.addEventListener("change", count);
  count();
}
