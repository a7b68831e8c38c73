// One session: its parts to watch, what is missing, and what happened and why.

import { ask, me, part } from "./api.js";
import { h } from "./dom.js";
import { drawTimeline, timeline } from "./drawing.js";
import { bytes, causeWord, clock, dayOf, exactOf, length, say, skipOf, statusWord } from "./words.js";

export class SessionScreen {
  constructor(page, [id]) {
    this.page = page;
    this.id = id;
    this.element = h("div", { class: "screen" }, h("p", { class: "pane" }, say("loading")));
    this.load();
    this.timer = setInterval(() => this.refresh(), 10000);
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
  }

  /** Not under a playing film. */
  refresh() {
    const video = this.element.querySelector("video");
    if (!document.hidden && (!video || video.paused) && !this.element.contains(document.activeElement)) this.load();
  }

  async load() {
    try {
      const told = await ask("GET", `sessions/${encodeURIComponent(this.id)}`);
      if (this.closed) return;
      const known = JSON.stringify(told.story) + JSON.stringify(told.session.parts);
      if (known === this.known) return;
      this.known = known;
      this.show(told.session, told.story);
    } catch (error) {
      clearInterval(this.timer);
      this.page.failed(error);
    }
  }

  show(session, story) {
    const line = timeline();
    drawTimeline(line, session, this.page.live.now());
    const facts = [statusWord(session.status), dayOf(session.started_at), clock(session.elapsed_s), bytes(session.bytes)];
    if (session.picture) facts.push(session.picture);
    if (session.category) facts.splice(1, 0, session.category);
    const playable = session.parts.filter((one) => one.state === "ready");
    this.player = h("video", { controls: true, preload: "metadata", hidden: true, "aria-label": say("parts") });
    this.element.replaceChildren(
      h("p", { class: "small" }, h("a", { href: "#/" }, `← ${say("now")}`)),
      h("section", { class: "pane" },
        h("h1", {}, session.name), h("div", {}, session.titles.at(-1)?.title || session.title),
        h("div", { class: "soft num" }, facts.join(" · ")), line,
        session.missing_s ? h("div", { class: "missing" }, say("missing", length(session.missing_s))) : h("div", { class: "soft" }, say("nothingMissing")),
        this.actions(session)),
      this.player,
      session.parts.length ? h("section", { class: "pane" }, h("h2", {}, say("parts")), h("ul", { class: "rows" }, session.parts.map((one) => this.part(session, one)))) : null,
      h("section", { class: "pane" }, h("h2", {}, say("story")), h("ol", { class: "story" }, story.map((one) => this.happening(one)))));
    if (playable.length === 1 && session.ended_at) this.play(session, playable[0], false);
  }

  actions(session) {
    if (me.scope !== "control" || session.status === "done") return null;
    const names = session.status === "recording" ? ["stop"] : ["retry", skipOf(session.status)].filter(Boolean);
    return h("div", { class: "actions" }, names.map((action) => {
      const label = say(action.replace("-", "_"));
      const button = h("button", { type: "button", class: action === "retry" ? "" : "danger" }, label);
      button.addEventListener("click", async () => {
        const question = action === "stop" ? "sureStop" : action === "retry" ? "" : "sureSkip";
        if (question && !(await this.page.confirm(say(question, session.name, label), label))) return;
        await this.page.run(() => ask("POST", `sessions/${encodeURIComponent(session.id)}/actions`, { action }), button);
        this.load();
      });
      return button;
    }));
  }

  part(session, one) {
    const facts = [say("part", one.number), clock(one.duration_s), bytes(one.bytes)];
    const word = one.state === "posted" ? say("part_posted") : one.state === "ready" ? say("part_ready") : one.state === "failed" ? say("part_failed") : say("making", one.number);
    return h("li", {},
      h("div", { class: "grow num" }, facts.join(" · "), h("div", { class: one.error ? "small missing" : "small soft" }, one.error ?? word)),
      one.state === "ready" || one.state === "posted"
        ? h("button", { type: "button", onclick: () => this.play(session, one, true) }, say("play", one.number)) : null);
  }

  play(session, one, now) {
    this.player.hidden = false;
    this.player.onerror = () => {
      this.player.hidden = true;
      this.page.toast(say("gone"), true);
    };
    this.player.src = part(session.id, one.number, "video");
    if (!now) return;
    this.player.scrollIntoView({ block: "center" });
    this.player.play().catch(() => {});
  }

  happening(one) {
    const word = one.what === "ended" ? say("ended_what") : say(one.what);
    const text = one.what === "gap" ? `${length(one.seconds)} (${causeWord(one.cause)})` : one.text;
    return h("li", { class: one.what }, h("span", { class: "small soft num" }, one.at ? exactOf(one.at) : ""), h("span", {}, h("strong", {}, word), " ", text));
  }
}
