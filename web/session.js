// One session: its parts to watch, what is missing, and what happened and why. What is there stays there when
// something changes: a film that is watched, a place that is read.

import { ask, me, part } from "./api.js";
import { h, keep, setAttribute, setText } from "./dom.js";
import { drawTimeline, timeline } from "./drawing.js";
import { bytes, causeWord, clock, dayOf, exactOf, length, say, skipOf, statusWord } from "./words.js";

const isOver = (session) => session.status === "done" || session.status === "error";

/** What can be asked of it now. */
function actionsOf(session) {
  if (session.status === "recording") return session.channel === "files:post" ? [] : ["stop"];
  if (!isOver(session)) return ["retry", skipOf(session.status)].filter(Boolean);
  const actions = [];
  if (session.status === "error" && !session.flags.includes("cancelled")) actions.push("reprocess");
  if (session.flags.length) actions.push("clear-flags");
  return actions;
}

/** Its message for a browser: of a chat by name, or by number, whose messages the library counts in steps of a megabyte. */
function linkOf(session, message) {
  const chat = session.target?.chat ?? "";
  const number = message / 2 ** 20;
  if (!message || !Number.isInteger(number)) return null;
  const name = /^(?:@|(?:https?:\/\/)?t\.me\/)([A-Za-z]\w{3,})$/.exec(chat)?.[1];
  if (name) return `https://t.me/${name}/${number}`;
  return chat.startsWith("-100") ? `https://t.me/c/${chat.slice(4)}/${number}` : null;
}

export class SessionScreen {
  constructor(page, [id]) {
    this.page = page;
    this.id = id;
    this.element = h("div", { class: "screen" }, (this.waits = h("p", { class: "pane" }, say("loading"))));
    this.load();
    this.timer = setInterval(() => !document.hidden && this.load(), 10000);
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
  }

  async load() {
    try {
      const told = await ask("GET", `sessions/${encodeURIComponent(this.id)}`);
      if (this.closed) return;
      if (!this.player) this.build();
      this.show(told.session, told.story);
    } catch (error) {
      if (error.status !== 404) return this.page.failed(error);
      clearInterval(this.timer);
      setText(this.waits, say("notThere"));
    }
  }

  build() {
    this.line = timeline();
    this.player = h("video", { controls: true, preload: "metadata", hidden: true, "aria-label": say("parts") });
    this.parts = h("ul", { class: "rows" });
    this.partsPane = h("section", { class: "pane" }, h("h2", {}, say("parts")), this.parts);
    this.story = h("ol", { class: "story" });
    this.element.replaceChildren(
      h("p", { class: "small" }, h("a", { href: "#/" }, `← ${say("now")}`)),
      h("section", { class: "pane" },
        (this.name = h("h1", { dir: "auto" })), (this.called = h("div", { dir: "auto" })),
        (this.facts = h("div", { class: "soft num" })), this.line,
        (this.missing = h("div")), (this.actions = h("div", { class: "actions" }))),
      this.player, this.partsPane,
      h("section", { class: "pane" }, h("h2", {}, say("story")), this.story));
  }

  show(session, story) {
    this.title = session.name;
    setText(this.name, session.name);
    setText(this.called, session.titles.at(-1)?.title || session.title);
    const facts = [statusWord(session.status), dayOf(session.started_at), clock(session.elapsed_s), bytes(session.bytes)];
    if (session.picture) facts.push(session.picture);
    if (session.category) facts.splice(1, 0, session.category);
    setText(this.facts, facts.join(" · "));
    drawTimeline(this.line, session, this.page.live.now());
    const lacks = session.parts.filter((one) => one.state === "failed").map((one) => say("failedPart", one.number));
    if (session.missing_s) lacks.unshift(say("missing", length(session.missing_s)));
    setText(this.missing, lacks.join(" · ") || say("nothingMissing"));
    setAttribute(this.missing, "class", lacks.length ? "missing" : "soft");
    keep(this.actions, me.scope === "control" ? actionsOf(session) : [], (one) => one, (one) => this.action(one));
    this.session = session;
    this.partsPane.hidden = session.parts.length === 0;
    keep(this.parts, session.parts, (one) => one.number, () => h("li", {}, h("div", { class: "grow num" }, h("span"), h("div")), h("div", { class: "actions" })),
      (element, one) => this.part(element, session, one));
    keep(this.story, story, (one) => `${one.at} ${one.what} ${one.text}`, (one) => this.happening(one));
    const playable = session.parts.filter((one) => one.state === "ready");
    if (playable.length === 1 && session.ended_at && this.player.hidden && !this.offered) this.play(session, playable[0], false);
    this.offered = true;
  }

  action(action) {
    const label = say(action.replace("-", "_"));
    const button = h("button", { type: "button", class: action === "stop" || action.startsWith("skip") ? "danger" : "" }, label);
    button.addEventListener("click", async () => {
      const question = action === "stop" ? "sureStop" : action.startsWith("skip") ? "sureSkip" : "";
      if (question && !(await this.page.confirm(say(question, this.session.name, label), label))) return;
      await this.page.run(() => ask("POST", `sessions/${encodeURIComponent(this.id)}/actions`, { action }), button);
      this.load();
    });
    return button;
  }

  part(element, session, one) {
    const known = JSON.stringify(one);
    if (element.known === known) return;
    element.known = known;
    const [words, actions] = element.children;
    setText(words.children[0], [say("part", one.number), clock(one.duration_s), bytes(one.bytes)].join(" · "));
    const word = one.state === "posted" ? say("part_posted") : one.state === "ready" ? say("part_ready") : one.state === "failed" ? say("part_failed") : say("making", one.number);
    setText(words.children[1], one.error ?? word);
    setAttribute(words.children[1], "class", one.error ? "small missing" : "small soft");
    const link = linkOf(session, one.message_id);
    const wanted = [];
    if (one.state === "ready" || one.state === "posted") wanted.push("play");
    if (link) wanted.push("open");
    keep(actions, wanted, (name) => name, (name) => name === "play"
      ? h("button", { type: "button", onclick: () => this.play(session, one, true) }, say("play", one.number))
      : h("a", { class: "button", href: link, target: "_blank", rel: "noopener noreferrer" }, say("openPost")));
  }

  play(session, one, now) {
    this.player.hidden = false;
    this.player.onerror = () => {
      this.player.hidden = true;
      if (now) this.page.toast(say("gone"), true);
    };
    this.player.src = part(session.id, one.number, "video");
    if (!now) return;
    this.player.scrollIntoView({ block: "center" });
    this.player.play().catch(() => {});
  }

  happening(one) {
    const word = one.what === "ended" ? say("ended_what") : say(one.what);
    const text = one.what === "gap" ? `${length(one.seconds)} (${causeWord(one.cause)})` : one.text;
    return h("li", { class: one.what }, h("span", { class: "small soft num" }, one.at ? exactOf(one.at) : ""), h("span", {}, h("strong", {}, word), " ", h("bdi", {}, text)));
  }
}
