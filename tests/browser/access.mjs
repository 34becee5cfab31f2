// Someone in a wheelchair looks for a place: which is step-free, how exactly, and who looked when. Without script, by keyboard.
//
// words: {base, screenshots?}; gives {narrowed, unknown, facts, map, foreign}: the places that are listed and those of which nothing is known,
// what the page of the first says of its access, what the map lists, and every request to another host.
import { photograph, tell, window } from "./browser.mjs";

await tell(async (browser, { base, screenshots }) => {
  const context = await window(browser, 360, { javaScriptEnabled: false });
  const page = await context.newPage();
  const foreign = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(base).origin) foreign.push(request.url());
  });
  const press = async (name) => {
    const link = page.getByRole("link", { name, exact: true }).first();
    await link.focus();
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  };
  await page.goto(base);
  await press("Orte");
  await press("stufenloser Zugang");
  await photograph(page, screenshots, "access-360-list");
  const names = (where) => page.locator(where).allInnerTexts();
  const unknown = await names("main section[aria-labelledby=unknown] .cards h2");
  const narrowed = (await names("main .cards h2")).filter((name) => !unknown.includes(name));
  await press(narrowed[0]);
  const facts = await names("main ul.access li");
  await photograph(page, screenshots, "access-360-place");
  await press("Auf unserer Karte zeigen");
  const map = await names("main section[aria-labelledby=list] li a");
  await photograph(page, screenshots, "access-360-map");
  return { narrowed, unknown, facts, map, foreign };
});
