// Walks a quarter's pages from the home page, at both widths, and looks at each with axe.
//
// words: {base, paths?: [...], forms?: [{path, fields, fine?}], errors?: {path: status}, signIn?, most?, screenshots?, name?}; gives
// {pages: [...], problems: [...]}. A form is filled in wrongly on purpose, unless it is fine: the page that answers is
// looked at, too.
import { mistakes } from "./html.mjs";
import { links, photograph, problems, signIn, tell, WIDTHS, window } from "./browser.mjs";

/** The address without what the values of its filters are. */
const kind = (url) => `${new URL(url).pathname}?${[...new URL(url).searchParams.keys()].sort()}`;

/** Fills in a form and sends it; what is wrong with the page that comes, which must mark the mistake and have the focus there. */
async function send(page, url, fields) {
  await page.goto(url);
  for (const [field, value] of Object.entries(fields)) await page.locator(`main form [name=${field}]:not([type=hidden])`).fill(value);
  const form = page.locator("main form", { has: page.locator(`[name=${Object.keys(fields)[0]}]:not([type=hidden])`) });
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await form.locator("button").last().click();
  const html = await (await answer).text();
  // The answer is here before its page is: a busy machine takes its time to draw it and to set the focus.
  const focused = () => document.activeElement?.closest("main [aria-invalid=true]") === document.querySelector("main [aria-invalid=true]");
  const marks = await page.locator("main [aria-invalid=true]").first().waitFor({ timeout: 10_000 }).then(() => page.waitForFunction(focused, null, { timeout: 10_000 })).then(() => true, () => false);
  return [...(await mistakes(html)), ...(marks ? [] : ["marks no error, or has the focus elsewhere"])];
}

await tell(async (browser, { base, paths = [], forms = [], errors = {}, signIn: link, most = 40, screenshots, name = "page" }) => {
  const found = { pages: [], problems: [] };
  let cookies;
  for (const width of WIDTHS) {
    const context = await window(browser, width);
    const page = await context.newPage();
    // A sign-in link is good for one use.
    if (link && !cookies) {
      await signIn(page, link);
      cookies = await context.cookies();
    }
    if (cookies) await context.addCookies(cookies);
    const problem = (text) => found.problems.push(`${page.url()} at ${width}: ${text}`);
    // The browser says on its console that an answer was 422 or 404, as it must be.
    page.on("console", (message) => message.type() === "error" && !/\b4\d\d\b/.test(message.text()) && problem(`console: ${message.text()}`));
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(base).origin) problem(`loads ${request.url()} from elsewhere`);
    });
    const waiting = ["/", ...paths].map((path) => new URL(path, base).href);
    const seen = new Set();
    const looked = [];
    while (waiting.length > 0 && looked.length < most) {
      const url = waiting.shift();
      if (seen.has(url)) continue;
      seen.add(url);
      // Two values of a filter stand for all of them.
      const { pathname, search } = new URL(url);
      if ([...seen].filter((one) => kind(one) === kind(url)).length > 2) continue;
      // Feeds and files are links too, but no pages.
      const head = await context.request.get(url, { headers: { accept: "text/html" } });
      if (!head.ok()) problem(`${url} answers ${head.status()}`);
      if (!(head.headers()["content-type"] ?? "").startsWith("text/html")) continue;
      if (width === WIDTHS[0]) for (const text of await mistakes(await head.text())) problem(`${url}: ${text}`);
      await page.goto(url);
      looked.push(url);
      for (const text of await problems(page)) problem(text);
      await photograph(page, screenshots, `${name}-${width}-${pathname}${search}`);
      // Filters of filtered lists would never end.
      waiting.push(...(await links(page)).filter((href) => !seen.has(href) && !(search && new URL(href).search)));
    }
    for (const { path, fields, fine } of forms) {
      const marked = await send(page, new URL(path, base).href, fields);
      if (!fine) for (const text of marked) problem(text);
      for (const text of await problems(page)) problem(text);
      await photograph(page, screenshots, `${name}-${width}-wrong-${path}`);
    }
    for (const [path, status] of Object.entries(errors)) {
      const answer = await page.goto(new URL(path, base).href);
      if (answer.status() !== status) problem(`answers ${answer.status()}`);
      for (const text of [...(await mistakes(await answer.text())), ...(await problems(page))]) problem(text);
      await photograph(page, screenshots, `${name}-${width}-${status}-${path}`);
    }
    found.pages.push(...looked.map((url) => `${url} at ${width}`));
    await context.close();
  }
  return found;
});
