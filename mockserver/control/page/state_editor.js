/** A dialog that edits a part of the state as JSON, and shows what the model refuses, where it is. */

import { Unreachable } from "./api.js";
import { button, element, field, fill } from "./dom.js";
import { lineOfPointer, NotJson, parsed, pointerToken } from "./json_source.js";
import { replaceInState } from "./state_change.js";

/**
 * Edit the value at a path of the state: `[]` for all, `[collection]`, or `[collection, id]`.
 *
 * `changed` is called after a change. For a new item the id is asked for, and the value is only a proposal.
 */
export function editState({ api, path, value, isNew = false, changed }) {
  new StateEditor({ api, path, value, isNew, changed }).open();
}

class StateEditor {
  #options;
  #dialog;
  #lines = element("ol", { "aria-hidden": "true" });
  #refusals = element("div", { class: "refusals", role: "alert" });
  #id = element("input", { required: true, autocomplete: "off", size: 14 });
  #text = element("textarea", {
    "aria-label": "JSON", spellcheck: "false", oninput: () => this.#edited(), onscroll: () => this.#scrolled(),
  });

  constructor(options) {
    this.#options = options;
    this.#text.value = JSON.stringify(options.value, null, 2);
    const { path, isNew } = options;
    const title = isNew ? `New item of ${path[0]}` : `Edit ${path.length ? path.join("/") : "the whole state"}`;
    const heading = element("h2", { class: "breakable", id: "editor-title" }, title);
    const canRemove = !isNew && path.length === 2;
    this.#dialog = element(
      "dialog", { class: "editor", "aria-labelledby": "editor-title", onclose: () => this.#dialog.remove() },
      element(
        "form", { onsubmit: (event) => { event.preventDefault(); this.#save(); } },
        element("div", { class: "toolbar" }, heading, isNew ? field("Id", this.#id) : null),
        element("div", { class: "source" }, this.#lines, this.#text),
        this.#refusals,
        element(
          "div", { class: "toolbar" },
          canRemove ? button("Remove item", () => this.#change(undefined), { class: "button quiet first" }) : null,
          button("Cancel", () => this.#dialog.close()),
          element("button", { class: "button primary" }, "Save"),
        ),
      ),
    );
  }

  open() {
    document.body.append(this.#dialog);
    this.#number(new Set());
    this.#dialog.showModal();
    (this.#options.isNew ? this.#id : this.#text).focus();
    this.#text.setSelectionRange(0, 0);
  }

  #save() {
    try {
      this.#change(parsed(this.#text.value));
    } catch (error) {
      if (!(error instanceof NotJson)) throw error;
      this.#showRefusals([{ line: error.line, pointer: "", message: error.message }]);
    }
  }

  async #change(value) {
    const { api, path, isNew, changed } = this.#options;
    const whole = isNew ? [...path, this.#id.value] : path;
    try {
      await replaceInState(api, whole, isNew ? undefined : this.#options.value, value);
      this.#dialog.close();
      changed();
    } catch (error) {
      this.#showRefusals(this.#refusalsOf(error, whole));
    }
  }

  /** The refusals of a call, with pointers into the text of the editor. */
  #refusalsOf(error, path) {
    if (error instanceof Unreachable || !error.problem?.faults) return [{ line: null, pointer: "", message: error.message }];
    const prefix = path.map((name) => `/${pointerToken(name)}`).join("");
    return error.problem.faults.map(({ pointer, message }) => {
      const isInside = pointer === prefix || pointer.startsWith(`${prefix}/`);
      const inner = isInside ? pointer.slice(prefix.length) : pointer;
      return { line: isInside ? lineOfPointer(this.#text.value, inner) : null, pointer: inner, message };
    });
  }

  #showRefusals(refusals) {
    this.#text.setAttribute("aria-invalid", "true");
    this.#number(new Set(refusals.map(({ line }) => line)));
    fill(this.#refusals, element("ul", {}, refusals.map(({ line, pointer, message }) => element(
      "li", {},
      line ? button(`Line ${line}`, () => this.#goTo(line), { class: "button quiet" }) : null,
      pointer ? element("code", {}, pointer) : null,
      element("span", {}, message),
    ))));
  }

  /** Select a line of the text, and scroll to it. */
  #goTo(line) {
    const lines = this.#text.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    this.#text.focus();
    this.#text.setSelectionRange(start, start + lines[line - 1].length);
    const height = this.#text.scrollHeight / lines.length;
    this.#text.scrollTop = Math.max(0, (line - 4) * height);
  }

  #edited() {
    this.#text.removeAttribute("aria-invalid");
    fill(this.#refusals);
    this.#number(new Set());
  }

  /** Number the lines of the text, and mark those that were refused. */
  #number(refused) {
    const count = this.#text.value.split("\n").length;
    fill(this.#lines, Array.from({ length: count }, (_, index) => (
      element("li", { "data-refused": refused.has(index + 1) }, index + 1)
    )));
    this.#scrolled();
  }

  #scrolled() {
    this.#lines.scrollTop = this.#text.scrollTop;
  }
}
