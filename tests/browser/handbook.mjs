// The steps of the handbooks, done as they say, and photographed.
//
// words: {act, base, others: {name: base}, pictures?, cookies?, ...}. The first act sets a quarter up and fills it, the
// second answers a letter and looks at everything; gives {cookies, pictures: [names], missing: [paths]}. Without `pictures`,
// a folder, nothing is written.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tell, window } from "./browser.mjs";
import { CALLED_OFF, DRAWINGS, EVENTS, INITIATIVE, MARKET, PLACES, POSTS, PROPOSAL, READING, REPORT, SETUP, WALK } from "./neighbourhood.mjs";

const DESK = { width: 1280, height: 900 };
// Taller than most, so that a picture shows what comes after the menus.
const PHONE = { width: 360, height: 900 };

/** Runs in the page: writes addresses without this machine and its ports, and days, hours and files as a browser in the
 * page's language does; Chromium is often installed with English fields only. What is sent stays as it is. */
function dress(hosts) {
  const said = (text) => hosts.reduce((words, [from, to]) => words.replaceAll(`http://${from}`, `https://${to}`).replaceAll(from, to), text);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.textContent = said(walker.currentNode.textContent);
  for (const field of document.querySelectorAll("input[readonly]")) field.value = said(field.value);
  const german = document.documentElement.lang === "de";
  const words = {
    date: ({ value }) => value.split("-").reverse().join(german ? "." : "/") || (german ? "tt.mm.jjjj" : "dd/mm/yyyy"),
    time: ({ value }) => value || "--:--",
    file: ({ files }) => `${german ? "Durchsuchen …" : "Browse …"}   ${files[0]?.name ?? ""}`,
  };
  for (const field of document.querySelectorAll("input[type=date], input[type=time], input[type=file]")) {
    const shown = document.createElement("input");
    Object.assign(shown, { className: "dressed", value: words[field.type](field) });
    shown.style.width = `${field.getBoundingClientRect().width}px`;
    field.before(shown);
    field.style.display = "none";
  }
}

/** Runs in the page: takes that back. */
function undress() {
  for (const shown of document.querySelectorAll(".dressed")) {
    shown.nextElementSibling.style.display = "";
    shown.remove();
  }
}

/** Runs in the page: what of it is seen, and how sharply. */
function frame() {
  const { scrollX: x, scrollY: y, innerWidth: width, innerHeight: height, devicePixelRatio: scale } = globalThis;
  return { x, y, width, height, scale };
}

/** Takes pictures, and counts them. */
class Camera {
  constructor(browser, { base, others, pictures }) {
    const hosts = Object.entries({ ...others, nordstadt: base }).map(([name, url]) => [new URL(url).host, `${name}.example`]);
    Object.assign(this, { browser, base, hosts, pictures, taken: [] });
  }

  /** Photographs what `page` shows, from the element `top` on. */
  async shoot(page, name, { top, width, height } = {}) {
    this.taken.push(name);
    const before = page.viewportSize();
    await page.setViewportSize({ width: width ?? before.width, height: height ?? before.height });
    await page.evaluate(dress, this.hosts);
    await page.evaluate((chosen) => {
      document.activeElement?.blur();
      const at = chosen && document.querySelector(chosen);
      globalThis.scrollTo(0, at ? at.getBoundingClientRect().top + globalThis.scrollY - 8 : 0);
    }, top);
    await page.waitForFunction(() => [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight));
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 88, clip: await page.evaluate(frame) });
    await page.evaluate(undress);
    await page.setViewportSize(before);
    if (!this.pictures) return;
    await mkdir(this.pictures, { recursive: true });
    await writeFile(join(this.pictures, `${name}.webp`), Buffer.from(data, "base64"));
  }

  /** Opens `path` in a window of its own and photographs it. */
  async look(path, name, { cookies = [], phone, english, ...how } = {}) {
    const size = phone ? PHONE : DESK;
    const context = await this.browser.newContext({ viewport: size, deviceScaleFactor: phone ? 2 : 1, locale: english ? "en-GB" : "de-DE" });
    await context.addCookies(cookies);
    const page = await context.newPage();
    const answer = await page.goto(new URL(path, this.base).href);
    if (!answer.ok()) throw new Error(`${path} answers ${answer.status()}`);
    await this.shoot(page, name, how);
    await context.close();
  }
}

/** A drawing as a file to upload. */
async function paint(browser, name) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 500 } });
  await page.setContent(`<style>body{margin:0}</style><svg width="1200" height="500" viewBox="0 170 1200 500">${DRAWINGS[name]}</svg>`);
  const buffer = await page.screenshot();
  await page.close();
  return { name: `${name}.png`, mimeType: "image/png", buffer };
}

/** Somebody who sits at a desk or holds a telephone, and does what the handbook says. */
class Hand {
  constructor(page, base) {
    Object.assign(this, { page, base });
  }

  async go(path) {
    await this.page.goto(new URL(path, this.base).href);
  }

  async press(name) {
    await this.page.getByRole("button", { name, exact: true }).first().click();
  }

  field(name) {
    return this.page.locator(`main form [name=${name}]:not([type=hidden])`).first();
  }

  /** Fills in what a form is told: fields, lists, boxes, a topic, a picture. */
  async fill({ speaker, fill = {}, choose = {}, tick = [], topic, picture }, file) {
    const closed = this.page.locator("main form details:not([open]) > summary");
    while ((await closed.count()) > 0) await closed.first().click();
    if (speaker) await this.field("speaker").selectOption(speaker);
    for (const [name, value] of Object.entries(fill)) await this.field(name).fill(value);
    for (const [name, value] of Object.entries(choose)) await this.field(name).selectOption(value);
    for (const name of tick) await this.field(name).check();
    if (topic) await this.page.locator(`main [name=topic][value=${topic}]`).check();
    if (!picture) return;
    await this.field("file_1").setInputFiles(file);
    await this.field("alt_1").fill(picture.alt);
  }

  /** Sends a form; it has to be taken. */
  async send(button) {
    const from = this.page.url();
    await this.press(button);
    await this.page.waitForURL((url) => url.href !== from);
    if ((await this.page.locator("main [aria-invalid=true]").count()) > 0) throw new Error(`refused: ${this.page.url()}`);
  }
}

/** From the printed link to the board that everyone can read. */
async function setUp(hand, camera, { link, calendars, neighbour }) {
  const { page } = hand;
  await page.goto(link);
  await hand.fill({ fill: SETUP.begin });
  await hand.send("Anfangen");
  const cookies = await page.context().cookies();
  await camera.look("/setup", "setup-begin", { cookies, height: 900 });
  for (const step of ["name", "place", "imprint"]) {
    await hand.go(`/setup/${step}`);
    await hand.fill({ fill: SETUP[step] });
    await hand.send("Weiter");
  }
  await hand.fill({ fill: { first: calendars[0], second: calendars[1] } });
  await hand.press("Kalender lesen");
  await page.getByText("Termine gelesen").nth(1).waitFor();
  await camera.look("/setup/calendars", "setup", { cookies });
  await camera.look("/setup/calendars", "setup-en", { cookies, english: true });
  await hand.go("/setup/neighbour");
  await hand.fill({ fill: { address: neighbour } });
  await hand.press("Nachsehen");
  await page.getByText("Gefunden").waitFor();
  await camera.look("/setup/open", "preview", { cookies });
  await camera.look("/setup/open", "preview-en", { cookies, english: true });
  await hand.go("/setup/open");
  await hand.send("Brett öffnen");
  await page.getByText("Ihr Brett ist offen").waitFor();
}

/** The first week: an initiative, places, events, posts, notices, and one date that is off. */
async function write(browser, hand, camera) {
  const { page } = hand;
  const file = async (one) => one.picture && paint(browser, one.picture.drawing);
  await hand.go("/initiatives");
  await hand.fill({ fill: INITIATIVE.create });
  await hand.send("Initiative anlegen");
  await hand.go("/@repair_cafe/edit");
  await hand.fill({ fill: INITIATIVE.page, choose: { access_step_free: "yes", access_lift: "no" }, tick: ["language_de", "language_tr"] });
  await hand.send("Änderung speichern");
  for (const place of PLACES) {
    await hand.go("/write/place");
    await hand.fill(place);
    await hand.send("Änderung speichern");
  }
  const written = {};
  for (const event of [...EVENTS, CALLED_OFF]) {
    await hand.go("/write/event");
    await hand.fill(event, await file(event));
    if (event === MARKET) {
      await camera.shoot(page, "event-form", { top: "main" });
      await camera.shoot(page, "picture-form", { top: "details.uploads", height: 540 });
    }
    await hand.send("Veröffentlichen");
    written[event.fill.name] = new URL(page.url()).pathname;
  }
  await hand.go("/write/event");
  await hand.fill(READING);
  await hand.press("Termine zeigen");
  await page.getByText("Noch ist nichts veröffentlicht").waitFor();
  await camera.shoot(page, "series", { top: "details:has([name=phrase])", height: 1240 });
  await hand.go(`${written[CALLED_OFF.fill.name]}/cancel`);
  await hand.fill({ fill: { reason: "Die Chorleiterin ist krank. Nächste Woche singen wir wieder." } });
  await hand.send("Als „fällt aus“ kennzeichnen");
  for (const post of POSTS) {
    await hand.go("/write/post");
    await hand.fill(post, await file(post));
    await hand.send("Veröffentlichen");
  }
  await hand.go(written[MARKET.fill.name]);
  await hand.press("Anheften");
  return written;
}

/** Neighbours without an account: one suggests something, one says what is wrong. */
async function knock(browser, camera, { base, written, guest }) {
  const hand = new Hand(await (await window(browser, 1280)).newPage(), base);
  await hand.go("/propose/event");
  await hand.fill({ fill: { ...PROPOSAL, email: guest }, tick: ["free"] });
  await hand.press("Vorschlag senden");
  await hand.page.getByText("Bitte sehen Sie in Ihr Postfach").waitFor();
  await hand.go(`${written["Spieleabend für alle"]}/report`);
  await hand.fill({ fill: { ...REPORT, email: "nowak@kanal.example" } });
  await hand.page.locator("[name=kind][value=mistake]").check();
  await camera.shoot(hand.page, "report", { top: "main", height: 1060 });
  await hand.press("Hinweis senden");
  await hand.page.getByText("Danke für Ihren Hinweis").waitFor();
  await hand.page.context().close();
}

async function first(browser, words) {
  const camera = new Camera(browser, words);
  const context = await window(browser, 1280);
  const hand = new Hand(await context.newPage(), words.base);
  await setUp(hand, camera, words);
  const written = await write(browser, hand, camera);
  await knock(browser, camera, { ...words, written });
  return { cookies: await context.cookies(), pictures: camera.taken, written };
}

/** What editors do with what came in, and with people. */
async function decide(hand, camera, { file, cookies }) {
  const { page } = hand;
  await hand.go("/editors/calendars");
  await page.locator("input[type=file]").setInputFiles({ name: "tus-nordstadt.ics", mimeType: "text/calendar", buffer: Buffer.from(file) });
  await hand.press("Datei einlesen");
  await page.getByRole("button", { name: "übernehmen" }).click();
  await page.getByText("Neue Termine sieht zuerst die Redaktion.").waitFor();
  await camera.look("/editors", "editors", { cookies, height: 740 });
  for (const [name, how] of [["queue", {}], ["queue-en", { english: true }], ["queue-phone", { phone: true }]]) {
    await camera.look("/editors/queue", name, { cookies, ...how });
  }
  const report = { cookies, top: "main", height: 860 };
  await camera.look("/editors/reports", "reports", report);
  await camera.look("/editors/reports", "reports-en", { ...report, english: true });
  await hand.go("/editors/people");
  await hand.fill({ fill: { name: "Ruth Yıldız" }, choose: { role: "editor" } });
  await camera.shoot(page, "people", { top: "main", height: 930 });
  await hand.press("Zettel mit Code drucken");
  await page.locator(".slip-code").waitFor();
  await camera.shoot(page, "slip", { top: ".slip", width: 520, height: 610 });

  await hand.go("/editors/queue");
  const proposal = page.locator("article", { hasText: PROPOSAL.name });
  await proposal.getByRole("button", { name: "Freigeben" }).click();
  await page.getByText("Das ist jetzt zu sehen.").waitFor();
  const doubled = page.locator("article").first();
  await doubled.locator("summary", { hasText: "Ablehnen" }).click();
  await doubled.locator("select").selectOption({ label: "Das steht schon da." });
  await doubled.getByRole("button", { name: "Ablehnen" }).click();
  await page.getByText("Abgelehnt und gelöscht.").waitFor();
  await hand.go("/editors/reports");
  await page.locator("main li textarea").fill("Wir haben die Uhrzeit geändert. Danke!");
  await hand.press("Nichts unternehmen");
  await page.getByText("Kein Hinweis wartet.").waitFor();
}

async function second(browser, words) {
  const { base, cookies, letter, written } = words;
  const camera = new Camera(browser, words);
  const guest = new Hand(await (await window(browser, 360)).newPage(), base);
  await guest.page.goto(letter);
  await guest.press("Vorschlag bestätigen");
  await guest.page.getByText("Danke für Ihren Vorschlag").waitFor();

  const context = await window(browser, 1280);
  await context.addCookies(cookies);
  await decide(new Hand(await context.newPage(), base), camera, words);

  const english = new Hand(await (await window(browser, 1280, { locale: "en-GB" })).newPage(), base);
  await english.page.context().addCookies(cookies);
  await english.go("/write/event");
  await english.fill(WALK);
  await camera.shoot(english.page, "event-form-en", { top: "main" });

  const market = written[MARKET.fill.name];
  await camera.look("/", "front-page", { height: 1000 });
  await camera.look("/", "front-page-en", { english: true, height: 1000 });
  await camera.look("/", "front-page-phone", { phone: true });
  await camera.look(market, "event", { height: 1240 });
  await camera.look("/events?time=month", "events");
  await camera.look("/search?q=repar", "search", { height: 760 });
  await camera.look("/anzeige", "screen", { height: 720 });
  await camera.look("/embed/line?limit=5", "embed", { top: "main", height: 1000 });
  await camera.look("/places/buergerhaus-nordstadt", "place", { top: "main", height: 1200 });
  await camera.look("/map", "map", { top: "main" });
  await camera.look("/board", "board", { height: 760 });
  await camera.look("/@repair_cafe", "initiative");
  await camera.look("/privacy", "privacy", { top: "main section:nth-of-type(4)", height: 1000 });

  const missing = [];
  for (const path of words.paths) {
    const answer = await context.request.get(new URL(path, base).href, { headers: { accept: "text/html" } });
    if (!answer.ok()) missing.push(`${path} answers ${answer.status()}`);
  }
  return { pictures: camera.taken, missing };
}

await tell((browser, words) => (words.act === "first" ? first : second)(browser, words));
