// An editor with a keyboard and nothing else, without script: twelve dates of a calendar are decided one after the other.
//
// words: {base, signIn, file, screenshots}; gives {approved, declined, keys, seconds}: how many of each, how many keys
// were pressed for all of them, and how long it took.
import { photograph, signIn, tell, window } from "./browser.mjs";

await tell(async (browser, { base, signIn: link, file, screenshots }) => {
  const context = await window(browser, 360, { javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, link);
  await page.goto(new URL("/editors/calendars", base).href);
  const upload = { name: "verein.ics", mimeType: "text/calendar", buffer: Buffer.from(file) };
  await page.locator("input[type=file]").setInputFiles(upload);
  await page.locator("form:has(input[type=file]) button").click();
  await page.getByRole("button", { name: "übernehmen" }).click();
  await page.getByText("Neue Termine sieht zuerst die Redaktion.").waitFor();
  await page.goto(new URL("/editors/queue", base).href);
  await photograph(page, screenshots, "queue-360");

  const done = { approved: 0, declined: 0, keys: 0 };
  const began = Date.now();
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
    done.keys += keys.length;
  };
  const decided = async (last) => {
    // The focus is on the title of what waits longest: the next keys are about that.
    await Promise.all([page.waitForURL(/done=/), press(last)]);
    await page.goto(new URL("/editors/queue", base).href);
  };
  for (let left = await page.locator("article").count(); left > 0; left -= 1) {
    if (left % 4 === 0) {
      await press("Tab", "Tab", "Tab", "Enter", "Tab", "ArrowDown", "Tab", "Tab");
      await decided("Enter");
      done.declined += 1;
    } else {
      await press("Tab");
      await decided("Enter");
      done.approved += 1;
    }
    const now = await page.locator("article").count();
    if (now !== left - 1) throw new Error(`${now} wait where ${left - 1} should`);
  }
  done.seconds = (Date.now() - began) / 1000;
  await photograph(page, screenshots, "queue-empty-360");
  return done;
});
