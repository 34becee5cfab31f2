// Pages on paper: black on white, without what cannot be pressed on paper, on as few sheets as they need.
//
// words: {base, paths, sheets, screenshots}: each path with the most sheets of A4 that it may take; gives {problems, sheets}.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { tell, window, WIDTHS } from "./browser.mjs";

/** What stands on paper although nobody can use it there, and what is printed in a colour that copies badly. */
const seen = (page) =>
  page.evaluate(() => {
    const found = [];
    const useless = "nav, .tools, .bottom, button, input:not([type=hidden]), select, textarea, .skip";
    for (const one of document.querySelectorAll(useless)) if (one.checkVisibility()) found.push(`prints ${one.outerHTML.slice(0, 80)}`);
    if (!document.querySelector("h1")) found.push("has no heading");
    const dark = (colour) => colour.match(/[\d.]+/g).slice(0, 3).every((part) => Number(part) < 110);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement: at, data } = walker.currentNode;
      if (!data.trim() || !at.checkVisibility()) continue;
      const style = getComputedStyle(at);
      if (!dark(style.color)) found.push(`prints '${data.trim().slice(0, 30)}' in ${style.color}`);
      if (parseFloat(style.fontSize) < 14.6) found.push(`prints '${data.trim().slice(0, 30)}' in ${style.fontSize}`);
    }
    return found;
  });

await tell(async (browser, { base, sheets: most, screenshots }) => {
  const done = { problems: [], sheets: {} };
  const context = await window(browser, WIDTHS[1], { javaScriptEnabled: true, colorScheme: "dark" });
  const page = await context.newPage();
  if (screenshots) await mkdir(screenshots, { recursive: true });
  for (const [path, number] of Object.entries(most)) {
    await page.goto(new URL(path, base).href);
    await page.emulateMedia({ media: "print" });
    for (const text of new Set(await seen(page))) done.problems.push(`${path}: ${text}`);
    const name = `print-${path.replace(/[^a-z0-9]+/gi, "_")}.pdf`;
    const pdf = await page.pdf({ format: "A4", ...(screenshots ? { path: join(screenshots, name) } : {}) });
    done.sheets[path] = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    if (done.sheets[path] > number) done.problems.push(`${path} takes ${done.sheets[path]} sheets, not ${number}`);
  }
  return done;
});
