// The first password, by the link that the log shows once.

import { ask, me } from "./api.js";
import { h } from "./dom.js";
import { say } from "./words.js";

export class SetUpScreen {
  constructor(page, [token]) {
    this.page = page;
    this.token = token ?? "";
    this.input = h("input", { id: "new-password", type: "password", autocomplete: "new-password", minlength: 10, required: true, "aria-describedby": "new-password-hint" });
    this.button = h("button", { class: "main" }, say("setUp"));
    const form = h("form", { class: "pane", onsubmit: (event) => (event.preventDefault(), this.set()) },
      h("h1", {}, say("setUp")),
      h("div", {}, h("label", { for: "new-password" }, say("newPassword")), this.input),
      h("p", { class: "soft small", id: "new-password-hint" }, say("setUpHint")),
      this.button);
    this.element = h("div", { class: "signin" }, me.login ? h("p", { class: "pane" }, say("setUpDone")) : form);
  }

  async set() {
    const done = await this.page.run(() => ask("POST", "setup", { token: this.token, password: this.input.value }), this.button);
    if (done) this.page.restart();
  }
}
