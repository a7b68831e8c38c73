// What differs for one channel: a window of its own.

import { ask } from "./api.js";
import { say } from "./words.js";

const KEYS = ["quality", "target", "title_filter", "hours", "part_duration"];

/** Asks for the settings of a channel; only what was changed is sent. */
export async function changeSettings(page, channel) {
  const told = await page.answer(() => Promise.all([ask("GET", "channels"), ask("GET", "targets")]));
  if (!told) return;
  const [{ channels }, { targets }] = told;
  const own = channels.find((one) => one.id === channel.id)?.overrides ?? {};
  const fields = KEYS.map((key) => ({
    name: key, label: say(`set_${key}`), value: own[key] ?? "", optional: true,
    hint: key === "target" ? say("optional") : `${say(`set_${key}_hint`)} (${say("optional")})`,
    choices: key === "target" ? [...new Set([...targets.map((one) => one.name), own.target].filter(Boolean))] : null,
  }));
  const given = await page.dialog(say("settingsOf", channel.name), fields, say("save"));
  if (!given) return;
  const set = Object.fromEntries(KEYS.filter((key) => given[key].trim() !== (own[key] ?? "")).map((key) => [key, given[key].trim()]));
  if (Object.keys(set).length) await page.run(() => ask("PATCH", `channels/${encodeURIComponent(channel.id)}`, { set }));
}
