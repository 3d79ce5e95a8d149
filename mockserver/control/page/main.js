/** Starts the page: its views behind tabs, or beside each other on wide screens, and their addresses. */

import { Api, DEFAULT_SESSION } from "./api.js";
import { fill, notice } from "./dom.js";
import { Live } from "./live.js";
import { ExchangeLog } from "./log.js";
import { Store } from "./store.js";

const WIDE = matchMedia("(min-width: 1200px)"); // as in style.css: the scenarios have a column of their own
const UNSEEN = 10_000; // milliseconds that a page in the background stays connected
const PANELS = ["scenarios", "traffic", "state", "coverage", "contract"];

const tabs = new Map(PANELS.map((name) => [name, document.getElementById(`tab-${name}`)]));
const panels = new Map(PANELS.map((name) => [name, document.getElementById(`panel-${name}`)]));
const api = new Api(new URL("./", location.href), keyOfAddress());
const store = new Store({
  connection: "connecting", session: null, scenarios: null, exchanges: new ExchangeLog(), health: null,
  refusal: null, renewed: null, isNew: false, failure: null, hasToken: false, reload: 0, state: 0, route: routeOfAddress(),
});
const page = { api, store, navigate, openSession, connect };
const mounted = new Map(); // the mounted views: their element, and the function that unmounts them
let live = null;
let unseen = null; // the timer of a page in the background

/** Go to a view: `traffic`, or `exchange/x12` for one exchange. */
function navigate(address) {
  location.hash = `/${address}`;
}

/** Change to another session, which has an address of its own; `isExpected` if it may be a new one. */
function openSession(key, isExpected = false) {
  history.pushState(null, "", addressOf(key) + location.hash.replace(/^#\/exchange.*/, "#/traffic"));
  changeSession(isExpected);
}

/** Connect to the session of the page, again after a refusal. */
function connect(isExpected = false) {
  live?.stop();
  live = new Live(api, store, isExpected);
  live.start();
}

/** Disconnect a page that nobody sees, because browsers have only six connections for each server. */
function watchVisibility() {
  clearTimeout(unseen);
  if (document.hidden) unseen = setTimeout(() => live.stop(), UNSEEN);
  else live.resume();
}

function changeSession(isExpected) {
  if (keyOfAddress() === api.key) return showRoute();
  live?.stop();
  for (const root of mounted.keys()) unmount(root);
  api.key = keyOfAddress();
  connect(isExpected);
  mount(document.getElementById("session"), "session");
  showRoute();
}

function keyOfAddress() {
  return new URLSearchParams(location.search).get("__session") || DEFAULT_SESSION;
}

/** The relative address of the page in a session. */
function addressOf(key) {
  return key === DEFAULT_SESSION ? location.pathname : `?${new URLSearchParams({ __session: key })}`;
}

/** The view that the fragment names, and what follows it; nothing is named at first. */
function routeOfAddress() {
  const [, view = "", ...rest] = location.hash.split("/");
  const id = decodedText(rest.join("/"));
  if (view === "exchange") return { panel: "traffic", view, id };
  if (PANELS.includes(view) && !(WIDE.matches && view === "scenarios")) return { panel: view, view, id };
  return { panel: WIDE.matches ? "traffic" : "scenarios", view: "", id: "" };
}

function decodedText(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function showRoute() {
  const route = routeOfAddress();
  document.body.dataset.view = route.view || route.panel;
  for (const [name, panel] of panels) {
    const isColumn = WIDE.matches && name === "scenarios";
    showPanel(name, panel, isColumn, name === route.panel);
    if (!panel.hidden) mountAll(panel);
  }
  store.set("route", route);
}

/** Show or hide a panel and its tab; a column is always visible, and has no tab. */
function showPanel(name, panel, isColumn, isChosen) {
  const tab = tabs.get(name);
  panel.hidden = !(isColumn || isChosen);
  tab.hidden = isColumn;
  tab.setAttribute("aria-selected", String(isChosen));
  tab.tabIndex = isChosen ? 0 : -1;
  panel.setAttribute("role", isColumn ? "region" : "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
}

function mountAll(panel) {
  for (const root of panel.querySelectorAll("[data-view]")) mount(root, root.dataset.view);
}

/** Load the module of a view, and mount it, unless it is mounted. */
async function mount(root, name) {
  if (mounted.has(root)) return;
  const entry = { unmount: null, isGone: false };
  mounted.set(root, entry);
  try {
    const view = await import(`./views/${name}.js`);
    if (entry.isGone) return;
    entry.unmount = view.mount(root, page) ?? null;
  } catch (error) {
    console.error(error);
    fill(root, notice("error", `The view "${name}" could not be loaded. Reload the page to try again.`));
  }
}

function unmount(root) {
  const entry = mounted.get(root);
  entry.isGone = true;
  entry.unmount?.();
  mounted.delete(root);
  root.replaceChildren();
}

/** Arrow keys, Home and End move between the tabs (ARIA Authoring Practices, tabs). */
function moveBetweenTabs(event) {
  const shown = PANELS.filter((name) => !tabs.get(name).hidden);
  const index = shown.findIndex((name) => tabs.get(name) === event.target);
  const last = shown.length - 1;
  const targets = {
    ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index === 0 ? last : index - 1, Home: 0, End: last,
  };
  const target = targets[event.key];
  if (index < 0 || target === undefined) return;
  event.preventDefault();
  navigate(shown[target]);
  tabs.get(shown[target]).focus();
}

for (const [name, tab] of tabs) tab.addEventListener("click", () => navigate(name));
document.querySelector("[role=tablist]").addEventListener("keydown", moveBetweenTabs);
addEventListener("hashchange", showRoute);
addEventListener("popstate", () => changeSession(false));
document.addEventListener("visibilitychange", watchVisibility);
WIDE.addEventListener("change", showRoute);
mount(document.getElementById("session"), "session");
showRoute();
connect();
