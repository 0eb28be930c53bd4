// Passkeys: a form with data-passkey asks the browser's authenticator before it is sent, and carries its answer in its
// hidden field. Without passkeys in this browser the form says so, and the other ways on the page stay as they are.
const ANSWERS = { get: "authentication", create: "registration" };

for (const form of document.querySelectorAll("form[data-passkey]")) {
  prepare(form);
}

function prepare(form) {
  const kind = form.dataset.passkey;
  const words = form.querySelector("[data-passkey-words]");
  const button = form.querySelector("button");
  const field = form.querySelector('input[type="hidden"][data-answer]');
  if (!available()) {
    say(words, "none");
    button.disabled = true;
    return;
  }
  form.addEventListener("submit", async (event) => {
    if (field.value) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.asking) {
      return;
    }
    form.dataset.asking = "yes";
    say(words, "asking");
    try {
      const found = await ask(kind, JSON.parse(form.dataset.options));
      field.value = JSON.stringify(found);
      delete form.dataset.sent;
      form.requestSubmit(button);
    } catch (error) {
      say(words, error.name === "InvalidStateError" ? "known" : error.name === "NotAllowedError" ? "stopped" : "failed");
      delete form.dataset.sent;
      button.focus();
    } finally {
      delete form.dataset.asking;
    }
  }, { capture: true });
}

function available() {
  return Boolean(window.isSecureContext && window.PublicKeyCredential && navigator.credentials);
}

async function ask(kind, options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  for (const name of ["allowCredentials", "excludeCredentials"]) {
    if (options[name]) {
      publicKey[name] = options[name].map((one) => ({ ...one, id: bytes(one.id) }));
    }
  }
  if (options.user) {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
  }
  const found = await navigator.credentials[kind]({ publicKey });
  return { id: found.id, rawId: found.id, type: found.type, response: parts(ANSWERS[kind], found.response), clientExtensionResults: {} };
}

function parts(kind, response) {
  const made = { clientDataJSON: text(response.clientDataJSON) };
  if (kind === "registration") {
    return { ...made, attestationObject: text(response.attestationObject) };
  }
  const answer = { ...made, authenticatorData: text(response.authenticatorData), signature: text(response.signature) };
  return response.userHandle ? { ...answer, userHandle: text(response.userHandle) } : answer;
}

function bytes(encoded) {
  const plain = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The sentences stand on the page, in the reader's language; this only shows one of them.
function say(words, which) {
  if (!words) {
    return;
  }
  words.textContent = words.dataset[which] ?? "";
  words.hidden = !words.textContent;
  words.classList.toggle("bad", which !== "asking");
  words.classList.toggle("info", which === "asking");
}
