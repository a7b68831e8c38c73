// Small pictures: where a recording has holes, and how its bitrate went.

import { h, setAttribute } from "./dom.js";
import { causeWord, length, say } from "./words.js";

const WIDTH = 1000;

/** What is drawn, so that the same is not drawn again. */
function signature(session, end) {
  return `${session.gaps?.length}/${session.parts?.map((part) => part.state[0]).join("")}/${session.missing_s}/${Math.floor((end - Date.parse(session.started_at)) / 30000)}`;
}

export function timeline() {
  return h("svg:svg", { class: "timeline", viewBox: `0 0 ${WIDTH} 12`, preserveAspectRatio: "none", role: "img" });
}

export function drawTimeline(svg, session, now) {
  const begin = Date.parse(session.started_at);
  const end = session.ended_at ? Date.parse(session.ended_at) : now;
  const drawn = signature(session, end);
  if (svg.dataset.drawn === drawn) return;
  svg.dataset.drawn = drawn;
  const span = Math.max(1000, end - begin);
  const at = (ms) => Math.max(0, Math.min(WIDTH, ((ms - begin) / span) * WIDTH));
  const shapes = [h("svg:rect", { class: "done", x: 0, y: 0, width: WIDTH, height: 12 })];
  let cut = begin;
  for (const part of session.parts ?? []) {
    const from = cut;
    cut += part.duration_s * 1000;
    if (part.state === "failed") shapes.push(h("svg:rect", { class: "hole", x: at(from), y: 0, width: Math.max(6, at(cut) - at(from)), height: 12 }));
    if (part.duration_s > 0 && cut < end - 1000) shapes.push(h("svg:line", { class: "cut", x1: at(cut), x2: at(cut), y1: 0, y2: 12 }));
  }
  for (const gap of session.gaps ?? []) {
    const until = at(Date.parse(gap.noticed_at));
    const width = Math.max(6, (gap.seconds * 1000 * WIDTH) / span);
    const hole = h("svg:rect", { class: "hole", x: Math.max(0, until - width), y: 0, width, height: 12 });
    hole.append(h("svg:title", {}, `${length(gap.seconds)} (${causeWord(gap.cause)})`));
    shapes.push(hole);
  }
  svg.replaceChildren(...shapes);
  const told = session.gaps?.length ? say("missing", length(session.missing_s)) : say("nothingMissing");
  setAttribute(svg, "aria-label", `${say("timeline")}: ${told}`);
}

const KEPT = 360;  // an hour of ten seconds each

/** The bitrate of one session over the last hour: what the program remembers, and then how its bytes grow. */
export class Spark {
  constructor() {
    this.element = h("svg:svg", { class: "spark", viewBox: `0 0 ${KEPT} 28`, preserveAspectRatio: "none", "aria-hidden": "true" }, (this.path = h("svg:path")));
    this.every = 10000;
    this.samples = [];
    this.last = null;
    this.mark = null;
    this.smooth = 0;
  }

  recall(samples, every) {
    this.every = every * 1000;
    this.samples = samples.slice(-KEPT);
    this.draw();
  }

  add(bytes, at) {
    if (this.last && at - this.last.at < 900) return;
    if (this.last && bytes >= this.last.bytes) {
      const bits = ((bytes - this.last.bytes) * 8000) / (at - this.last.at);
      this.smooth = this.smooth ? this.smooth * 0.8 + bits * 0.2 : bits;
    }
    this.last = { bytes, at };
    this.mark ??= this.last;
    if (at - this.mark.at < this.every) return;
    this.samples.push(Math.max(0, ((bytes - this.mark.bytes) * 8000) / (at - this.mark.at)));
    if (this.samples.length > KEPT) this.samples.shift();
    this.mark = this.last;
    this.draw();
  }

  draw() {
    const most = Math.max(...this.samples, 1);
    const from = KEPT - this.samples.length;
    const line = this.samples.map((value, i) => `${i ? "L" : "M"}${from + i} ${(26 - (value / most) * 23).toFixed(1)}`);
    this.path.setAttribute("d", line.join(""));
  }
}

/** Loads pictures only while they are on the screen, one a second. One that is not there takes no room. */
export class Thumbnails {
  constructor() {
    this.wanted = new Set();
    this.watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting && target.dataset.src !== target.dataset.shown) this.wanted.add(target);
        else this.wanted.delete(target);
      }
    });
    this.timer = setInterval(() => this.next(), 1000);
  }

  /** `instead` is shown where there is no such picture. */
  set(image, source, instead = "") {
    image.dataset.instead = instead;
    if (image.dataset.src === source) return;
    image.dataset.src = source;
    this.watch.unobserve(image);
    this.watch.observe(image);
  }

  next() {
    const [image] = this.wanted;
    if (!image || document.hidden) return;
    this.wanted.delete(image);
    image.dataset.shown = image.dataset.src;
    image.onload = () => image.classList.remove("none");
    image.onerror = () => {
      const { instead } = image.dataset;
      if (instead && !image.src.endsWith(instead)) image.src = instead;
      else image.classList.add("none");
    };
    image.src = image.dataset.src;
  }

  close() {
    clearInterval(this.timer);
    this.watch.disconnect();
  }
}
