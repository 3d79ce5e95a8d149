/** The bar at the top: contract, connection and session. */

import { DEFAULT_SESSION } from "../api.js";
import { copyFrom } from "../clipboard.js";
import { badge, button, element, field, fill, select, setOptions } from "../dom.js";
import { openConnectDialog } from "./connect.js";
import { mountMessages } from "./messages.js";

const MOST_SESSIONS = 100; // in the picker, the most recently used ones
const CONNECTIONS = { connecting: "connecting", live: "live", lost: "reconnecting" };

export function mount(root, page) {
  const { api, store } = page;
  const connection = element("span", { class: "connection", role: "status" });
  const contract = element("span", { class: "contract-status", role: "status" });
  const picker = sessionPicker(page);
  const shared = element("span", { class: "shared small" }, "Everybody shares this session.");
  shared.hidden = api.key !== DEFAULT_SESSION;
  fill(
    root,
    element("h1", { class: "brand ellipsis" }, "mockserver"),
    connection,
    element("div", { class: "session-tools" }, field("Session", picker.control), shared, sessionButtons(page)),
    element("span", { class: "spacer" }),
    contract,
    button("Reset session", () => reset(page), {
      class: "button reset", title: "Reset state, choices, stubs and traffic of this session",
    }),
  );
  const ends = [
    store.subscribe(["connection", "refusal"], () => showConnection(connection, store)),
    store.subscribe(["health"], () => showContract(root, contract, store)),
    store.subscribe(["session"], picker.load),
    mountMessages(document.getElementById("notices"), page),
  ];
  return () => ends.forEach((end) => end());
}

/** The picker, and a function that loads its sessions again. */
function sessionPicker({ api, openSession }) {
  const control = select([api.key], { onchange: () => openSession(control.value) });
  let lastLoad = 0;
  const load = async () => {
    if (Date.now() - lastLoad < 1000) return;
    lastLoad = Date.now();
    try {
      const { sessions } = await api.sessions(MOST_SESSIONS);
      const keys = new Set([DEFAULT_SESSION, api.key, ...sessions.map((session) => session.key)]);
      if (control.options.length !== keys.size) setOptions(control, [...keys]);
    } catch {
      return; // the messages say what is wrong with the connection
    }
  };
  control.addEventListener("focus", load);
  control.addEventListener("pointerdown", load);
  return { control, load };
}

function sessionButtons(page) {
  const { api, openSession } = page;
  const link = button("Copy link", () => copyFrom(link, location.href.split("#")[0]), {
    title: "Copy a link that opens this page in this session",
  });
  return element(
    "span", { class: "group" },
    button("New", () => openSession(newKey(), true), { title: "Open a new session, which nobody else uses" }),
    button("Fork", () => fork(page), { title: "Open a copy of this session: its state, choices and stubs" }),
    link,
    button("Connect an app", () => openConnectDialog(api, openSession), {
      title: "Show the base URL, header or cookie that puts an app into this session",
    }),
  );
}

async function fork({ api, store, openSession }) {
  const key = newKey();
  try {
    await api.forkInto(key);
    openSession(key, true);
  } catch (error) {
    store.set("failure", error);
  }
}

async function reset({ api, store }) {
  try {
    const session = await api.reset();
    store.get("exchanges").clear();
    store.set("session", session);
    store.touch("exchanges");
    store.set("state", store.get("state") + 1);
  } catch (error) {
    store.set("failure", error);
  }
}

/** A key that is short enough to read out, and that nobody else has. */
function newKey() {
  const letters = "bcdfghjkmnpqrstvwxz23456789";
  const random = crypto.getRandomValues(new Uint8Array(8));
  return `page-${[...random].map((byte) => letters[byte % letters.length]).join("")}`;
}

function showConnection(shown, store) {
  const state = store.get("refusal") ? "refused" : store.get("connection");
  shown.dataset.state = state;
  fill(shown, CONNECTIONS[state] ?? "not connected");
}

/** Whether the contract is served as its files say, and whether the mock's answers keep to it. */
function showContract(root, shown, store) {
  const health = store.get("health");
  if (!health) return;
  const title = health.title || "mockserver";
  fill(root.querySelector("h1"), title);
  document.title = title === "mockserver" ? title : `${title} · mockserver`;
  const broken = health.off_contract.unintended;
  if (health.reload_failure) fill(shown, badge("reload failed", "error"));
  else if (broken) fill(shown, badge(`${broken} ${broken === 1 ? "answer" : "answers"} off contract`, "warning"));
  else fill(shown, badge("contract ok", "good"));
}
