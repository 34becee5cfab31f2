// An editor with a second key and without script: the letter, a code from paper, and no button that does nothing.
//
// words: {base, signIn, code}; gives {problems}.
import { signIn, tell, window } from "./browser.mjs";

await tell(async (browser, { base, signIn: link, code }) => {
  const problems = [];
  const page = await (await window(browser, 360, { javaScriptEnabled: false })).newPage();
  await page.goto(new URL("/sign-in", base).href);
  if (await page.locator("form[data-passkey] button").isVisible()) problems.push("a button that needs a script is there");
  await signIn(page, link);
  await page.locator("[name=code]").fill(code);
  await Promise.all([page.waitForURL(/done=signed-in/), page.locator("main button").click()]);
  return { problems };
});
