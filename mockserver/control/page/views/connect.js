/** The dialog that says how an app gets into the session of the page, and opens other sessions. */

import { DEFAULT_SESSION } from "../api.js";
import { copyFrom } from "../clipboard.js";
import { button, element, field } from "../dom.js";
import { mockedUrl } from "../mocked.js";

export async function openConnectDialog(api, openSession) {
  const { key } = api;
  const base = await mockedUrl(api);
  const dialog = element("dialog", { class: "dialog", "aria-labelledby": "connect-title", onclose: () => dialog.remove() });
  dialog.append(
    element("h2", { id: "connect-title" }, "Put an app into the session ", element("code", { class: "breakable" }, key)),
    element("p", { class: "muted" }, introduction(key)),
    element("dl", { class: "ways" }, waysInto(key, base).map(([name, value]) => wayInto(name, value))),
    element("h3", {}, "Open another session here"),
    keyForm(dialog, openSession),
    element("div", { class: "dialog-end" }, button("Close", () => dialog.close())),
  );
  document.body.append(dialog);
  dialog.showModal();
}

function introduction(key) {
  if (key === DEFAULT_SESSION) {
    return "Everybody who names no session shares this one, so others see and change what you do here. Press New for one of your own.";
  }
  return "Use one of these. The app then has a state, scenarios and traffic of its own, which this page shows and changes.";
}

/** The names and values of the ways to choose a session. */
function waysInto(key, base) {
  return [
    ["Base URL", new URL(`as/${encodeURIComponent(key)}/`, base.control).href],
    ["Header", `X-Mock-Session: ${key}`],
    ["Cookie", `mock_session=${key}`],
    ["Query", `?__session=${encodeURIComponent(key)}`],
  ];
}

function wayInto(name, value) {
  const copy = button("Copy", () => copyFrom(copy, value), { "aria-label": `Copy the ${name.toLowerCase()}` });
  return element(
    "div", {}, element("dt", {}, name), element("dd", {}, element("code", { class: "breakable" }, value), copy),
  );
}

function keyForm(dialog, openSession) {
  const input = element("input", { name: "key", maxlength: 128, required: true, autocomplete: "off", spellcheck: "false" });
  const open = (event) => {
    event.preventDefault();
    dialog.close();
    openSession(input.value.trim());
  };
  return element(
    "form", { class: "group", onsubmit: open }, field("Key", input), element("button", { class: "button" }, "Open"),
  );
}
