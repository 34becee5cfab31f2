// The club's secretary: twenty dates from a calendar file, looked at and taken in; then the same file again, and the same
// dates as a table.
//
// words: {base, signIn, calendar, table, screenshots}; gives {seconds, listed: {calendar, again, table}}: how long it took from
// the link in the letter to the dates on the page, and how many dates were listed after each file.
import { photograph, signIn, tell, WIDTHS, window } from "./browser.mjs";

/** How many of the club's dates the page of the month lists. */
async function listed(page, base) {
  const table = await page.request.get(new URL("/events.csv?time=month", base).href);
  return (await table.text()).split("\r\n").filter((line) => line.includes("Chorprobe")).length;
}

async function upload(page, base, name, mimeType, text, how) {
  await page.goto(base);
  await page.getByRole("link", { name: "Termin eintragen" }).first().click();
  await page.getByRole("link", { name: "Viele Termine auf einmal" }).click();
  await page.locator("input[type=file]").setInputFiles({ name, mimeType, buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Termine ansehen" }).click();
  await page.getByRole("heading", { name: "Diese Termine würden übernommen" }).waitFor();
  await how(page);
}

await tell(async (browser, { base, signIn: link, calendar, table, screenshots }) => {
  const found = {};
  for (const width of WIDTHS) {
    const context = await window(browser, width, { javaScriptEnabled: false });
    const page = await context.newPage();
    const began = Date.now();
    if (width === WIDTHS[0]) {
      await signIn(page, link);
      found.cookies = await context.cookies();
    } else {
      await context.addCookies(found.cookies);
    }
    const first = width === WIDTHS[0];
    await upload(page, base, "chor.ics", "text/calendar", calendar, async () => {
      await photograph(page, screenshots, `import-${width}-preview`);
      if (!first) return page.getByText("20 Termine sind unverändert.").waitFor();
      await page.getByRole("button", { name: "20 Termine übernehmen" }).click();
      await page.getByText("Die neuen Termine stehen jetzt auf der Seite.").waitFor();
      await photograph(page, screenshots, `import-${width}-done`);
      found.seconds = (Date.now() - began) / 1000;
      found.calendar = await listed(page, base);
    });
    if (!first) found.again = await listed(page, base);
    await upload(page, base, "chor.csv", "text/csv", table, async () => {
      await page.getByText("20 Termine sind unverändert.").waitFor();
      await page.locator("summary", { hasText: "Welche Spalte bedeutet was?" }).click();
      await photograph(page, screenshots, `import-${width}-table`);
    });
    found.table = await listed(page, base);
    await context.close();
  }
  return { seconds: found.seconds, listed: { calendar: found.calendar, again: found.again, table: found.table } };
});
