// Somebody sets a quarter up, without script: from the printed link to the board that everyone can read.
//
// words: {base, link, calendars: [...], neighbour, screenshots}; gives {seconds: {step: ..., all}, problems: [...]}. Each page
// is also looked at with axe at both widths, which does not count.
import { photograph, problems, tell, WIDTHS, window } from "./browser.mjs";

await tell(async (browser, { base, link, calendars, neighbour, screenshots }) => {
  const at = (path) => new URL(path, base).href;
  const context = await window(browser, 360, { javaScriptEnabled: false });
  const page = await context.newPage();
  const found = [];
  const seconds = {};

  /** Looks at `url` as whoever sits there does, or as a stranger. */
  const look = async (url, name, cookies) => {
    for (const width of WIDTHS) {
      const other = await window(browser, width);
      await other.addCookies(cookies ?? (await context.cookies()));
      const looker = await other.newPage();
      await looker.goto(url);
      for (const text of await problems(looker)) found.push(`${name} at ${width}: ${text}`);
      await photograph(looker, screenshots, `setup-${name}-${width}`);
      await other.close();
    }
  };
  const field = (name) => page.locator(`main form [name=${name}]`);
  const fill = async (fields) => {
    for (const [name, value] of Object.entries(fields)) await field(name).fill(value);
  };
  const press = async (name) => page.getByRole("button", { name, exact: true }).click();
  /** Does a step and counts its time; it has to end on the page `next`. */
  const step = async (name, next, act) => {
    const began = Date.now();
    await act();
    await page.waitForURL((url) => url.pathname === next);
    seconds[name] = (Date.now() - began) / 1000;
    if ((await page.locator("main [aria-invalid=true]").count()) > 0) throw new Error(`${name} was refused`);
  };

  await look(at("/"), "stranger", []);
  await look(link, "begin", []);
  await step("begin", "/setup", async () => {
    await page.goto(link);
    await fill({ name: "Mira Kaya", email: "mira@example.org" });
    await press("Anfangen");
  });
  await look(at("/setup"), "overview");
  await step("name", "/setup/place", async () => {
    await page.goto(at("/setup/name"));
    await fill({ name: "Nordstadt", summary: "Termine und Nachrichten zwischen Markt und Kanal." });
    await press("Weiter");
  });
  await look(at("/setup/name"), "name");
  await look(at("/setup/place"), "place");
  await fill({ latitude: "51,5", longitude: "" });
  await press("Weiter");
  const wrong = page.locator("main [aria-invalid=true]");
  if ((await wrong.count()) !== 1) throw new Error("half a place on the map was not refused");
  await photograph(page, screenshots, "setup-place-wrong-360");
  await step("place", "/setup/imprint", async () => {
    await fill({ place: "Gelsenkirchen", latitude: "51,5", longitude: "7,1" });
    await press("Weiter");
  });
  await look(at("/setup/imprint"), "imprint");
  await step("imprint", "/setup/calendars", async () => {
    await fill({ operator: "Nachbarschaftsverein Nord e. V.", street: "Weg 1", town: "45881 Musterstadt" });
    await fill({ email: "post@nord.example", phone: "0209 169-6666" });
    await press("Weiter");
  });
  await look(at("/setup/calendars"), "calendars-empty");
  await step("calendars", "/setup/calendars", async () => {
    await fill({ first: calendars[0], second: calendars[1] });
    await press("Kalender lesen");
    await page.getByText("20 Termine gelesen").nth(1).waitFor();
  });
  await look(at("/setup/calendars"), "calendars");
  await fill({ first: at("/nowhere.ics") });
  await press("Kalender lesen");
  if ((await wrong.count()) !== 1) throw new Error("an address without a calendar was not refused");
  await photograph(page, screenshots, "setup-calendars-wrong-360");
  await step("neighbour", "/setup/neighbour", async () => {
    await page.goto(at("/setup/neighbour"));
    await fill({ address: neighbour });
    await press("Nachsehen");
    await page.getByText("Gefunden").waitFor();
  });
  await look(at("/setup/neighbour"), "neighbour");
  await step("preview", "/setup/open", async () => {
    await page.goto(at("/setup/open"));
    await page.getByText("Chorprobe 1").first().waitFor();
    await page.getByText("Hafenfest").first().waitFor();
  });
  await look(at("/setup/open"), "preview");
  await look(at("/"), "stranger-named", []);
  await step("open", "/", async () => press("Brett öffnen"));

  const stranger = await (await window(browser, 1280, { javaScriptEnabled: false })).newPage();
  const began = Date.now();
  do await stranger.goto(at("/events"));
  while ((await stranger.getByText("Chorprobe 1").count()) === 0 && Date.now() - began < 20_000);
  if ((await stranger.getByText("Chorprobe 1").count()) === 0) throw new Error("the board is not open");
  seconds.public = (Date.now() - began) / 1000;
  await look(at("/"), "board", []);
  await look(at("/setup"), "settings");
  await look(at("/setup/name"), "settings-name");
  await look(at("/setup/editors"), "settings-editors");
  seconds.all = Math.round(1000 * Object.values(seconds).reduce((sum, one) => sum + one, 0)) / 1000;
  return { seconds, problems: found };
});
