/** The messages below the bar: a lost connection, a restart, a refusal and what helps, and failed calls. */

import { DEFAULT_SESSION } from "../api.js";
import { button, element, field, fill, notice } from "../dom.js";

/** Show the messages of the page until the returned function is called. */
export function mountMessages(root, page) {
  const { store } = page;
  const places = ["connection", "refusal", "renewed", "unknown", "failure", "reload"].map(() => element("div", {}));
  const [connection, refusal, renewed, unknown, failure, reload] = places;
  root.replaceChildren();
  const show = (place, made) => {
    fill(place, made);
    if (made) root.append(place);
    else place.remove();
  };
  const ends = [
    store.subscribe(["connection", "refusal"], () => show(connection, connectionMessage(store))),
    store.subscribe(["refusal"], () => {
      show(refusal, refusalMessage(page, store.get("refusal")));
      refusal.querySelector("input")?.focus();
    }),
    store.subscribe(["renewed"], () => show(renewed, renewedMessage(store))),
    store.subscribe(["isNew"], () => show(unknown, newSessionMessage(page))),
    store.subscribe(["failure"], () => show(failure, failureMessage(store))),
    store.subscribe(["health"], () => show(reload, reloadMessage(store.get("health")))),
  ];
  return () => ends.forEach((end) => end());
}

function connectionMessage(store) {
  if (store.get("connection") !== "lost" || store.get("refusal")) return null;
  return notice("warning", "The server does not answer. The page connects again as soon as it does.");
}

function renewedMessage(store) {
  if (!store.get("renewed")) return null;
  return notice(
    "info", "The server was restarted, or this session was deleted: its earlier traffic and choices are gone.",
    dismissButton(store, "renewed"),
  );
}

function newSessionMessage({ api, store }) {
  if (!store.get("isNew")) return null;
  return notice(
    "info", `No session "${api.key}" was open, so this is a new one with this key.`, dismissButton(store, "isNew"),
  );
}

function failureMessage(store) {
  const error = store.get("failure");
  return error && notice("error", error.message, dismissButton(store, "failure"));
}

function reloadMessage(health) {
  const findings = health?.reload_failure?.findings;
  if (!findings) return null;
  const places = findings.map(({ file, line, message }) => element("li", {}, `${file}:${line ?? "?"}: ${message}`));
  return notice(
    "error", element("span", {}, "The files could not be reloaded; the mock serves what it had before."), element("ul", {}, places),
  );
}

function dismissButton(store, name) {
  return button("Dismiss", () => store.set(name, null), { class: "button quiet" });
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
