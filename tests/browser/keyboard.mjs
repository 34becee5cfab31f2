// Somebody without a mouse: on each page Tab reaches everything there is to use, in its order, visibly, and leads out again;
// then they find an event from the front page and report a mistake in it, by keys alone and without script.
//
// words: {base, paths, title, signIn?, screenshots}; gives {problems, stops, keys, heading}.
import { photograph, signIn, tell, window, WIDTHS } from "./browser.mjs";

/** What can be used, in the order of the page. */
const USABLE = ["a[href]", "button", "input:not([type=hidden])", "select", "textarea", "summary"]
  .map((kind) => `${kind}:not([tabindex="-1"])`)
  .join();

/** Where the focus is: which of the usable things, its name, and whether one sees that it has the focus. */
const focus = (page) =>
  page.evaluate((usable) => {
    const at = document.activeElement;
    const folded = "details:not([open]) > :not(summary)";
    const all = [...document.querySelectorAll(usable)].filter((one) => one.checkVisibility() && !one.closest(folded));
    const box = at.getBoundingClientRect();
    const style = getComputedStyle(at);
    const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const inside = box.bottom > 0 && box.top < globalThis.innerHeight && box.right > 0 && box.left < globalThis.innerWidth;
    const name = (at.innerText || at.name || at.id || at.tagName).trim().slice(0, 40);
    const names = all.map((one) => (one.innerText || one.name || one.tagName).trim().slice(0, 40));
    return { number: all.indexOf(at), names, name, seen: marked && inside };
  }, USABLE);

/** Goes once through the page and round, from where the focus is at first; the sentences say what is wrong. */
async function tour(page) {
  const found = [];
  const reached = new Set();
  let last = -1;
  let rounds = 0;
  for (let press = 0; press < 400; press += 1) {
    await page.keyboard.press("Tab");
    const { number, names, name, seen } = await focus(page);
    // Out of the page, into the browser's own bars, or in again at its top.
    if (reached.size > 0 && last >= 0 && (number < 0 || (number === 0 && last > 0))) {
      rounds += 1;
      last = -1;
    }
    if (number < 0) continue;
    if (rounds > 0 && reached.has(number)) {
      // One of several round buttons stands for its group.
      const radios = await page.locator("input[type=radio]").count();
      const missed = names.filter((_, at) => !reached.has(at));
      if (missed.length > radios) found.push(`Tab does not reach ${missed.join(", ")}`);
      return { found, stops: reached.size };
    }
    // The parts of a date are stops of one field.
    if (number < last) found.push(`'${name}' comes after what stands below it`);
    if (!seen) found.push(`one does not see the focus at '${name}'`);
    reached.add(number);
    last = number;
  }
  return { found: [...found, "there is no way out"], stops: reached.size };
}

await tell(async (browser, { base, paths, title, signIn: link, screenshots }) => {
  const done = { problems: [], stops: 0, keys: 0 };
  const context = await window(browser, WIDTHS[0], { javaScriptEnabled: false });
  const page = await context.newPage();
  if (link) await signIn(page, link);
  for (const path of paths) {
    await page.goto(new URL(path, base).href);
    const { found, stops } = await tour(page);
    done.stops += stops;
    done.problems.push(...found.map((text) => `${path}: ${text}`));
  }

  const press = async (key) => {
    done.keys += 1;
    await page.keyboard.press(key);
  };
  /** Tabs on to what is called so, and presses Enter. */
  const follow = async (name) => {
    for (let steps = 0; steps < 200; steps += 1) {
      await press("Tab");
      if ((await focus(page)).name.startsWith(name)) return press("Enter");
    }
    throw new Error(`'${name}' cannot be reached on ${page.url()}`);
  };
  await page.goto(base);
  await follow("Zum Inhalt");
  await follow(title);
  await page.waitForURL(/\/events\/./);
  await follow("Hinweis geben");
  await page.waitForURL(/\/report$/);
  for (let steps = 0; steps < 60 && (await focus(page)).name !== "reason"; steps += 1) await press("Tab");
  await page.keyboard.type("Die Uhrzeit stimmt nicht.");
  await photograph(page, screenshots, "keyboard-360-report");
  await Promise.all([page.waitForEvent("framenavigated"), follow("Hinweis senden")]);
  await page.waitForLoadState();
  return { ...done, heading: await page.locator("main h1").innerText() };
});
