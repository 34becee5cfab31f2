// A screen in a hallway: shown, then a day without a network.
//
// words: {base, path, title, pid, screenshots}: an event that must be readable, and the server's process, which is ended on
// the way; gives {problems}.
import { photograph, problems, tell, window, WIDTHS } from "./browser.mjs";

await tell(async (browser, { base, path, title, pid, screenshots }) => {
  const found = { problems: [] };
  const problem = (text) => found.problems.push(text);
  const address = new URL(path, base).href;
  for (const width of WIDTHS) {
    const context = await window(browser, width);
    const page = await context.newPage();
    await page.goto(address);
    for (const text of await problems(page)) problem(`at ${width}: ${text}`);
    await photograph(page, screenshots, `screen-${width}`);
    await context.close();
  }
  const context = await window(browser, WIDTHS[1]);
  const page = await context.newPage();
  await page.goto(address);
  await page.locator("#clock").waitFor();
  if (await page.locator("#late").isVisible()) problem("is late at once");
  const kept = (url) =>
    page.evaluate(async (url) => {
      const ready = (await navigator.serviceWorker.getRegistration())?.active?.state === "activated";
      const keys = ready ? await (await caches.open("screen")).keys() : [];
      return keys.length >= 3 && keys.some((one) => one.url === url);
    }, url);
  for (const until = Date.now() + 30_000; !(await kept(address)); await page.waitForTimeout(50)) {
    if (Date.now() > until) throw new Error("the screen was never kept");
  }
  // Somewhere else on the server nothing is kept.
  if (await page.evaluate(async () => (await navigator.serviceWorker.getRegistration("/events")) !== undefined)) problem("keeps more than the screen");

  process.kill(pid, "SIGKILL");
  const later = await context.newPage();
  await later.clock.install({ time: Date.now() + 23 * 60 * 60 * 1000 });
  await later.goto(address);
  await later.locator("#late").waitFor();
  const text = await later.locator("body").innerText();
  if (!text.includes(title)) problem(`'${title}' is missing after a day: ${text}`);
  if (!/Stand/.test(text) || !/Zurzeit kommt nichts Neues an/.test(text)) problem(`does not say as of when it is: ${text}`);
  for (const words of await problems(later)) problem(`away: ${words}`);
  await photograph(later, screenshots, "screen-away");
  return found;
});
