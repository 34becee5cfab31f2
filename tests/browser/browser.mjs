// Chromium for the stories: started quietly, and the checks that every page must pass.
import "../peers/localhost.mjs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = createRequire(import.meta.url)("axe-core");

/** A narrow telephone and a desk. */
export const WIDTHS = [360, 1280];

/** WCAG 2.2 to AA, what AAA asks of contrast and targets, and what axe calls good practice. */
const LEVELS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag21aaa", "wcag22aa", "best-practice"];
const RULES = { resultTypes: ["violations"], runOnly: { type: "tag", values: LEVELS } };

/** The contrast alone, of AA and AAA. */
const CONTRAST = { resultTypes: ["violations"], runOnly: { type: "rule", values: ["color-contrast", "color-contrast-enhanced"] } };

/** What a page may weigh without its pictures, as it is sent. */
const MOST_BYTES = 60 * 1024;

/** Runs `story(browser, words)` and prints what it gives; a story that throws ends with status 1. */
export async function tell(story) {
  const words = JSON.parse(process.argv[2] ?? "{}");
  // A page that never comes to rest must not hold up the tests.
  const patience = 300_000;
  setTimeout(() => {
    console.error(`gave up after ${patience / 1000} s`);
    process.exit(1);
  }, patience).unref();
  const profile = await mkdtemp(join(tmpdir(), "quartier-browser-"));
  const browser = await chromium.launch({
    executablePath: process.env.QUARTIER_TEST_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    env: { ...process.env, HOME: profile },
    args: [
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-gpu",
      "--disable-quic",
      "--disable-sync",
      "--lang=de-DE",
      "--no-first-run",
      // Chromium refuses its sandbox to root.
      ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
    ],
  });
  try {
    console.log(JSON.stringify((await story(browser, words)) ?? null));
  } catch (error) {
    console.error(error.stack);
    process.exitCode = 1;
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
}

/** A window of `width` without memory. Whoever fills in forms passes `{javaScriptEnabled: false}`: they need none. */
export async function window(browser, width, more = {}) {
  const size = { width, height: width < 600 ? 740 : 900 };
  return browser.newContext({ viewport: size, locale: "de-DE", ...more });
}

/** Opens a sign-in link, and presses the button if there is one to press (links in mails are opened by robots too). */
export async function signIn(page, link) {
  await page.goto(link);
  const button = page.locator("main form[method=post] button, main form[method=post] [type=submit]");
  if ((await button.count()) > 0) await button.first().click();
}

/** What is wrong with the page as it stands, one sentence each: accessibility, width, weight, language. */
export async function problems(page) {
  const found = [];
  await page.evaluate(axe.source);
  const look = async (rules, where) => {
    const { violations } = await page.evaluate((chosen) => globalThis.axe.run(document, chosen), rules);
    for (const { id, impact, help, nodes } of violations) {
      const at = nodes.map((node) => node.target.join(" ")).slice(0, 3);
      found.push(`${where}${impact}: ${help} (${id}) at ${at.join(", ")}`);
    }
  };
  const reflow = async () => {
    const [wide, inner, widest] = await page.evaluate(() => {
      const beyond = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > globalThis.innerWidth + 1);
      const last = beyond.filter((one) => !beyond.some((other) => other !== one && one.contains(other)))[0];
      return [document.documentElement.scrollWidth, globalThis.innerWidth, last?.outerHTML.slice(0, 200)];
    });
    if (wide > inner) found.push(`is ${wide} wide in a window of ${inner}: ${widest}`);
  };
  await look(RULES, "");
  await reflow();
  const { width, height } = page.viewportSize();
  if (width < 600) {
    // Without motion, or the colours of buttons would be seen on their way.
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await look(CONTRAST, "in the dark, ");
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    // What a window of 1280 has left at 400 % (WCAG 2.2, 1.4.10).
    await page.setViewportSize({ width: 320, height });
    await reflow();
    await page.setViewportSize({ width, height });
  }
  const { lang, title, bytes } = await page.evaluate(() => {
    const loaded = ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind));
    const words = loaded.filter((entry) => entry.initiatorType !== "img");
    const bytes = words.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
    return { lang: document.documentElement.lang, title: document.title, bytes };
  });
  if (!lang) found.push("names no language");
  if (!title) found.push("has no title");
  if (bytes > MOST_BYTES) found.push(`weighs ${bytes} bytes without its pictures`);
  return found;
}

/** The links of the page that stay on this server, without fragments. */
export async function links(page) {
  const hrefs = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.href.split("#")[0]));
  const origin = new URL(page.url()).origin;
  return [...new Set(hrefs)].filter((href) => new URL(href).origin === origin);
}

/** Keeps a picture of the whole page. */
export async function photograph(page, screenshots, name) {
  if (!screenshots) return;
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name.replace(/[^a-z0-9]+/gi, "_")}.png`), fullPage: true });
}
