// A member writes a post on a telephone, and the session ends meanwhile. They sign in by the letter's link
// in another window, and find their text where they left it.
//
// words: {base, signIn, again, text, screenshots}: two links to sign in; gives {problems, path}: what is wrong with the
// pages on the way, and where the post stands in the end.
import { mistakes } from "./html.mjs";
import { photograph, problems, signIn, tell, window } from "./browser.mjs";

await tell(async (browser, { base, signIn: link, again, text, screenshots }) => {
  const context = await window(browser, 360);
  const page = await context.newPage();
  await signIn(page, link);
  await page.goto(new URL("/write/post", base).href);
  const content = page.locator("[name=content]");
  await content.fill(text);
  await context.clearCookies();

  const found = [];
  /** Sends the form, and looks at what comes. */
  const send = async (name) => {
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await page.locator("main form[method=post] button").last().click();
    found.push(...(await mistakes(await (await answer).text())), ...(await problems(page)));
    await photograph(page, screenshots, `late-360-${name}`);
  };
  await send("asked");
  await page.locator("[type=email]").fill("mira@example.org");
  await send("code");
  await signIn(await context.newPage(), again);
  await page.locator("[name=code]").fill("000000");
  await send("kept");
  await send("back");
  if ((await content.inputValue()) !== text) found.push(`the text is ${await content.inputValue()}`);
  await page.locator("main form[method=post] button").last().click();
  return { problems: found, path: new URL(page.url()).pathname };
});
