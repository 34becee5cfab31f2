// Someone asks for a sign-in link by mail. words: {base, email}; gives {heading}: what the page then says.
import { links, tell, window } from "./browser.mjs";

await tell(async (browser, { base, email }) => {
  const page = await (await window(browser, 360, { javaScriptEnabled: false })).newPage();
  await page.goto(base);
  for (const href of await links(page)) {
    await page.goto(href);
    const field = page.locator("main form[method=post] input[type=email]");
    if ((await field.count()) === 0) continue;
    await field.fill(email);
    await page.locator("main form[method=post] button").first().click();
    return { heading: await page.locator("main h1").innerText() };
  }
  throw new Error("no form for signing in is linked from the home page");
});
