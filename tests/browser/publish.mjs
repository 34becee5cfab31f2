// An editor on a telephone, without script: signs in, enters an event, gets the end wrong, mends it, publishes.
//
// words: {base, signIn, other, title, screenshots}; gives {path, seen}: the event's page, and after how many
// milliseconds the event stood in the list of the quarter `other`.
import { photograph, signIn, tell, window } from "./browser.mjs";

const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

function expect(holds, text) {
  if (!holds) throw new Error(text);
}

/** The first page reached by links from `page` that has a field of this name. */
async function openForm(page, field) {
  const hrefs = await page.locator("header a[href], main a[href]").evaluateAll((all) => all.map((a) => a.href));
  for (const href of new Set(hrefs)) {
    if (new URL(href).origin !== new URL(page.url()).origin) continue;
    await page.goto(href);
    if ((await page.locator(`main form[method=post] [name=${field}]`).count()) > 0) return;
  }
  throw new Error(`no form with a field ${field} is linked from the home page`);
}

async function waitFor(page, url, text) {
  const began = Date.now();
  while (Date.now() - began < 20_000) {
    await page.goto(url);
    if ((await page.getByText(text).count()) > 0) return Date.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`'${text}' is not on ${url} after 20 s`);
}

await tell(async (browser, { base, signIn: link, other, title, screenshots }) => {
  const context = await window(browser, 360, { javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, link);
  await page.goto(base);
  await openForm(page, "starts");

  const field = (name) => page.locator(`main form[method=post] [name=${name}]`);
  const submit = () => page.locator("main form[method=post] button:not([name=show])").last().click();
  await field("name").fill(title);
  await field("starts").fill(day(3));
  await field("starts_time").fill("19:00");
  await field("ends").fill(day(2));
  await field("ends_time").fill("22:00");
  await field("place").fill("Café am Markt");
  await submit();
  expect((await field("name").inputValue()) === title, "a form with an error keeps what was typed");
  expect((await page.locator(".problem, [aria-invalid=true]").count()) > 0, "a form with an error says so at the field");
  await photograph(page, screenshots, "form-with-error-360");

  await field("ends").fill(day(3));
  await submit();
  expect((await page.locator("main h1").innerText()).includes(title), `after publishing stands: ${await page.title()}`);
  await photograph(page, screenshots, "published-360");

  const reader = await (await window(browser, 1280)).newPage();
  const seen = await waitFor(reader, other, title);
  await photograph(reader, screenshots, "at-the-neighbour-1280");
  return { path: new URL(page.url()).pathname, seen };
});
