// Asking the program, and hearing what changes.

import { state } from "./words.js";

export const me = { csrf: "", scope: "none", login: true };

export class Refused extends Error {
  constructor(status, code, text) {
    super(text);
    this.status = status;
    this.code = code;
  }
}

/** What is said to people comes in their language. */
const address = (path) => `/api/v1/${path}${path.includes("?") ? "&" : "?"}language=${state.language}`;

export async function ask(method, path, body) {
  const headers = { "X-CSRF-Token": me.csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(address(path), { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.status === 204) return {};
  let told = {};
  try {
    told = await answer.json();
  } catch {
    /* a proxy's page: what its status says is enough */
  }
  if (!answer.ok) throw new Refused(answer.status, told.error?.code ?? "", told.error?.text ?? `HTTP ${answer.status}`);
  return told;
}

export const part = (session, number, what) => `/api/v1/sessions/${encodeURIComponent(session)}/parts/${number}/${what}`;

/** What is being recorded shows now; another `at` is another picture. */
export const shownNow = (session, at) => `/api/v1/sessions/${encodeURIComponent(session)}/picture?at=${at}`;

/** The overview, kept as it is by what changes of it. */
export class Live {
  constructor(onChange, onLine) {
    this.overview = null;
    this.skew = 0;
    this.onChange = onChange;
    this.onLine = onLine;
    this.source = null;
    this.again = null;
  }

  start() {
    if (this.source) return;
    this.source = new EventSource(address("events"));
    this.source.addEventListener("overview", (event) => {
      this.overview = JSON.parse(event.data);
      this.noted();
    });
    this.source.addEventListener("changes", (event) => {
      if (!this.overview) return;
      this.apply(JSON.parse(event.data));
      this.noted();
    });
    this.source.onopen = () => this.onLine(true);
    this.source.onerror = () => {
      this.onLine(false);
      // A refused stream is not tried again by the browser.
      if (this.source?.readyState === EventSource.CLOSED) {
        this.stop();
        this.again = setTimeout(() => this.start(), 5000);
      }
    };
  }

  stop() {
    clearTimeout(this.again);
    this.source?.close();
    this.source = null;
  }

  apply(changes) {
    for (const [name, value] of Object.entries(changes)) {
      if (name === "gone") for (const gone of value) delete this.overview[gone];
      else if (name === "channels_changed" || name === "sessions_changed") {
        const list = this.overview[name.replace("_changed", "")];
        const known = new Map(list.map((entry) => [entry.id, entry]));
        for (const entry of value) Object.assign(known.get(entry.id) ?? {}, entry);
      } else this.overview[name] = value;
    }
  }

  noted() {
    this.skew = Date.parse(this.overview.at) - Date.now();
    this.onLine(true);
    this.onChange(this.overview);
  }

  /** Milliseconds since 1970 on the program's clock. */
  now() {
    return Date.now() + this.skew;
  }
}
