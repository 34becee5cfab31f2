// Keeps a hallway's screen right: the clock, what is over, as of when it is, and a copy for when the network is gone.
"use strict";

const MINUTE = 60 * 1000;
/** A screen that learned nothing for so long says so. */
const LATE = 60 * MINUTE;
const RENEW = 10 * MINUTE;

const made = Number(document.body.dataset.made);
const clock = document.getElementById("clock");
const main = document.querySelector("main");
const time = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: document.body.dataset.zone });

/** The clock and the note; what is over leaves, and a sheet that is empty takes no turn. */
function tick() {
  const now = Date.now();
  clock.textContent = time.format(now);
  clock.hidden = false;
  document.getElementById("late").hidden = now - made < LATE;
  for (const one of document.querySelectorAll("[data-until]")) if (Number(one.dataset.until) < now) one.remove();
  for (const sheet of document.querySelectorAll(".sheet")) if (sheet.children.length === 0) sheet.remove();
  main.className = `turn-${document.querySelectorAll(".sheet").length}`;
}

/** Loads the page anew if somebody answers; what stands there stays otherwise. */
async function renew() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => undefined);
  if (answer?.ok) location.reload();
}

/** The first time, before the worker is there, the page keeps itself. */
async function keep() {
  await navigator.serviceWorker.register("/screen-worker.js", { scope: location.pathname });
  const cache = await caches.open("screen");
  if (await cache.match(location.href, { ignoreVary: true })) return;
  const files = [...document.querySelectorAll("link[href], script[src]")].map((one) => one.href ?? one.src);
  await cache.addAll([location.href, ...files]);
}

tick();
setInterval(tick, MINUTE / 4);
setInterval(renew, RENEW);
if ("serviceWorker" in navigator) keep().catch(() => {});
