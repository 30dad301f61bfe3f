// <form data-passkey="get|create">: asks for a passkey before it is sent. The options stand in the JSON script that
// data-options names, or are fetched from data-options-address. webauthnJSON comes with django-allauth.
async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const response = await fetch(form.dataset.optionsAddress, {
    headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
  });
  if (!response.ok) throw new Error(`the options were answered with ${response.status}`);
  return response.json();
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "get") return window.webauthnJSON.get(options.request_options);
  const creation = options.creation_options;
  const selection = creation.publicKey.authenticatorSelection;
  const isPasswordless = form.elements.passwordless?.checked ?? false;
  selection.residentKey = isPasswordless ? "required" : "discouraged";
  selection.requireResidentKey = isPasswordless;
  if (isPasswordless) selection.userVerification = "required";
  return window.webauthnJSON.create(creation);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failure = form.querySelector("[data-passkey-failure]");
  const hint = form.querySelector("[data-passkey-hint]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failure.hidden = true;
    // A browser that has no passkey for this site says nothing, or asks for a key that does not know it.
    if (hint) hint.hidden = false;
    try {
      form.elements.credential.value = JSON.stringify(await ask(form));
      form.submit();
    } catch {
      failure.hidden = false;
      if (hint) hint.hidden = true;
    }
  });
}
