// Keys that a device holds. Without this file everything else works: the letter does not need it.
// A form with data-passkey asks for a challenge at that address, lets the device answer, and is sent with what it said.
"use strict";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!globalThis.PublicKeyCredential || !navigator.credentials) continue;
  const status = form.querySelector("[data-status]");
  form.closest("[data-script]").hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    status.hidden = true;
    try {
      const asked = await fetch(form.dataset.passkey, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const words = await asked.json();
      if (words.message) throw new Error(words.message);
      fill(form, words.user ? await create(words) : await use(words));
      form.submit();
    } catch (error) {
      // What the browser says is in another language than the page.
      status.textContent = error.constructor === Error ? error.message : status.dataset.status;
      status.hidden = false;
    } finally {
      delete form.dataset.busy;
    }
  });
}

async function create({ challenge, site, quarter, user, known, algorithms }) {
  const { id, response } = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(challenge),
      rp: { id: site, name: quarter },
      user: { ...user, id: bytes(user.id) },
      pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: known.map((one) => ({ type: "public-key", id: bytes(one) })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
    },
  });
  const key = response.getPublicKey();
  return {
    credential: id,
    client_data: text(response.clientDataJSON),
    device_data: text(response.getAuthenticatorData()),
    public_key: key ? text(key) : "",
    algorithm: String(response.getPublicKeyAlgorithm()),
  };
}

async function use({ challenge, site }) {
  const { id, response } = await navigator.credentials.get({
    publicKey: { challenge: bytes(challenge), rpId: site, userVerification: "required" },
  });
  return {
    credential: id,
    client_data: text(response.clientDataJSON),
    device_data: text(response.authenticatorData),
    signature: text(response.signature),
  };
}

function fill(form, values) {
  for (const [name, value] of Object.entries(values)) form.elements.namedItem(name).value = value;
}

function bytes(words) {
  return Uint8Array.from(atob(words.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
}

function text(buffer) {
  const words = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return words.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
