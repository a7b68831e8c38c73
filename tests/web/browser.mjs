// node browser.mjs SCENE URL PICTURES: plays a scene of page_test.cpp in Chromium. Exits 1 with what was wrong.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../tools/web-tests/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [scene, url, pictures, given] = process.argv.slice(2);
const LIMIT = 60000;
const DESKTOP = { viewport: { width: 1280, height: 900 }, colorScheme: "light" };
const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: "dark", isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const complaints = [];

async function open(options, path = "/") {
  const context = await browser.newContext({ ...options, bypassCSP: false });
  context.setDefaultTimeout(LIMIT);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(`page: ${error.stack}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) complaints.push(`asks elsewhere: ${request.url()}`);
  });
  await page.goto(url + path, { timeout: LIMIT });
  return page;
}

const shot = (page, name, fullPage = true) => page.screenshot({ path: `${pictures}/${name}.png`, fullPage });

/** Labels, roles, contrast: what axe finds. It is evaluated by the debugger, which no policy of the page forbids. */
async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  const told = violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html} ${node.any.map((why) => why.message).join(" ")}`).join("\n    ")}`);
  assert.deepEqual(told, [], told.join("\n"));
}

async function noSideways(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `it can be scrolled sideways by ${over} px`);
}

const card = (page, name) => page.locator(".card", { has: page.getByRole("heading", { name, exact: true }) });

const scenes = {
  async first() {
    const page = await open(DESKTOP);
    await card(page, "shroud").waitFor();
    const head = await page.locator(".verdict").innerText();
    assert.match(head, /NEEDS A LOOK/);
    assert.match(head, /2\/2 live recorded · last byte \d+ s ago/);
    assert.match(head, /Missing today \d+ s/);
    assert.match(head, /Unposted \d+\.\d GB/);
    assert.match(head, /Disk 9 h left/);
    assert.match(await page.locator(".problems").innerText(), /expires in 2 days/);
    const shroud = await card(page, "shroud").innerText();
    assert.match(shroud, /3:41:/);
    assert.match(shroud, /1080p60 · /);
    assert.match(shroud, /missing 12 s \(ads\)/);
    assert.match(shroud, /posted 4 · uploading #5 6\d %/);
    assert.match(await card(page, "broken_off").innerText(), /dropped \d:\d\d, waiting until \d\d:\d\d/);
    assert.equal(await card(page, "broken_off").locator(".title").evaluate((one) => getComputedStyle(one).direction), "rtl");
    assert.equal(await page.title(), "! Stream Recorder");
    await page.getByText("How to replace").click();
    await page.getByText("In a private window").waitFor();
    assert.match(await page.locator(".rows").first().innerText(), /announced · starts \d\d:\d\d/);
    assert.match(await page.locator("summary").innerText(), /5 offline · checked \d+ s ago/);
    assert.match(await page.locator(".foot").innerText(), /Queue: 2 items/);
    assert.match(await page.locator(".foot").innerText(), /next try in 0:\d\d/);
    assert.equal(await card(page, "shroud").locator(".timeline .hole").count(), 2);
    const before = await card(page, "shroud").locator(".clock").innerText();
    const size = await card(page, "hostile").locator(".num").first().innerText();
    await page.waitForFunction((old) => [...document.querySelectorAll(".card")].some((one) => one.querySelector("h3").textContent === "shroud" && one.querySelector(".clock").textContent !== old), before);
    await page.waitForFunction((old) => [...document.querySelectorAll(".card")].some((one) => one.querySelector("h3").textContent === "hostile" && one.querySelector(".num").innerText !== old), size);
    await page.waitForFunction(() => document.querySelector(".spark path")?.getAttribute("d")?.includes("L"));
    // Of what is live the newest segments, of the others a part that is made. Where the picture of another takes long
    // there is a part instead, and half a minute later another try.
    for (const [name, shown] of [["shroud", "/picture?at="], ["hostile", "/picture?at="], ["tidy", "/thumbnail"]]) {
      const picture = card(page, name).locator(`.thumb:not(.none)[src*="${shown}"]`);
      await picture.waitFor({ timeout: 90000 });
      assert.match(await picture.getAttribute("src"), name === "tidy" ? /\/thumbnail$/ : /\/picture\?at=\d+$/);
      // On a busy machine the next one may just be on its way.
      await page.waitForFunction((image) => image.naturalWidth > 0, await picture.elementHandle());
    }
    await shot(page, "first-light");
    await accessible(page);
    await noSideways(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "first-dark");
    await accessible(page);
  },
  async act() {
    const page = await open(DESKTOP);
    await card(page, "shroud").waitFor();
    await page.locator("#add").focus();
    await page.keyboard.press("Enter");
    await page.locator("#field-url").waitFor();
    await shot(page, "dialog");
    await accessible(page);
    await page.keyboard.type("https://www.twitch.tv/somebody_new");
    await page.keyboard.press("Enter");
    await page.locator(".toast").waitFor();
    await page.locator("summary").focus();
    await page.keyboard.press("Enter");
    await page.getByText("somebody_new").last().waitFor();
    await page.getByText("✓ Over").waitFor();
    assert.equal(await page.getByRole("button", { name: "Pause: off3" }).isVisible(), false, "there is nothing to pause");
    assert.equal(await page.getByRole("button", { name: "Remove: off3" }).isVisible(), true);
    await page.getByRole("button", { name: "Pause: off1" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Resume: off1" }).waitFor();
    await page.getByRole("button", { name: "Stop: shroud" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("Stop recording shroud?").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Stop recording shroud?").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Stop: shroud" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("Stop recording shroud?").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("what is there is posted").waitFor();
    await shot(page, "acted");
  },
  async empty() {
    const page = await open(DESKTOP);
    await page.getByText("NOTHING IS WATCHED YET").waitFor();
    await page.getByText("Add a link: a channel").waitFor();
    await shot(page, "empty");
    await accessible(page);
    await page.locator("#add").click();
    await page.locator("#field-url").fill("no link at all");
    await page.keyboard.press("Enter");
    await page.locator(".toast.error").waitFor();
    complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("400")));
    await page.locator("#add").click();
    await page.locator("#field-url").fill("twitch.tv/somebody");
    await page.keyboard.press("Enter");
    await page.getByText("1 offline").waitFor();
    assert.equal(await page.getByText("No channel yet").isVisible(), false);
    await page.goto(`${url}/#/telegram`);
    await page.getByText("Nowhere yet").waitFor();
    await page.goto(`${url}/#/session/none`);
    await page.getByText("There is no such recording.").waitFor();
    complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("404")));
  },
  async trouble() {
    const page = await open(DESKTOP);
    await card(page, "silent_one").waitFor();
    assert.match(await page.locator(".verdict").innerText(), /SOMETHING IS BEING LOST\s+0\/1 live recorded/);
    const problems = await page.locator(".problems").innerText();
    for (const told of [/\/var\/lib\/streamrecorder is full/, /silent_one: no byte for 7 min/, /no_part: part 2 could not be made: no pictures/, /HTTP 429/, /\/srv\/recordings is full in 2\.0 h/, /LOGIN_INFO expired/, /lost_one: part 2 could not be made: Telegram refuses/, /no_part: post 2 has failed 4 times/])
      assert.match(problems, told);
    assert.match(await page.locator(".foot").innerText(), /flood wait 1\d:\d\d/);
    await noSideways(page);
    await shot(page, "trouble");
    await accessible(page);
    await page.getByRole("link", { name: "Details: lost_one" }).click();
    await page.getByRole("button", { name: "Try what failed again" }).click();
    await page.locator(".toast").waitFor();
    await shot(page, "session-failed");
    await accessible(page);
    const phone = await open({ ...PHONE, colorScheme: "light" });
    await card(phone, "silent_one").waitFor();
    await noSideways(phone);
    await shot(phone, "phone-trouble");
  },
  async targets() {
    const page = await open(DESKTOP, "/#/telegram");
    await page.getByRole("button", { name: "Add chat" }).click();
    await page.locator("#field-target").fill("chess");
    await page.locator("#field-chat").fill("@chess_streams");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Test: chess" }).click();
    await page.getByText("add recorder_bot to it as an administrator").waitFor();
    await shot(page, "targets");
    await accessible(page);
    await page.goto(`${url}/#/`);
    await page.locator("summary").click();
    await page.getByRole("button", { name: "Settings: off1" }).click();
    await page.locator("#field-quality").fill("720p,best");
    await page.locator("#field-target").selectOption("chess");
    await shot(page, "settings");
    await accessible(page);
    const saved = page.waitForResponse((answer) => answer.request().method() === "PATCH");
    await page.getByRole("button", { name: "Save" }).click();
    await saved;
    const { channels } = await page.evaluate(async () => (await fetch("/api/v1/channels")).json());
    assert.deepEqual(channels.find((one) => one.name === "off1").overrides, { quality: "720p,best", target: "chess" });
    await page.goto(`${url}/#/telegram`);
    await page.getByText("1 channel", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Remove: chess" }).click();
    await page.locator("#dialog").getByRole("button", { name: "Remove" }).click();
    await page.locator(".toast.error").getByText("posts to chess").waitFor();
    complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("409")));
  },
  async phone() {
    const page = await open(PHONE);
    await card(page, "shroud").waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "ru");
    assert.match(await page.locator(".verdict").innerText(), /НУЖНО ВНИМАНИЕ/);
    assert.match(await page.locator(".problems").innerText(), /истекает через 2 дня\s+экспортируйте cookies заново/);
    assert.match(await card(page, "shroud").innerText(), /пропущено 12 с \(реклама\)/);
    await page.locator("summary").click();
    await noSideways(page);
    await page.waitForTimeout(2500);
    await shot(page, "phone-dark-ru");
    await accessible(page);
    await page.locator("#add").click();
    await page.locator("#field-url").fill("nonsense");
    await page.keyboard.press("Enter");
    await page.locator(".toast").getByText("это не адрес http или https").waitFor();
    // A refusal is noted by the browser, too.
    complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("400")));
    await page.goto(`${url}/#/history`);
    await page.locator(".rows a").first().click();
    await page.locator(".story").getByText("эфир замечен").waitFor();
    await page.locator(".story").getByText("закончилось: эфир закончился").waitFor();
    await noSideways(page);
    await shot(page, "phone-session-ru");
    await page.goto(`${url}/#/`);
    await card(page, "shroud").waitFor();
    await page.locator("#language").click();
    await page.getByText("NEEDS A LOOK").waitFor();
    await page.locator(".problems").getByText("expires in 2 days").waitFor();
    await page.goto(`${url}/#/history`);
    await page.locator(".rows li").first().waitFor();
    await noSideways(page);
    await shot(page, "phone-history");
    await accessible(page);
  },
  async hostile() {
    const page = await open(DESKTOP);
    await card(page, "hostile").waitFor();
    assert.match(await card(page, "hostile").innerText(), /<img src=x onerror=/);
    await page.goto(`${url}/#/history`);
    await page.getByText("<img src=x onerror=").waitFor();
    await page.locator(".rows a").first().click();
    await page.locator(".story").getByText("<img src=x onerror=").waitFor();
    assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
    assert.equal(await page.locator("main script, main [onerror]").count(), 0);
  },
  async history() {
    const page = await open(DESKTOP, "/#/history");
    await page.locator(".rows li").nth(49).waitFor();
    await page.getByRole("button", { name: "Older" }).click();
    await page.locator(".rows li").nth(59).waitFor();
    await page.getByRole("searchbox").fill("number 58");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll(".rows li").length === 1);
    await page.getByRole("searchbox").fill("nothing like it");
    await page.keyboard.press("Enter");
    await page.getByText("Nothing found.").waitFor();
    await page.getByRole("searchbox").fill("");
    await page.keyboard.press("Enter");
    await page.locator(".rows a").first().waitFor();
    await shot(page, "history");
    // Asked for when the page opens, because there is one part that can be played, or else by the button.
    const range = page.waitForResponse((answer) => answer.url().endsWith("/video") && answer.status() === 206);
    await page.locator(".rows a").first().click();
    await page.getByRole("button", { name: "Play part 3" }).click();
    await range;
    await page.waitForFunction(() => document.querySelector("video").readyState >= 1);
    await page.waitForFunction(() => document.querySelector("video").currentTime > 0.3);
    assert.match(await page.locator(".story").innerText(), /the broadcast is over/);
    // A film that is watched stays where it is, whatever else changes.
    await page.evaluate(() => document.querySelector("video").pause());
    const at = await page.evaluate(() => document.querySelector("video").currentTime);
    await page.waitForResponse((answer) => /sessions\/[^/]+$/.test(answer.url()));
    assert.equal(await page.evaluate(() => document.querySelector("video").currentTime), at);
    await shot(page, "session");
    await accessible(page);
    await noSideways(page);
  },
  async password() {
    const page = await open(DESKTOP);
    await page.locator("#password").fill("wrong horse battery");
    await page.keyboard.press("Enter");
    await page.getByText("Wrong password.").waitFor();
    await shot(page, "password");
    await accessible(page);
    // The browser itself notes every 401.
    complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("401")));
    await page.locator("#password").fill("correct horse");
    await page.keyboard.press("Enter");
    await card(page, "shroud").waitFor();
    await page.reload();
    await card(page, "shroud").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.locator("#password").waitFor();
  },
  async setup() {
    const page = await open(DESKTOP, `/#/setup/${given}`);
    await page.locator("#new-password").fill("correct horse");
    await shot(page, "setup");
    await accessible(page);
    await page.keyboard.press("Enter");
    await card(page, "shroud").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.locator("#password").fill("correct horse");
    await page.keyboard.press("Enter");
    await card(page, "shroud").waitFor();
    await page.goto(`${url}/#/setup/${given}`);
    await page.getByText("There is a password already.").waitFor();
    const again = await page.evaluate(async (token) => (await fetch("/api/v1/setup", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token, password: "another horse" }) })).status, given);
    assert.equal(again, 403);
    // The browser itself notes every refusal.
    complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("403") && !one.includes("401")));
  },
  async memory() {
    const page = await open(DESKTOP);
    await card(page, "shroud").waitFor();
    const known = await page.evaluate(async () => (await fetch("/api/v1/rates")).json());
    assert.equal(known.every_s, 0.5);
    const [session] = Object.keys(known.sessions);
    assert.ok(known.sessions[session].every((rate) => rate >= 0));
    // More than this page could have seen by itself.
    const hour = Array.from({ length: 300 }, (_, i) => 5e6 + 1e6 * Math.sin(i / 20));
    for (const id of Object.keys(known.sessions)) known.sessions[id] = hour;
    await page.route("**/api/v1/rates?*", (route) => route.fulfill({ json: { ...known, every_s: 10 } }));
    await page.reload();
    await page.waitForFunction(() => (document.querySelector(".spark path")?.getAttribute("d")?.match(/L/g) ?? []).length === 299);
    await shot(page, "memory");
  },
  async crowd() {
    const page = await open(DESKTOP);
    await page.waitForFunction(() => document.querySelectorAll(".card").length === 100);
    const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const scripted = async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      return Object.fromEntries(metrics.map((one) => [one.name, one.value]));
    };
    const before = await scripted();
    const seconds = 6;
    await page.waitForTimeout(seconds * 1000);
    const after = await scripted();
    const per = (name) => (((after[name] - before[name]) * 1000) / seconds).toFixed(1);
    console.log(`100 channels: first paint ${paint?.toFixed(0)} ms; each second ${per("ScriptDuration")} ms of script, ${per("LayoutDuration")} ms of layout, ${per("RecalcStyleDuration")} ms of style`);
    await shot(page, "crowd", false);
    await noSideways(page);
    await page.getByRole("searchbox").fill("channel42");
    await page.waitForFunction(() => document.querySelectorAll(".card").length === 1);
    assert.match(await page.locator(".finder").innerText(), /1 of 200/);
    await page.getByRole("searchbox").fill("");
    if (!process.env.REC_LONG) return;
    assert.ok(paint < 1000, `first paint after ${paint} ms`);
    // Updates come once a second.
    assert.ok(Number(per("ScriptDuration")) < 50, `${per("ScriptDuration")} ms of script an update`);
  },
};

let wrong = 0;
try {
  await scenes[scene]();
  assert.deepEqual(complaints, [], complaints.join("\n"));
} catch (error) {
  wrong = 1;
  console.error(error.message, error.stack);
  console.error(complaints.join("\n"));
  for (const context of browser.contexts()) for (const page of context.pages()) await shot(page, `failed-${scene}`).catch(() => {});
}
await browser.close();
process.exit(wrong);
