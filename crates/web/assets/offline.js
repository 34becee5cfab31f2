// Keeps the page on this device when somebody asks for it, and lets go of it again. Only /offline loads this.
"use strict";

const keep = document.getElementById("keep");
const drop = document.getElementById("drop");
const said = document.getElementById("said");

/** Shows what can be done now, and says what was done. */
async function show(words) {
  const kept = (await navigator.serviceWorker.getRegistration()) !== undefined;
  keep.hidden = kept;
  drop.hidden = !kept;
  if (words) {
    said.textContent = words;
    (kept ? drop : keep).focus();
  }
}

/** The worker keeps the page before it is ready. */
async function ready(registration) {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  while (worker.state !== "activated") {
    if (worker.state === "redundant") throw new Error("not kept");
    await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  }
}

if ("serviceWorker" in navigator) {
  keep.addEventListener("click", async () => {
    try {
      await ready(await navigator.serviceWorker.register(`/offline-worker.js?language=${document.documentElement.lang}`));
      await show(keep.dataset.done);
    } catch {
      said.textContent = keep.dataset.failed;
    }
  });
  drop.addEventListener("click", async () => {
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
    await show(drop.dataset.done);
  });
  // Without a network the copy stands under whatever address was asked for.
  if (location.pathname !== "/offline" || !navigator.onLine) document.getElementById("away").hidden = false;
  show();
}
