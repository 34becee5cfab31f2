// Shows the copy of a hallway's screen where the network does not answer, and keeps each answer as the next copy.
const CACHE = "screen";
/** So long a dead line may take before the copy stands there. */
const PATIENCE = 10 * 1000;

/** Lets go of files that no page names any more, once there are many. */
async function tidy(cache) {
  const files = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith("/assets/"));
  for (const old of files.slice(0, Math.max(0, files.length - 12))) await cache.delete(old);
}

/** The page from the network, else its copy. */
async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    // A proxy before a server that is down answers, too.
    if (!answer.ok) return (await cache.match(request.url, { ignoreVary: true })) ?? answer;
    await cache.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const copy = await cache.match(request.url, { ignoreVary: true });
    if (copy) return copy;
    throw error;
  }
}

/** A file, whose address changes with its content. */
async function file(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    await tidy(cache);
  }
  return answer;
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET") return;
  if (mode === "navigate") event.respondWith(page(event.request));
  else if (new URL(url).pathname.startsWith("/assets/")) event.respondWith(file(event.request));
});
