// What people come for, each on a telephone and at a desk, with and without script.
//
// words: {base, signIn, file, neighbour, screenshots}; gives {seconds: {name: [...]}, problems: [...]}. Links and buttons are
// found by what they say, as people find them.
import { photograph, signIn, tell, WIDTHS, window } from "./browser.mjs";

/** The day after tomorrow, when the language café is. */
const DAY = new Date(Date.now() + 2 * 86_400_000);
const spoken = (language, form) => new Intl.DateTimeFormat(language, { timeZone: "Europe/Berlin", ...form }).format(DAY);
const ISO = spoken("sv-SE", { dateStyle: "short" });

function expect(holds, text) {
  if (!holds) throw new Error(text);
}

async function says(page, ...parts) {
  const text = (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
  for (const part of parts) expect(text.includes(part), `'${part}' is not on ${page.url()}: ${text}`);
}

/** An editor enters what the others look for. */
async function enter(page, base) {
  await page.goto(base);
  await page.getByRole("link", { name: "Termin eintragen" }).click();
  const words = {
    name: "Sprachcafé", starts: ISO, starts_time: "19:00", ends_time: "21:00", place: "Bürgerhaus Nord",
    street: "Nordmarkt 1", short: "Wir üben zusammen Deutsch.", contact: "Ruth Yıldız, 0209 169-6666",
  };
  for (const [name, value] of Object.entries(words)) await page.locator(`main [name=${name}]`).fill(value);
  await page.locator("[name=free]").check();
  for (const summary of await page.locator("main form summary").all()) await summary.click();
  await page.locator("[name=access_step_free]").selectOption("yes");
  await page.locator("[name=access_toilet]").selectOption("partly");
  await page.locator("[name=access_note]").fill("Die Rampe ist am Hof.");
  await page.locator("[name=language_uk]").check();
  await page.getByRole("button", { name: "Veröffentlichen" }).click();
  await page.waitForURL(/\/events\//);
}

const stories = {
  // The neighbour who looks for something on one day, and for a number to ring.
  async p1(page) {
    await page.locator("section.day", { hasText: spoken("de-DE", { weekday: "long" }) }).getByRole("link").first().click();
    await says(page, "Sprachcafé", "Bürgerhaus Nord", "19:00", "kostenlos");
    expect((await page.locator("a[href^='tel:']").count()) > 0, "there is a number to ring");
    // A PDF counts its pages in its tree.
    const sheet = (await page.pdf({ format: "A4" })).toString("latin1");
    expect(/\/Count 1\b/.test(sheet), "an event fits on one sheet of paper");
  },
  // The newcomer with little German.
  async p9(page) {
    await page.getByRole("button", { name: "English" }).click();
    expect((await page.locator("html").getAttribute("lang")) === "en", "the page is in English");
    await page.getByRole("link", { name: "Sprachcafé" }).first().click();
    await says(page, spoken("en-GB", { weekday: "long" }), "19:00", "Bürgerhaus Nord", "free", "Ukrainian");
  },
  // The data-protection officer.
  async p11(page, { context, neighbour }) {
    await page.getByRole("link", { name: "Impressum" }).click();
    await says(page, "Nachbarschaftsverein Nord", "Hinweis geben");
    await page.getByRole("link", { name: "Datenschutz" }).click();
    await says(page, neighbour, "IP-Adressen", "Artikel 15 bis 20 DSGVO");
    expect((await context.cookies()).length === 0, "who only reads gets no cookie");
  },
  // The wheelchair user: what is known, and that what is unknown is not a no.
  async p12(page) {
    await page.getByRole("link", { name: "Sprachcafé" }).first().click();
    const access = page.locator("section", { has: page.locator("#access") });
    const text = (await access.innerText()).replaceAll(/\s+/g, " ");
    for (const part of ["stufenloser Zugang: ja", "rollstuhlgerechte Toilette: teilweise", "Die Rampe ist am Hof."]) {
      expect(text.includes(part), `'${part}' is not in ${text}`);
    }
    const known = await access.locator("ul.access").innerText();
    expect(!known.includes("Aufzug") && text.includes("Aufzug"), "of the lift it says that nobody knows");
  },
};

/** The quarter manager on Wednesday: eight dates of a club, and whom they reached. */
async function p4(page, { base, file, neighbour }) {
  await page.goto(new URL("/editors/calendars", base).href);
  const upload = { name: "verein.ics", mimeType: "text/calendar", buffer: Buffer.from(file) };
  await page.locator("input[type=file]").setInputFiles(upload);
  await page.locator("form:has(input[type=file]) button").click();
  await page.getByRole("button", { name: "übernehmen" }).click();
  await page.getByText("Neue Termine sieht zuerst die Redaktion.").waitFor();
  await page.goto(new URL("/editors/queue", base).href);
  const waiting = await page.locator("article").count();
  for (let left = waiting; left > 0; left -= 1) await page.getByRole("button", { name: "Freigeben" }).first().click();
  await says(page, "Nichts wartet.");
  await page.goto(new URL("/events?time=month", base).href);
  await page.getByRole("link", { name: "Probe" }).first().click();
  await page.locator("summary", { hasText: "Wohin ging das?" }).first().click();
  await says(page, neighbour);
  return waiting;
}

await tell(async (browser, { base, signIn: link, file, neighbour, screenshots }) => {
  const desk = await (await window(browser, WIDTHS[0], { javaScriptEnabled: false })).newPage();
  await signIn(desk, link);
  await enter(desk, base);
  const seconds = {};
  for (const [name, story] of Object.entries(stories)) {
    seconds[name] = [];
    for (const width of WIDTHS) {
      for (const javaScriptEnabled of [false, true]) {
        const context = await window(browser, width, { javaScriptEnabled });
        const page = await context.newPage();
        page.on("request", (request) => expect(new URL(request.url()).origin === new URL(base).origin, request.url()));
        const began = Date.now();
        await page.goto(base);
        await story(page, { context, neighbour });
        seconds[name].push((Date.now() - began) / 1000);
        await photograph(page, screenshots, `story-${width}-${name}`);
        await context.close();
      }
    }
  }
  const began = Date.now();
  const cleared = await p4(desk, { base, file, neighbour });
  return { seconds: { ...seconds, p4: [(Date.now() - began) / 1000] }, cleared };
});
