// <form data-keep-draft="name">: keeps a typed text in this tab until it is sent, whatever else is pressed on the page.
for (const form of document.querySelectorAll("form[data-keep-draft]")) {
  const box = form.querySelector("textarea");
  const key = `draft:${form.dataset.keepDraft}`;
  const kept = sessionStorage.getItem(key);
  if (kept !== null && box.value === "") box.value = kept;
  box.addEventListener("input", () => {
    if (box.value === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, box.value);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("data-sends")) sessionStorage.removeItem(key);
  });
}
