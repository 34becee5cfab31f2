// A server of another make: one Fedify actor that follows, publishes, and remembers every activity it accepted.
//
//   node peer.mjs HOST PORT CONTROL_PORT FIRST_KNOCK
//
// The actor is `fedify@HOST:PORT`; FIRST_KNOCK is how it signs first, `rfc9421` or `draft-cavage-http-signatures-12`.
// The control port speaks JSON: POST /follow {"target": address or URL}, POST /publish {"content": HTML}, GET /received,
// GET /followers, GET /requests (what came in and went out, with headers). One line on standard output says that it is
// ready.
import "../localhost.mjs";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { Temporal } from "@js-temporal/polyfill";
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import { Accept, Activity, Application, Create, Endpoints, Follow, Note, PUBLIC_COLLECTION } from "@fedify/fedify/vocab";

const [host, port, controlPort, firstKnock] = process.argv.slice(2);
const origin = `http://${host}:${port}`;
const identifier = "fedify";
const received = [];
const followers = new Map();
const notes = new Map();
const requests = [];
const keys = await Promise.all(["RSASSA-PKCS1-v1_5", "Ed25519"].map(generateCryptoKeyPair));

const federation = createFederation({
  kv: new MemoryKvStore(),
  origin,
  allowPrivateAddress: true,
  firstKnock,
});

federation
  .setActorDispatcher("/actors/{identifier}", async (ctx, id) => {
    if (id !== identifier) return null;
    const pairs = await ctx.getActorKeyPairs(id);
    return new Application({
      id: ctx.getActorUri(id),
      preferredUsername: id,
      name: "Fedify",
      url: ctx.getActorUri(id),
      inbox: ctx.getInboxUri(id),
      outbox: ctx.getOutboxUri(id),
      followers: ctx.getFollowersUri(id),
      endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher((_ctx, id) => (id === identifier ? keys : []));

federation.setOutboxDispatcher("/actors/{identifier}/outbox", () => ({ items: [] }));
federation.setFollowersDispatcher("/actors/{identifier}/followers", () => ({ items: [...followers.values()] }));
federation.setObjectDispatcher(Note, "/notes/{id}", (_ctx, { id }) => notes.get(id) ?? null);
federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
  software: { name: "fedify-peer", version: "1.0.0" },
  protocols: ["activitypub"],
  usage: { users: {}, localPosts: 0, localComments: 0 },
}));

federation
  .setInboxListeners("/actors/{identifier}/inbox", "/inbox")
  .on(Follow, async (ctx, follow) => {
    const follower = await follow.getActor(ctx);
    if (follower?.id == null || follower.inboxId == null) return;
    const { id, inboxId, endpoints } = follower;
    followers.set(id.href, { id, inboxId, endpoints });
    const accept = new URL(`/accepts/${crypto.randomUUID()}`, origin);
    const answer = new Accept({ id: accept, actor: ctx.getActorUri(identifier), object: follow });
    await ctx.sendActivity({ identifier }, follower, answer);
    // Last, so that who sees the follow may publish at once.
    await remember(ctx, follow);
  })
  .on(Activity, remember)
  .onError((_ctx, error) => console.error("inbox:", error));

/** What goes out, as Fedify signed it. */
const send = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const answer = await send(input, init);
  const [method, url] = input instanceof Request ? [input.method, input.url] : [init?.method ?? "GET", String(input)];
  const headers = Object.fromEntries(new Headers(init?.headers ?? input.headers));
  requests.push({ direction: "out", method, url, headers, status: answer.status });
  return answer;
};

/** Fedify calls this only after it verified the signature and read the activity as its own types. */
async function remember(ctx, activity) {
  const object = await activity.getObject({ ...ctx, suppressError: true }).catch(() => null);
  received.push({
    id: activity.id?.href,
    type: activity.constructor.name,
    actor: activity.actorId?.href,
    object: object && {
      id: object.id?.href,
      type: object.constructor.name,
      name: object.name?.toString(),
      summary: object.summary?.toString(),
      content: object.content?.toString(),
      startTime: object.startTime?.toString(),
      endTime: object.endTime?.toString(),
    },
    objectId: activity.objectId?.href,
    json: await activity.toJsonLd(ctx),
  });
}

/** The actor's URL behind `name@host`: asked by plain http, as everything on this machine. */
async function resolve(target) {
  if (target.startsWith("http")) return target;
  const address = target.replace(/^(acct:|@)/, "");
  const url = `http://${address.split("@")[1]}/.well-known/webfinger?resource=${encodeURIComponent(`acct:${address}`)}`;
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const { links } = await answer.json();
  const link = links.find((l) => l.rel === "self" && /activity\+json|activitystreams/.test(l.type ?? ""));
  if (!link) throw new Error(`${url} names no actor`);
  return link.href;
}

const actions = {
  async "POST /follow"({ target }) {
    const ctx = federation.createContext(new URL(origin));
    const actor = await ctx.lookupObject(await resolve(target));
    if (actor?.inboxId == null) throw new Error(`${target} is not an actor`);
    const id = new URL(`/follows/${crypto.randomUUID()}`, origin);
    const follow = new Follow({ id, actor: ctx.getActorUri(identifier), object: actor.id });
    await ctx.sendActivity({ identifier }, actor, follow, { immediate: true });
    return { follow: id.href, actor: actor.id.href, type: actor.constructor.name };
  },
  async "POST /publish"({ content }) {
    const ctx = federation.createContext(new URL(origin));
    const id = crypto.randomUUID();
    const actor = ctx.getActorUri(identifier);
    const audience = { tos: [PUBLIC_COLLECTION], ccs: [ctx.getFollowersUri(identifier)] };
    const published = Temporal.Now.instant();
    const note = new Note({ id: new URL(`/notes/${id}`, origin), attribution: actor, content, published, ...audience });
    notes.set(id, note);
    const create = new Create({ id: new URL(`/creates/${id}`, origin), actor, object: note, ...audience });
    await ctx.sendActivity({ identifier }, [...followers.values()], create, { immediate: true });
    return { note: note.id.href };
  },
  "GET /received": () => received,
  "GET /followers": () => [...followers.keys()],
  "GET /requests": () => requests,
};

async function control(request, response) {
  let status = 200;
  let answer;
  try {
    const body = Buffer.concat(await request.toArray()).toString();
    const action = actions[`${request.method} ${request.url}`];
    answer = action ? await action(body ? JSON.parse(body) : {}) : { error: "no such action" };
    if (!action) status = 404;
  } catch (error) {
    status = 500;
    answer = { error: String(error) };
  }
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

async function serve(request, response) {
  const body = ["GET", "HEAD"].includes(request.method) ? undefined : Buffer.concat(await request.toArray());
  const asked = new Request(new URL(request.url, origin), { method: request.method, headers: request.headers, body });
  const answer = await federation.fetch(asked, { contextData: undefined });
  const { method, url, headers } = request;
  requests.push({ direction: "in", method, url, headers, status: answer.status });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body) Readable.fromWeb(answer.body).pipe(response);
  else response.end();
}

createServer(serve).listen(Number(port), "127.0.0.1");
createServer(control).listen(Number(controlPort), "127.0.0.1", () => console.log(`ready ${origin}/actors/${identifier}`));
