// The list of dates inside a page of somebody else, on another origin: with a script, without one, and in a frame.
//
// words: {base, title, screenshots}; gives {problems}.
import { createServer } from "node:http";
import { photograph, problems, tell, window, WIDTHS } from "./browser.mjs";

/** A town's page, in letters of its own. */
const host = (inside) => `<!doctype html><html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Stadt Musterhausen</title><style>body{font:21px/1.4 "DejaVu Serif",serif;margin:1rem;color:#222;background:#fffef8}
main{max-width:40rem;margin:auto} h1{font-size:1.4em} a{color:#00409a} iframe{border:0}</style></head>
<body><main><h1>Stadt Musterhausen</h1><p id="own">Was ist los?</p>${inside}</main></body></html>`;

await tell(async (browser, { base, title, screenshots }) => {
  const found = { problems: [] };
  const problem = (text) => found.problems.push(text);
  // The lines as the page for it writes them.
  const lines = await window(browser, WIDTHS[1], { javaScriptEnabled: false });
  const writer = await lines.newPage();
  await writer.goto(new URL("/embed/line?limit=3", base).href);
  const [element, frame] = [await writer.locator("#element").inputValue(), await writer.locator("#frame").inputValue()];
  if (element.includes("\n")) problem("the line is more than one");

  let shown = "";
  // Nothing waits for it if the story fails.
  const server = createServer((_, answer) => answer.setHeader("content-type", "text/html; charset=utf-8").end(shown));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  const there = `http://127.0.0.1:${server.address().port}/`;

  for (const [name, line, javaScriptEnabled] of [["element", element, true], ["plain", element, false], ["frame", frame, true]]) {
    for (const width of WIDTHS) {
      shown = host(line);
      const context = await window(browser, width, { javaScriptEnabled });
      const page = await context.newPage();
      const at = `${name} at ${width}`;
      page.on("request", (request) => {
        if (![new URL(base).origin, new URL(there).origin].includes(new URL(request.url()).origin)) problem(`${at}: asks ${request.url()}`);
      });
      page.on("pageerror", (error) => problem(`${at}: ${error}`));
      await page.goto(there);
      if (name === "element") {
        const list = page.locator("quartier-termine li").first();
        await list.waitFor({ timeout: 10_000 }).catch(async () => { throw new Error(`${at}: no list: ${await page.content()}`); });
        const letters = (one) => one.evaluate((node) => ["fontFamily", "fontSize", "color"].map((key) => getComputedStyle(node)[key]).join());
        const [own, theirs] = [await letters(page.locator("#own")), await letters(list)];
        if (own !== theirs) problem(`${at}: ${theirs} and not ${own}`);
        if (!(await page.locator("quartier-termine").innerText()).includes(title)) problem(`${at}: '${title}' is missing`);
        const left = await page.evaluate(() => Object.keys(globalThis).filter((key) => /quartier/i.test(key)));
        if (left.length > 0) problem(`${at}: leaves ${left} behind`);
        await page.keyboard.press("Tab");
        if (!(await page.evaluate(() => document.activeElement.closest("quartier-termine")))) problem(`${at}: no key leads there`);
        for (const text of await problems(page)) if (!/target-size|contrast/.test(text)) problem(`${at}: ${text}`);
      } else if (name === "plain") {
        const href = await page.locator("quartier-termine a").getAttribute("href");
        if (!href.startsWith(base.replace(/\/$/, ""))) problem(`${at}: leads to ${href}`);
      } else {
        const inside = page.frameLocator("iframe");
        await inside.locator("li").first().waitFor();
        if (!(await inside.locator("main").innerText()).includes(title)) problem(`${at}: '${title}' is missing`);
      }
      if ((await context.cookies()).length > 0) problem(`${at}: sets a cookie`);
      await photograph(page, screenshots, `embed-${name}-${width}`);
      await context.close();
    }
  }
  // Nothing else of ours stands in a frame.
  shown = host(`<iframe src="${new URL("/events", base).href}" title="x" width="100%" height="300"></iframe>`);
  const page = await (await window(browser, WIDTHS[1])).newPage();
  await page.goto(there);
  await page.waitForTimeout(500);
  const other = page.frames().find((one) => one !== page.mainFrame());
  if (other && (await other.locator("#main").count()) > 0) problem("the list of events itself stands in a frame");
  server.close();
  return found;
});
