// Answers with the copy of the next fourteen days where the network does not, and makes the copy anew every hour.
const CACHE = "offline";
const PAGE = "/offline";
const FILES = ["/style.css", "/offline.js"];
const HOUR = 60 * 60 * 1000;
const language = new URL(self.location).searchParams.get("language") ?? "";

/** Fetches the page as everyone reads it: the copy must not know who is signed in. */
async function renew() {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE, { credentials: "omit", cache: "no-store", headers: { "accept-language": language } });
  if (!page.ok || page.redirected) throw new Error(`the page answers ${page.status}`);
  const missing = [];
  for (const file of FILES) if (!(await cache.match(file))) missing.push(file);
  await cache.addAll(missing);
  await cache.put(PAGE, page);
}

/** Makes the copy anew if it is an hour old; what goes wrong leaves the old one. */
async function refresh() {
  const copy = await (await caches.open(CACHE)).match(PAGE);
  const made = Date.parse(copy?.headers.get("date") ?? "");
  if (!(Date.now() - made < HOUR)) await renew().catch(() => {});
}

/** The page from the network, else the copy. */
async function page(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(refresh());
    return answer;
  } catch (error) {
    const copy = await (await caches.open(CACHE)).match(PAGE);
    if (copy) return copy;
    throw error;
  }
}

/** A file that the copy needs. */
async function file(request) {
  const kept = await (await caches.open(CACHE)).match(request);
  return kept ?? fetch(request);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(renew());
});

/** Lets go of what an older program kept. */
async function tidy() {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    if (![PAGE, ...FILES].includes(new URL(request.url).pathname)) await cache.delete(request);
  }
}

self.addEventListener("activate", (event) => event.waitUntil(Promise.all([tidy(), self.clients.claim()])));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET") return;
  if (mode === "navigate") event.respondWith(page(event));
  else if (FILES.includes(new URL(url).pathname)) event.respondWith(file(event.request));
});
