// Where recordings are posted: chats to add, test and remove.

import { ask, me } from "./api.js";
import { h } from "./dom.js";
import { say, sayMany } from "./words.js";

export class TargetsScreen {
  constructor(page) {
    this.page = page;
    this.title = "Telegram";
    this.list = h("ul", { class: "rows", hidden: true });
    this.none = h("p", { class: "pane", hidden: true }, say("noTargets"));
    this.problems = h("ul", { class: "problems", hidden: true });
    const add = me.scope === "control" ? h("div", { class: "actions" }, h("button", { type: "button", class: "main", onclick: () => this.add() }, say("addTarget"))) : null;
    this.element = h("div", { class: "screen" }, h("h1", {}, say("targets")), this.problems, this.list, this.none, add);
    this.load();
  }

  async load() {
    const told = await this.page.answer(() => ask("GET", "targets"));
    if (!told) return;
    this.list.replaceChildren(...told.targets.map((one) => this.row(one)));
    this.list.hidden = told.targets.length === 0;
    this.none.hidden = !this.list.hidden;
    this.problems.replaceChildren(...told.problems.map((text) => h("li", { class: "problem" }, text)));
    this.problems.hidden = told.problems.length === 0;
  }

  row(target) {
    const path = `targets/${encodeURIComponent(target.name)}`;
    const facts = [target.values.channel_id, sayMany("usedBy", target.channels.length)];
    if (target.source === "config") facts.push(say("ofFile"));
    const list = h("ul", { class: "findings" });
    const found = h("div", { role: "status" }, list);
    const row = h("li", {}, h("div", { class: "grow" }, h("strong", {}, target.name), h("div", { class: "small soft" }, facts.filter(Boolean).join(" · ")), found));
    if (me.scope !== "control") return row;
    const test = h("button", { type: "button", "aria-label": `${say("test")}: ${target.name}`, onclick: () => this.test(path, list, test) }, say("test"));
    const actions = h("div", { class: "actions" }, test);
    if (target.source === "command") actions.append(h("button", { type: "button", "aria-label": `${say("remove")}: ${target.name}`, onclick: () => this.remove(path, target.name) }, say("remove")));
    row.append(actions);
    return row;
  }

  async test(path, found, button) {
    found.replaceChildren(h("li", { class: "soft" }, say("testing")));
    button.disabled = true;
    const told = await this.page.answer(() => ask("POST", `${path}/test`));
    button.disabled = false;
    const sign = { ok: "✓", warning: "!", error: "✕" };
    found.replaceChildren(...(told?.findings ?? []).map((one) =>
      h("li", { class: one.level }, `${sign[one.level]} ${one.text}`, one.cure ? h("div", { class: "soft" }, one.cure) : null)));
  }

  async add() {
    const fields = [
      { name: "target", label: say("targetName"), hint: say("targetNameHint"), value: this.list.hidden ? "default" : "" },
      { name: "chat", label: say("chat"), hint: say("chatHint") },
    ];
    const given = await this.page.dialog(say("addTarget"), fields, say("addIt"));
    if (!given) return;
    await this.page.run(() => ask("POST", "targets", { target: given.target.trim(), set: { channel_id: given.chat.trim() } }));
    this.load();
  }

  async remove(path, name) {
    if (!(await this.page.confirm(say("sureRemoveTarget", name), say("remove")))) return;
    await this.page.run(() => ask("DELETE", path));
    this.load();
  }
}
