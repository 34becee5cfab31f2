// The next two weeks on a device: kept when asked for, read when the server is gone, let go of again.
//
// words: {base, title, pid, screenshots}: an event that must be readable, and the server's process, which is ended on the way;
// gives {problems, before, away}: what stood on the page with and without a network.
import { problems, photograph, tell, window, WIDTHS } from "./browser.mjs";

await tell(async (browser, { base, title, pid, screenshots }) => {
  const found = { problems: [] };
  const context = await window(browser, WIDTHS[0]);
  const page = await context.newPage();
  const look = async (state) => {
    for (const text of await problems(page)) found.problems.push(`${state}: ${text}`);
    await photograph(page, screenshots, `offline-${state}`);
  };
  const at = (path) => new URL(path, base).href;
  const caches = () => page.evaluate(async () => (await globalThis.caches.keys()).length);

  await page.goto(at("/offline"));
  await page.locator("#keep").waitFor();
  found.before = await page.locator("h1").innerText();
  if ((await caches()) > 0) found.problems.push("something is kept before anybody asked for it");
  await look("asked");
  await page.locator("#keep").focus();
  await page.keyboard.press("Enter");
  await page.locator("#drop").waitFor();
  if (await page.locator("#keep").isVisible()) found.problems.push("what is kept can be kept again");
  await look("kept");
  if (!(await page.locator("#drop").evaluate((button) => button === document.activeElement))) found.problems.push("the focus is lost");
  await page.goto(at("/events"));
  if ((await page.locator("h1").innerText()) === found.before) found.problems.push("with a network the copy is shown");

  process.kill(pid, "SIGKILL");
  await page.goto(at("/events"));
  await page.locator("#away").waitFor();
  found.away = await page.locator("h1").innerText();
  if (!(await page.locator("main").innerText()).includes(title)) found.problems.push(`'${title}' is missing`);
  await look("away");
  await page.locator("#drop").click();
  await page.locator("#keep").waitFor();
  if ((await caches()) > 0) found.problems.push("something is left behind");
  const gone = await page.goto(at("/events")).then(() => false, () => true);
  if (!gone) found.problems.push("the copy is still shown");
  return found;
});
