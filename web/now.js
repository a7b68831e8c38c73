// The first screen: is all well, is anything missing, is it posted, what must I do?

import { ask, me, part, shownNow } from "./api.js";
import { h, keep, setAttribute, setText } from "./dom.js";
import { drawTimeline, Spark, Thumbnails, timeline } from "./drawing.js";
import { changeSettings } from "./settings.js";
import { bytes, causeWord, clock, length, rate, say, sayMany, skipOf, startOf, statusWord, timeOf } from "./words.js";

const SIGNS = { good: "✓", attention: "!", bad: "✕" };
const PICTURE_MS = 30000;  // as long a picture of what is live is looked at
const MANY = 12;  // more than these are looked for by name, and shown closer together

/** Its channel as the overview has it: the session alone does not know that it dropped. */
function kindOf(channel, session) {
  if (channel?.dropped_until) return "dropped";
  // What `record --to` has posted here is recorded by another program.
  if (session) return session.status === "recording" && session.channel !== "files:post" ? "live" : "finishing";
  if (channel.paused) return "paused";
  if (channel.over) return "over";
  return channel.status === "waiting" ? "waiting" : "off";
}

function uploadOf(session) {
  const going = session.parts.find((one) => one.uploaded_bytes !== undefined);
  if (!going) return null;
  const share = going.bytes ? going.uploaded_bytes / going.bytes : 0;
  return { number: going.number, share, bytes: going.uploaded_bytes };
}

function workOf(session) {
  const told = [];
  if (session.posts_to_telegram) told.push(say("posted", session.posted_parts));
  const ready = session.parts.filter((one) => one.state === "ready").length;
  if (ready && !session.posts_to_telegram) told.push(say("ready", ready));
  const making = session.parts.find((one) => one.state === "sealed");
  if (making) told.push(say("making", making.number));
  const upload = uploadOf(session);
  if (upload) told.push(say("uploading", upload.number, `${Math.floor(upload.share * 100)} %`));
  for (const failed of session.parts.filter((one) => one.state === "failed")) told.push(say("failedPart", failed.number));
  return told.join(" · ");
}

function missingOf(session) {
  if (!session.missing_s) return "";
  const causes = [...new Set((session.gaps ?? []).map((gap) => causeWord(gap.cause)))].slice(0, 3);
  return say("missing", `${length(session.missing_s)}${causes.length ? ` (${causes.join(", ")})` : ""}`);
}

/** A card of a session that is going on. Its elements are looked up once. */
class Card {
  constructor(page, thumbnails) {
    this.page = page;
    this.thumbnails = thumbnails;
    this.spark = new Spark();
    this.state = h("span", { class: "state" });
    this.name = h("h3", { dir: "auto" });
    this.clock = h("span", { class: "clock" });
    this.title = h("div", { class: "title", dir: "auto" });
    this.drop = h("div", { class: "small state wait drop" });
    this.facts = h("div", { class: "small num" }, (this.category = h("bdi")), (this.sizes = h("span")));
    this.missing = h("div", { class: "small missing" });
    this.work = h("div", { class: "small num" });
    this.upload = h("progress", { max: 1, hidden: true });
    this.image = h("img", { class: "thumb none", alt: "", width: 128, height: 72 });
    this.line = timeline();
    this.stop = h("button", { type: "button", class: "danger", onclick: () => this.act("stop", "sureStop", this.stop) }, say("stop"));
    this.retry = h("button", { type: "button", onclick: () => this.act("retry", null, this.retry) }, say("retry"));
    this.skip = h("button", { type: "button", onclick: () => this.act(skipOf(this.session.status), "sureSkip", this.skip) });
    this.details = h("a", { class: "button" }, say("details"));
    this.element = h("li", { class: "card" },
      h("header", {}, this.state, this.name, this.clock),
      h("div", { class: "body" }, this.image, h("div", { class: "words" }, this.title, this.drop, this.facts, this.missing, this.work)),
      this.upload, this.spark.element, this.line,
      h("div", { class: "actions" }, this.stop, this.retry, this.skip, this.details));
    this.element.card = this;
  }

  async act(action, question, button) {
    const { session } = this;
    if (question && !(await this.page.confirm(say(question, session.name, button.textContent), button.textContent))) return;
    await this.page.run(() => ask("POST", `sessions/${encodeURIComponent(session.id)}/actions`, { action }), button);
  }

  update(channel, session, now) {
    this.channel = channel;
    this.session = session;
    const kind = kindOf(channel, session);
    this.kind = kind;
    setText(this.state, kind === "live" ? `● ${say("live")}` : kind === "dropped" ? `◐ ${say("dropped")}` : `◌ ${statusWord(session.status)}`);
    setAttribute(this.state, "class", `state ${kind === "live" ? "live" : kind === "dropped" ? "wait" : "off"}`);
    setText(this.name, session.name);
    const titles = session.titles ?? [];
    setText(this.title, titles.at(-1)?.title || session.title);
    const facts = [bytes(session.bytes)];
    if (kind === "live" && this.spark.smooth) facts.push(rate(this.spark.smooth));
    if (session.picture) facts.unshift(session.picture);
    if (channel?.source) facts.push(say("source", channel.source));
    const category = session.category ? titles.at(-1)?.category || session.category : "";
    setText(this.category, category);
    setText(this.sizes, (category ? " · " : "") + facts.join(" · "));
    setText(this.missing, missingOf(session));
    setText(this.work, workOf(session));
    const upload = uploadOf(session);
    this.upload.hidden = !upload;
    if (upload) {
      this.upload.value = upload.share;
      setAttribute(this.upload, "aria-label", say("uploading", upload.number, ""));
    }
    if (kind === "live") this.spark.add(session.bytes, now);
    this.spark.element.toggleAttribute("hidden", kind !== "live");
    drawTimeline(this.line, session, now);
    const pictured = session.parts.findLast((one) => one.state === "ready" || one.state === "posted");
    const made = pictured ? part(session.id, pictured.number, "thumbnail") : "";
    // What breaks off or is being finished keeps the last one that was seen of it.
    const kept = this.image.dataset.src?.includes("/picture?") ? this.image.dataset.src : made;
    const source = kind === "live" ? shownNow(session.id, Math.floor(now / PICTURE_MS)) : kept;
    if (source) this.thumbnails.set(this.image, source, made);
    const may = me.scope === "control";
    this.stop.hidden = !may || kind === "finishing";
    this.retry.hidden = !may || kind !== "finishing";
    const skip = skipOf(session.status);
    this.skip.hidden = this.retry.hidden || !skip || !session.posts_to_telegram;
    setText(this.skip, skip ? say(skip.replace("-", "_")) : "");
    setAttribute(this.stop, "aria-label", `${say("stop")}: ${session.name}`);
    setAttribute(this.retry, "aria-label", `${say("retry")}: ${session.name}`);
    setAttribute(this.skip, "aria-label", `${this.skip.textContent}: ${session.name}`);
    setAttribute(this.details, "aria-label", `${say("details")}: ${session.name}`);
    setAttribute(this.details, "href", `#/session/${encodeURIComponent(session.id)}`);
    this.tick(now);
  }

  tick(now) {
    const end = this.session.ended_at ? Date.parse(this.session.ended_at) : now;
    setText(this.clock, clock((end - Date.parse(this.session.started_at)) / 1000));
    const since = this.session.last_segment_at ?? this.session.started_at;
    setText(this.drop, this.kind === "dropped" ? say("droppedFor", clock((now - Date.parse(since)) / 1000), timeOf(this.channel.dropped_until)) : "");
  }
}

export class NowScreen {
  constructor(page) {
    this.page = page;
    this.thumbnails = new Thumbnails();
    this.uploaded = null;
    this.uploadRate = 0;
    const add = () => this.add();
    const may = me.scope === "control";
    this.headline = h("h1", {}, h("span", {}, (this.sign = h("span", { "aria-hidden": "true" })), " ", (this.word = h("span"))), (this.counts = h("small")));
    this.facts = h("ul", { class: "facts num" }, (this.missing = h("li")), (this.unposted = h("li")), (this.disk = h("li")));
    this.verdict = h("section", { class: "verdict", "aria-live": "off" }, this.headline, this.facts);
    this.told = h("p", { class: "aside", role: "status" });
    this.problems = h("ul", { class: "problems" });
    this.wanted = h("input", { id: "wanted", type: "search", autocomplete: "off", oninput: () => this.update(this.overview) });
    this.found = h("span", { class: "soft small", role: "status" });
    this.finder = h("div", { class: "section finder", role: "search", hidden: true }, h("label", { for: "wanted" }, say("findChannel")), this.wanted, this.found);
    this.cardsHead = h("h2", { class: "aside" }, say("going"));
    this.cards = h("ul", { class: "cards", "aria-label": say("going") });
    this.waiting = h("ul", { class: "rows" });
    this.offline = h("ul", { class: "rows" });
    this.summary = h("summary");
    this.others = h("details", {}, this.summary, this.offline);
    this.queue = h("span");
    this.speed = h("span");
    this.flood = h("span");
    this.foot = h("section", { class: "foot num" }, this.queue, this.speed, this.flood,
      h("div", { class: "actions" }, may ? h("button", { type: "button", class: "main", id: "add", onclick: add }, say("add")) : null, h("a", { class: "button", href: "#/history" }, say("history"))));
    this.empty = h("section", { class: "pane", hidden: true }, h("h2", {}, say("noChannels")),
      h("ol", { class: "steps" }, h("li", {}, say("firstLink")), h("li", {}, say("firstTelegram"), " ", h("a", { href: "#/telegram" }, "Telegram")), h("li", {}, say("firstLive"))));
    this.element = h("div", { class: "screen" }, this.verdict, this.told, this.problems, this.finder, this.cardsHead, this.cards, this.waiting, this.empty, this.others, this.foot);
    setText(this.word, say("loading"));
    this.timer = setInterval(() => this.tick(), 1000);
    this.rates = null;
    this.recall();
  }

  /** What was before this page was opened. Without it graphs begin now. */
  async recall() {
    try {
      this.rates = await ask("GET", "rates");
      for (const element of this.cards.children) this.remember(element.card);
    } catch {
      /* the page lives by its events */
    }
  }

  remember(card) {
    const known = this.rates?.sessions[card.session.id];
    if (known) card.spark.recall(known, this.rates.every_s);
  }

  close() {
    clearInterval(this.timer);
    this.thumbnails.close();
  }

  async add() {
    const given = await this.page.dialog(say("add"), [{ name: "url", label: say("link"), hint: say("addHint"), inputmode: "url" }], say("addIt"));
    if (given) await this.page.run(() => ask("POST", "channels", { url: given.url.trim() }));
  }

  update(overview) {
    this.overview = overview;
    const now = this.page.live.now();
    const sessions = new Map(overview.sessions.map((one) => [one.id, one]));
    const channelOf = new Map(overview.channels.filter((one) => one.session).map((one) => [one.session, one]));
    const all = overview.sessions.filter((one) => one.status !== "done" && one.status !== "error");
    const troubled = new Set(overview.problems.filter((one) => one.level === "error").map((one) => one.session));
    const order = { live: 0, dropped: 1, finishing: 2 };
    const rank = (one) => (troubled.has(one.id) ? -1 : order[kindOf(channelOf.get(one.id), one)]);
    all.sort((a, b) => rank(a) - rank(b) || (a.started_at < b.started_at ? 1 : -1));
    const going = this.matching(all, (one) => [one.name, one.titles?.at(-1)?.title ?? one.title]);
    this.cardsHead.hidden = going.length === 0;
    this.cards.classList.toggle("many", all.length > MANY);
    this.tellVerdict(overview);
    this.tellProblems(overview, sessions);
    keep(this.cards, going, (one) => one.id,
      (one) => {
        const card = new Card(this.page, this.thumbnails);
        card.session = one;
        this.remember(card);
        return card.element;
      },
      (element, one) => element.card.update(channelOf.get(one.id), one, now));
    const away = overview.channels.filter((one) => !one.session || !sessions.has(one.session));
    const idle = this.matching(away, (one) => [one.name, one.title]);
    this.finder.hidden = overview.channels.length <= MANY && !this.wanted.value;
    setText(this.found, this.wanted.value ? say("matching", going.length + idle.length, all.length + away.length) : "");
    this.tellRows(this.waiting, idle.filter((one) => one.status === "waiting"));
    const off = idle.filter((one) => one.status !== "waiting");
    this.tellRows(this.offline, off);
    this.others.hidden = off.length === 0;
    if (this.wanted.value) this.others.open = true;
    this.offCount = off.length;
    this.empty.hidden = overview.channels.length > 0;
    this.tellQueue(overview, all);
    this.tick();
  }

  /** Those that are looked for: by words that stand in what is shown of them. */
  matching(list, words) {
    const wanted = this.wanted.value.trim().toLocaleLowerCase();
    if (!wanted) return list;
    return list.filter((one) => words(one).some((word) => word?.toLocaleLowerCase().includes(wanted)));
  }

  tellVerdict(overview) {
    setAttribute(this.verdict, "class", `verdict ${overview.verdict}`);
    setText(this.sign, SIGNS[overview.verdict]);
    const word = say(overview.channels.length || overview.verdict !== "good" ? overview.verdict : "nothingWatched");
    // Only what has become different is told to those who do not see it.
    if (this.verdictTold && this.verdictTold !== word) setText(this.told, [word, overview.problems[0]?.text].filter(Boolean).join(". "));
    this.verdictTold = word;
    setText(this.word, word);
    setText(this.missing, say("missingToday", length(overview.missing_today_s)));
    setText(this.unposted, say("unposted", bytes(overview.unposted_bytes)));
    const tight = overview.disks.toSorted((a, b) => (a.left_s ?? Infinity) - (b.left_s ?? Infinity))[0];
    setText(this.disk, !tight ? "" : tight.left_s === null ? say("diskFree", bytes(tight.free_bytes)) : say("disk", length(tight.left_s)));
  }

  tellProblems(overview, sessions) {
    keep(this.problems, overview.problems, (one) => `${one.code} ${one.session ?? ""} ${one.code === "silent" ? one.name : one.text}`,
      (one) => h("li", { class: "problem" }, h("p"), h("p", { class: "cure" }), this.more(one)),
      (element, one) => {
        setAttribute(element, "class", `problem ${one.level}`);
        const session = sessions.get(one.session);
        const since = session?.last_segment_at ?? session?.started_at;
        const [text, cure] = one.code === "silent" && since
          ? [say("silent", one.name, length((this.page.live.now() - Date.parse(since)) / 1000)), one.cure]
          : [one.text, one.cure];
        setText(element.children[0], text);
        setText(element.children[1], cure);
        element.children[1].hidden = !cure;
      });
    this.problems.hidden = overview.problems.length === 0;
  }

  /** What leads on from a problem. */
  more(problem) {
    if (problem.code === "cookies") {
      const steps = h("ol", { class: "steps", hidden: true }, ["cookies1", "cookies2", "cookies3"].map((step) => h("li", {}, say(step))));
      const show = (event) => event.target.setAttribute("aria-expanded", String(!(steps.hidden = !steps.hidden)));
      return h("div", {}, h("button", { type: "button", class: "link", "aria-expanded": "false", onclick: show }, say("howToReplace")), steps);
    }
    return problem.session ? h("p", {}, h("a", { href: `#/session/${encodeURIComponent(problem.session)}`, "aria-label": `${say("details")}: ${problem.name ?? ""}` }, say("details"))) : null;
  }

  tellRows(list, channels) {
    list.hidden = channels.length === 0;
    keep(list, channels, (one) => one.id, (one) => this.makeRow(one), (element, one) => {
      const known = JSON.stringify(one);
      if (element.known === known) return;
      element.known = known;
      element.channel = one;
      const kind = kindOf(one, null);
      const [state, words] = element.firstElementChild.children;
      setText(state, kind === "waiting" ? `◔ ${say("waiting")}` : kind === "paused" ? `‖ ${say("paused")}` : kind === "over" ? `✓ ${say("over")}` : `○ ${say("off")}`);
      setAttribute(state, "class", `state ${kind === "waiting" ? "wait" : "off"}`);
      const [name, when, title] = words.children;
      setText(name, one.name);
      setText(when, kind === "waiting" ? ` · ${one.scheduled_at ? say("starts", startOf(one.scheduled_at)) : say("announced")}` : "");
      setText(title, one.title ? ` · ${one.title}` : "");
      setText(element.firstElementChild.children[2], one.note ?? "");
      if (!element.toggle) return;
      element.toggle.hidden = kind === "over";
      setText(element.toggle, one.paused ? say("resume") : say("pause"));
      setAttribute(element.toggle, "aria-label", `${element.toggle.textContent}: ${one.name}`);
    });
  }

  makeRow(channel) {
    const path = `channels/${encodeURIComponent(channel.id)}`;
    const row = h("li", {}, h("div", { class: "grow" }, h("span"), " ", h("span", {}, h("bdi"), h("span"), h("bdi")), " ", h("span", { class: "soft small" })));
    if (me.scope !== "control") return row;
    row.toggle = h("button", { type: "button", onclick: () => this.page.run(() => ask("POST", `${path}/${row.channel.paused ? "resume" : "pause"}`), row.toggle) });
    const remove = h("button", { type: "button", "aria-label": `${say("remove")}: ${channel.name}` }, say("remove"));
    remove.addEventListener("click", async () => {
      if (await this.page.confirm(say("sureRemove", channel.name), say("remove"))) await this.page.run(() => ask("DELETE", path), remove);
    });
    const settings = h("button", { type: "button", "aria-label": `${say("settings")}: ${channel.name}`, onclick: () => changeSettings(this.page, channel) }, say("settings"));
    row.append(h("div", { class: "actions" }, row.toggle, settings, remove));
    return row;
  }

  tellQueue(overview, going) {
    const { media, post, text, failing } = overview.queues;
    setText(this.queue, sayMany("queue", media + post + text));
    const sum = going.reduce((all, one) => all + (uploadOf(one)?.bytes ?? 0), 0);
    const at = this.page.live.now();
    if (this.uploaded && sum > this.uploaded.sum && at > this.uploaded.at) {
      const bits = ((sum - this.uploaded.sum) * 8000) / (at - this.uploaded.at);
      this.uploadRate = this.uploadRate ? this.uploadRate * 0.7 + bits * 0.3 : bits;
      this.moved = at;
    }
    if (!this.uploaded || sum !== this.uploaded.sum) this.uploaded = { sum, at };
    if (at - (this.moved ?? 0) > 5000) this.uploadRate = 0;
    const { telegram } = overview;
    const bits = telegram?.upload_bytes_per_s ? telegram.upload_bytes_per_s * 8 : this.uploadRate;
    setText(this.speed, bits ? rate(bits) : "");
    this.floodUntil = telegram?.flood_wait_until ? Date.parse(telegram.flood_wait_until) : 0;
    this.nextTry = Math.min(...failing.filter((one) => one.queue === "post").map((one) => Date.parse(one.next_try)));
  }

  tick() {
    if (!this.overview) return;
    const now = this.page.live.now();
    for (const element of this.cards.children) element.card.tick(now);
    const { live, recorded } = this.overview;
    const counts = [live ? say("recorded", recorded, live) : say("nothingLive")];
    const lasts = [...this.cards.children].filter((one) => one.card.kind === "live" && one.card.session.last_segment_at)
      .map((one) => Date.parse(one.card.session.last_segment_at));
    if (lasts.length) counts.push(say("lastByte", length(Math.max(0, now - Math.min(...lasts)) / 1000 | 0)));
    setText(this.counts, counts.join(" · "));
    const checked = this.overview.looked_at ? ` · ${say("checked", length(Math.max(0, now - Date.parse(this.overview.looked_at)) / 1000 | 0))}` : "";
    setText(this.summary, sayMany("offline", this.offCount ?? 0) + checked);
    const silent = this.overview.telegram?.silent_s;
    const until = (at) => clock((at - now) / 1000);
    const waits = this.floodUntil > now ? say("flood", until(this.floodUntil)) : this.nextTry > now && this.nextTry !== Infinity ? say("nextTry", until(this.nextTry)) : "";
    setText(this.flood, waits || (silent ? say("silentTelegram", clock(silent)) : ""));
  }
}
