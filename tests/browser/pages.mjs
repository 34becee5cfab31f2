// Walks a quarter's pages from the home page, at both widths, and looks at each with axe.
//
// words: {base, paths?: [...], signIn?, most?, screenshots?, name?}; gives {pages: [...], problems: [...]}.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { links, problems, signIn, tell, WIDTHS, window } from "./browser.mjs";

/** The address without what the values of its filters are. */
const kind = (url) => `${new URL(url).pathname}?${[...new URL(url).searchParams.keys()].sort()}`;

await tell(async (browser, { base, paths = [], signIn: link, most = 40, screenshots, name = "page" }) => {
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
    page.on("console", (message) => message.type() === "error" && problem(`console: ${message.text()}`));
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
      await page.goto(url);
      looked.push(url);
      for (const text of await problems(page)) problem(text);
      if (screenshots) {
        await mkdir(screenshots, { recursive: true });
        const file = `${name}-${width}-${`${pathname}${search}`.replace(/[^a-z0-9]+/gi, "_")}.png`;
        await page.screenshot({ path: join(screenshots, file), fullPage: true });
      }
      // Filters of filtered lists would never end.
      waiting.push(...(await links(page)).filter((href) => !seen.has(href) && !(search && new URL(href).search)));
    }
    found.pages.push(...looked.map((url) => `${url} at ${width}`));
    await context.close();
  }
  return found;
});
