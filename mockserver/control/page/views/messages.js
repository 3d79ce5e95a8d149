/** The messages below the bar: a lost connection, a restart, a refusal and what helps, and failed calls. */

import { DEFAULT_SESSION } from "../api.js";
import { button, element, field, fill, notice } from "../dom.js";

const RENEWED = "The server was restarted, or this session was deleted: its earlier traffic and choices are gone.";

/** Show the messages of the page until the returned function is called. */
export function mountMessages(root, page) {
  const { api, store } = page;
  const messages = [
    [["connection", "refusal"], () => connectionMessage(store)],
    [["refusal"], () => refusalMessage(page, store.get("refusal"))],
    [["renewed"], () => passingMessage(store, "renewed", "info", RENEWED)],
    [["isNew"], () => passingMessage(store, "isNew", "info", `No session "${api.key}" was open, so this is a new one with this key.`)],
    [["failure"], () => passingMessage(store, "failure", "error", store.get("failure")?.message)],
    [["health"], () => reloadMessage(store.get("health"))],
  ];
  root.replaceChildren();
  const ends = messages.map(([names, make]) => {
    const place = element("div");
    return store.subscribe(names, () => show(root, place, make()));
  });
  return () => ends.forEach((end) => end());
}

function show(root, place, message) {
  fill(place, message);
  if (!message) return place.remove();
  root.append(place);
  place.querySelector("input")?.focus();
}

function connectionMessage(store) {
  if (store.get("connection") !== "lost" || store.get("refusal")) return null;
  return notice("warning", "The server does not answer. The page connects again as soon as it does.");
}

/** A message about what the store has under a name, until somebody dismisses it. */
function passingMessage(store, name, kind, text) {
  if (!store.get(name)) return null;
  return notice(kind, text, button("Dismiss", () => store.set(name, null), { class: "button quiet" }));
}

function reloadMessage(health) {
  const findings = health?.reload_failure?.findings;
  if (!findings) return null;
  const places = findings.map(({ file, line, message }) => element("li", {}, `${file}:${line ?? "?"}: ${message}`));
  return notice(
    "error", element("span", {}, "The files could not be reloaded; the mock serves what it had before."), element("ul", {}, places),
  );
}

/** What a refusal needs: a token, another session, or nothing that the page can do. */
function refusalMessage(page, error) {
  if (!error) return null;
  if (error.kind === "control-token") return tokenForm(page);
  if (error.kind === "session-evicted") return evictedMessage(page, error);
  const home = page.api.key === DEFAULT_SESSION
    ? null : button("Open the default session", () => page.openSession(DEFAULT_SESSION));
  return notice("error", error.message, home, button("Try again", page.connect));
}

function evictedMessage({ api, connect, store }, error) {
  const reopen = async () => {
    try {
      await api.reset();
      connect();
    } catch (failed) {
      store.set("failure", failed);
    }
  };
  return notice("error", error.message, button("Start it again", reopen));
}

/** Asks for the control token, which only memory keeps: a reloaded page asks again. */
function tokenForm({ api, connect, store }) {
  const wasRefused = store.get("hasToken");
  const input = element("input", {
    type: "password", name: "token", required: true, autocomplete: "off", "aria-invalid": wasRefused && "true",
    "aria-describedby": "token-advice",
  });
  const submit = (event) => {
    event.preventDefault();
    api.setToken(input.value);
    store.set("hasToken", true);
    connect();
  };
  const advice = wasRefused
    ? "The server refused this token." : "The server printed it at the start. It is kept in memory only, so a reloaded page asks again.";
  return element(
    "form", { class: "notice", "data-kind": wasRefused ? "error" : "info", onsubmit: submit },
    field("Control token", input), element("button", { class: "button primary" }, "Connect"),
    element("span", { id: "token-advice", role: wasRefused && "alert" }, advice),
  );
}
