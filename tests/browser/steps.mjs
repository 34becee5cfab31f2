// Somebody does one thing after the other on pages, without script and on a telephone: fills in, ticks, presses, and reads.
//
// words: {base, signIn?, locale?, steps: [{open?, fill?: {field: text}, tick?: [field], press?, shows?: [text], hides?: [text], photo?}],
// screenshots?}; gives {done: how many steps}. Fails at the first step that does not show what it must.
import { photograph, signIn, tell, window } from "./browser.mjs";

await tell(async (browser, { base, signIn: link, locale, steps, screenshots }) => {
  const context = await window(browser, 360, { javaScriptEnabled: false, ...(locale && { locale }) });
  const page = await context.newPage();
  if (link) await signIn(page, link);
  for (const [number, { open, fill = {}, tick = [], press, shows = [], hides = [], photo }] of steps.entries()) {
    if (open) await page.goto(new URL(open, base).href);
    // What is folded away is opened first, as a reader does.
    const folded = page.locator("main details:not([open]) > summary");
    if (tick.length > 0 || press || Object.keys(fill).length > 0) while ((await folded.count()) > 0) await folded.first().click();
    for (const [name, text] of Object.entries(fill)) await page.locator(`main [name=${name}]:not([type=hidden])`).first().fill(text);
    for (const name of tick) await page.locator(`main [name=${name}]`).check();
    if (press) await page.locator("main").getByRole("button", { name: press }).or(page.locator("main").getByRole("link", { name: press })).first().click();
    const text = await page.locator("main").innerText();
    for (const one of shows) if (!text.includes(one)) throw new Error(`step ${number}: '${one}' is not on ${page.url()}: ${text}`);
    for (const one of hides) if (text.includes(one)) throw new Error(`step ${number}: '${one}' is on ${page.url()}: ${text}`);
    if (photo) await photograph(page, screenshots, photo);
  }
  return { done: steps.length };
});
