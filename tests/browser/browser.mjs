// Chromium for the stories: started quietly, and the checks that every page must pass.
import "../peers/localhost.mjs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = createRequire(import.meta.url)("axe-core");

/** A narrow telephone and a desk. */
export const WIDTHS = [360, 1280];

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

/** What is wrong with the page as it stands, one sentence each: accessibility, width, language. */
export async function problems(page) {
  const found = [];
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, impact, help, nodes } of violations) {
    if (!["serious", "critical"].includes(impact)) continue;
    found.push(`${impact}: ${help} (${id}) at ${nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`);
  }
  const { wide, inner, lang, title } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    inner: globalThis.innerWidth,
    lang: document.documentElement.lang,
    title: document.title,
  }));
  if (wide > inner) found.push(`is ${wide} wide in a window of ${inner}`);
  if (!lang) found.push("names no language");
  if (!title) found.push("has no title");
  return found;
}

/** The links of the page that stay on this server, without fragments. */
export async function links(page) {
  const hrefs = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.href.split("#")[0]));
  const origin = new URL(page.url()).origin;
  return [...new Set(hrefs)].filter((href) => new URL(href).origin === origin);
}
