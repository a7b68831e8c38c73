// Starts the page: who asks, which screen, what is heard.

import { ask, Live, me, Refused } from "./api.js";
import { h, setText } from "./dom.js";
import { HistoryScreen } from "./history.js";
import { NowScreen } from "./now.js";
import { SessionScreen } from "./session.js";
import { SetUpScreen } from "./setup.js";
import { TargetsScreen } from "./targets.js";
import { say, state } from "./words.js";

const $ = (id) => document.getElementById(id);
let screen = null;

const SIGNS = { good: "✓", attention: "!", bad: "✕" };

/** A tab tells how it is, also behind others. */
function entitle() {
  const words = [SIGNS[live.overview?.verdict], screen?.title, screen?.title ? "·" : "", "Stream Recorder"].filter(Boolean).join(" ");
  if (document.title !== words) document.title = words;
}

const live = new Live(
  (overview) => {
    screen?.update?.(overview);
    entitle();
  },
  (there) => {
    const was = !$("line").classList.contains("lost");
    $("line").classList.toggle("lost", !there);
    setText($("line"), there ? "" : say("lost"));
    // Behind a restart of the program it is another page that asks.
    if (!there || !was) checkLogin();
  },
);

const page = {
  live,
  toast(text, bad = false) {
    const toast = h("div", { class: bad ? "toast error" : "toast" }, text);
    $("toasts").append(toast);
    setTimeout(() => toast.remove(), bad ? 9000 : 5000);
  },
  /** Runs a request; says what came of it. True when it was done. */
  async run(work, button) {
    if (button) button.disabled = true;
    try {
      const told = await work();
      if (told?.text) page.toast(told.text);
      return true;
    } catch (error) {
      page.failed(error);
      return false;
    } finally {
      if (button) button.disabled = false;
    }
  },
  /** What a request answers; null when it failed, which is said. */
  async answer(work) {
    try {
      return await work();
    } catch (error) {
      page.failed(error);
      return null;
    }
  },
  failed(error) {
    if (error instanceof Refused && error.status === 401) showSignIn();
    else page.toast(error.message, true);
  },
  /** Begins anew, at the first screen, as whoever asks now. */
  restart() {
    location.hash = "";
    start();
  },
  /** A question with yes and no. */
  confirm(text, yes) {
    return page.dialog(text, [], yes, true).then((answer) => answer !== null);
  },
  /** Fields in a window of their own; gives their values, or null. */
  dialog(title, fields, yes, danger = false) {
    const dialog = $("dialog");
    return new Promise((resolve) => {
      const form = h("form", { method: "dialog" },
        h("h2", { id: "dialog-title" }, title),
        fields.map((field) => h("div", {},
          h("label", { for: `field-${field.name}` }, field.label),
          field.choices ? chooser(field) : h("input", { id: `field-${field.name}`, name: field.name, type: "text", value: field.value ?? "", required: !field.optional, autocomplete: "off", autocapitalize: "none", spellcheck: "false", inputmode: field.inputmode, "aria-describedby": field.hint ? `hint-${field.name}` : null }),
          field.hint ? h("p", { class: "soft small", id: `hint-${field.name}` }, field.hint) : null)),
        h("div", { class: "actions" },
          h("button", { type: "button", onclick: () => dialog.close("") }, say("cancel")),
          h("button", { type: "submit", value: "yes", class: danger ? "danger" : "main" }, yes)));
      dialog.replaceChildren(form);
      dialog.returnValue = "";
      dialog.onclose = () => resolve(dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null);
      dialog.showModal();
    });
  },
};

/** One of several, or nothing. */
function chooser(field) {
  return h("select", { id: `field-${field.name}`, name: field.name, "aria-describedby": `hint-${field.name}` },
    ["", ...field.choices].map((one) => h("option", { value: one, selected: one === field.value }, one || "–")));
}

let checking = false;
async function checkLogin() {
  if (checking) return;
  checking = true;
  try {
    Object.assign(me, await ask("GET", "me"));
    if (me.scope === "none") showSignIn();
  } catch {
    /* it is away: the stream tries again by itself */
  } finally {
    checking = false;
  }
}

function showSignIn() {
  live.stop();
  $("nav").hidden = true;
  $("logout").hidden = true;
  screen?.close?.();
  screen = null;
  const input = h("input", { id: "password", type: "password", autocomplete: "current-password", required: true, "aria-describedby": "password-hint" });
  const enter = async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await ask("POST", "login", { password: input.value });
      start();
    } catch (error) {
      page.toast(error.status === 401 ? say("wrongPassword") : error.message, true);
      button.disabled = false;
      input.select();
    }
  };
  const form = h("form", { class: "pane", onsubmit: enter },
    h("h1", {}, say("signin")),
    h("div", {}, h("label", { for: "password" }, say("password")), input),
    h("p", { class: "soft small", id: "password-hint" }, say("signinHint")),
    h("button", { class: "main" }, say("signin")));
  $("main").replaceChildren(h("div", { class: "signin" }, form));
  input.focus();
}

const shortcuts = { "": NowScreen, history: HistoryScreen, session: SessionScreen, telegram: TargetsScreen, setup: SetUpScreen };

function route() {
  if (me.scope === "none") return;
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const Screen = shortcuts[name] ?? NowScreen;
  screen?.close?.();
  for (const link of $("nav").children) {
    if (link.getAttribute("href") === `#/${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  screen = new Screen(page, rest.map(decodeURIComponent));
  $("main").replaceChildren(screen.element);
  if (live.overview) screen.update?.(live.overview);
  entitle();
}

function speak() {
  document.documentElement.lang = state.language;
  for (const element of document.querySelectorAll("[data-say]")) setText(element, say(element.dataset.say));
  $("nav").setAttribute("aria-label", say("pages"));
  setText($("language"), say("other"));
  $("language").lang = state.language === "en" ? "ru" : "en";
}

async function start() {
  try {
    Object.assign(me, await ask("GET", "me"));
  } catch (error) {
    setText($("line"), say("lost"));
    setTimeout(start, 3000);
    return;
  }
  state.language = localStorage.getItem("language") ?? me.language;
  state.timezone = me.timezone;
  speak();
  if (me.scope === "none") return showSignIn();
  $("nav").hidden = false;
  $("logout").hidden = !me.login;
  live.start();
  route();
}

$("language").addEventListener("click", () => {
  state.language = state.language === "en" ? "ru" : "en";
  localStorage.setItem("language", state.language);
  speak();
  if (me.scope === "none") return showSignIn();
  route();
  live.stop();
  live.start();
});
$("logout").addEventListener("click", async () => {
  await page.run(() => ask("POST", "logout"));
  start();
});
addEventListener("hashchange", () => {
  route();
  $("main").focus();
});
start();
