// <input data-find-receipt="id of the list">: marks the receipt that is typed. Nothing is sent or kept.
for (const input of document.querySelectorAll("input[data-find-receipt]")) {
  const lines = [...document.getElementById(input.dataset.findReceipt).children];
  const answer = document.getElementById(input.getAttribute("aria-describedby"));
  const hint = answer.textContent;
  const length = lines[0].dataset.receipt.length;

  const find = () => {
    const typed = input.value.toUpperCase().replace(/[^A-Z0-9]/g, "");
    const found = lines.find((line) => line.dataset.receipt === typed);
    for (const line of lines) line.classList.toggle("is-found", line === found);
    if (found) {
      answer.textContent = `It is on the board: ${found.dataset.choice}.`;
      found.scrollIntoView({ block: "nearest" });
    } else {
      answer.textContent = typed.length < length ? hint : "This receipt is not on the board.";
    }
  };

  input.addEventListener("input", find);
  // A browser fills the field in again when one comes back to the page.
  window.addEventListener("pageshow", find);
}
