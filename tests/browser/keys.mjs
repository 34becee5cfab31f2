// An editor sets up a second key, a passkey and a password on a telephone, and signs in with each.
// An app is played here (RFC 6238), a device with a finger on it by Chromium.
//
// words: {base, signIn, screenshots}; gives {problems, ways, code}: what is wrong with the pages on the way, how somebody got
// in, and a code from paper that is left.
import { createHmac } from "node:crypto";
import { mistakes } from "./html.mjs";
import { photograph, problems, signIn, tell, window } from "./browser.mjs";

/** What an app shows now that was given `spelled`. */
function number(spelled) {
  const bits = [...spelled.replaceAll(" ", "")].map((one) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(one));
  const all = bits.map((value) => value.toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(all.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", secret).update(step).digest();
  const word = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}

await tell(async (browser, { base, signIn: link, screenshots }) => {
  const context = await window(browser, 360);
  const page = await context.newPage();
  const device = await context.newCDPSession(page);
  await device.send("WebAuthn.enable");
  await device.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const found = [];
  const ways = [];
  const look = async (name) => {
    found.push(...(await problems(page)).map((text) => `${name}: ${text}`));
    await photograph(page, screenshots, `keys-360-${name}`);
  };
  const open = async (path, name) => {
    const answer = await page.goto(new URL(path, base).href);
    found.push(...(await mistakes(await answer.text())).map((text) => `${name}: ${text}`));
    await look(name);
  };
  const press = async (selector, until) => {
    await Promise.all([page.waitForURL(until), page.locator(selector).click()]);
  };
  const leave = async () => press("form[action='/sign-out'] button", /done=signed-out/);

  // A second key.
  await signIn(page, link);
  await page.waitForURL(/\/account\/second/);
  await look("asked");
  await page.locator("main button[value=begin]").click();
  const spelled = await page.locator("main .address strong").innerText();
  await look("offered");
  await page.locator("[name=code]").fill(number(spelled));
  await page.locator("main button[value=confirm]").click();
  await page.locator("main .codes").waitFor();
  const codes = await page.locator("main .codes li").allInnerTexts();
  if (codes.length !== 10) throw new Error(`${codes.length} codes: ${await page.locator("main").innerText()}`);
  await look("paper");
  await open("/account/second", "on");

  // A passkey: the device makes one, and opens with it.
  await open("/account/passkeys", "passkeys");
  await page.locator("[name=name]").fill("Mein Telefon");
  await page.locator("[name=code]").fill("ABCD EFGH");
  await page.locator("form[data-passkey] button").click();
  await page.locator("[data-status]:visible").waitFor();
  await look("passkey-refused");
  await page.locator("[name=code]").fill(codes[0]);
  await press("form[data-passkey] button", /done=passkey-added/);
  await look("passkey-added");
  await leave();
  await open("/sign-in", "sign-in");
  await press("form[data-passkey] button", /done=signed-in/);
  ways.push("passkey");

  // A password, and the second key after it.
  await open("/account/password", "password");
  await page.locator("[name=password]").fill("drei blaue Leitern");
  await press("main button[value=set]", /done=new-password/);
  await leave();
  await open("/sign-in/password", "sign-in-password");
  await page.locator("[name=email]").fill("mira@example.org");
  await page.locator("[name=password]").fill("drei blaue Leitern");
  await press("main button", /\/sign-in\/second/);
  await look("second");
  await page.locator("[name=code]").fill(codes[1]);
  await press("main button", /done=signed-in/);
  ways.push("password");
  await open("/account", "account");

  return { problems: found, ways, code: codes[2] };
});
