// What was recorded, with search.

import { ask } from "./api.js";
import { h } from "./dom.js";
import { bytes, clock, dayOf, length, say, statusWord } from "./words.js";

export class HistoryScreen {
  constructor(page) {
    this.page = page;
    this.title = say("history");
    this.input = h("input", { id: "find", type: "search", autocomplete: "off", maxlength: 60 });
    const form = h("form", { class: "inline", role: "search", onsubmit: (event) => (event.preventDefault(), this.find()) },
      h("div", {}, h("label", { for: "find" }, say("search")), this.input),
      h("button", { class: "main" }, say("find")));
    this.list = h("ul", { class: "rows" });
    this.none = h("p", { class: "pane", hidden: true }, say("nothingFound"));
    this.older = h("button", { type: "button", hidden: true, onclick: () => this.load() }, say("older"));
    this.element = h("div", { class: "screen" }, h("h1", {}, say("history")), form, this.list, this.none, this.older);
    this.find();
  }

  close() {
    this.closed = true;
  }

  find() {
    this.text = this.input.value.trim();
    this.before = "";
    this.list.replaceChildren();
    return this.load();
  }

  async load() {
    const asked = this.text;
    const query = new URLSearchParams({ text: this.text, before: this.before });
    this.older.disabled = true;
    try {
      const found = await ask("GET", `sessions?${query}`);
      if (this.closed || asked !== this.text) return;
      this.before = found.before ?? "";
      this.list.append(...found.sessions.map((one) => this.row(one)));
      this.older.hidden = !found.before;
      this.none.hidden = this.list.children.length > 0;
      this.list.hidden = !this.none.hidden;
    } catch (error) {
      this.page.failed(error);
    } finally {
      this.older.disabled = false;
    }
  }

  row(session) {
    const facts = [dayOf(session.started_at), clock(session.elapsed_s), bytes(session.bytes)];
    return h("li", {},
      h("div", { class: "grow" },
        h("a", { href: `#/session/${encodeURIComponent(session.id)}` }, h("bdi", {}, session.name)), " ", h("bdi", {}, session.title),
        h("div", { class: "small soft num" }, facts.join(" · "))),
      session.missing_s ? h("span", { class: "small missing" }, say("missing", length(session.missing_s))) : null,
      h("span", { class: session.status === "error" ? "state err" : "small soft" }, statusWord(session.status)));
  }
}
