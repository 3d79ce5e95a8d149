/** The state of the session: each collection as a table, with the events of its items as buttons. */

import { attempts } from "../attempt.js";
import { button, element, emptyState, fill, toolbar } from "../dom.js";
import { keepFocus } from "../focus.js";
import { hasWords, searchField, wordsOf } from "../search.js";
import { isMap } from "../state_change.js";
import { editState } from "../state_editor.js";
import { follow, loaderOf } from "../watch.js";

const COLUMNS = 6; // members of the items that the table shows
const SAMPLE = 50; // items whose members are looked at for this
const ROWS = 100; // items that are shown at once, and added by each press of "Show more"
const EVENTS = Symbol("the column of the events");
const PAUSE = 500; // milliseconds between two looks at the state
const STATE_MEMBERS = ["state", "status"]; // members that come first, because events change them

/** Show the state, and follow its changes while the view is visible. */
export function mount(root, page) {
  const view = new StateView(root, page);
  return follow(view, page.store, { "state reload": () => view.outdated(), route: () => view.routeChanged() });
}

class StateView {
  isGone = false;
  outdated;
  #page;
  #run;
  #state = null;
  #transitions = new Map(); // by collection, then by id
  #chosen = null;
  #limit = ROWS;
  #region = element("div");
  #collections = element("nav", { class: "collections", "aria-label": "Collections" });
  #title = element("h3", { class: "ellipsis" });
  #search = searchField("Search items", () => this.#showItems());
  #add = button("Add item", () => this.#addItem());
  #editAll = button("Edit as JSON", () => this.#edit([], this.#state));
  #items = element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Items" });
  #main;
  #nothing = emptyState(
    "No state", "This contract is answered by its examples, so there is nothing to change. Start with ",
    element("code", {}, "mockserver --stateful SPEC"), " to keep what requests create, or with ",
    element("code", {}, "--model MODULE:NAME"), " for a model of your own.",
  );

  constructor(root, page) {
    this.outdated = loaderOf(this, root, () => this.#load(), PAUSE);
    this.#page = page;
    this.#run = attempts(this.#region, page);
    this.#main = element(
      "div", { class: "state" }, this.#collections,
      element("div", { class: "collection" }, element("div", { class: "toolbar" }, this.#title, this.#search, this.#add), this.#items),
    );
    this.#main.hidden = this.#nothing.hidden = this.#editAll.hidden = true;
    fill(root, toolbar("State", this.#editAll), this.#region, this.#main, this.#nothing);
  }

  routeChanged() {
    const { view, id } = this.#page.store.get("route");
    if (view !== "state") return;
    if (id !== this.#chosen) this.#limit = ROWS;
    this.#chosen = id || this.#chosen;
    if (this.#state) this.#show();
    this.outdated();
  }

  async #load() {
    const { api } = this.#page;
    const [state, transitions] = await Promise.all([api.state(), this.#allTransitions()]);
    if (this.isGone) return;
    this.#state = state;
    this.#transitions = transitions;
    this.#show();
  }

  /** The events of all items that take some. */
  async #allTransitions() {
    const found = new Map();
    let cursor;
    do {
      const { transitions, next } = await this.#page.api.transitions({ limit: 1000, cursor });
      for (const row of transitions) {
        if (!found.has(row.collection)) found.set(row.collection, new Map());
        found.get(row.collection).set(row.id, row);
      }
      cursor = next;
    } while (cursor);
    return found;
  }

  #show() {
    const names = Object.keys(this.#state).sort((one, other) => this.#transitions.has(other) - this.#transitions.has(one));
    this.#main.hidden = this.#editAll.hidden = !names.length;
    this.#nothing.hidden = names.length > 0;
    if (!names.includes(this.#chosen)) this.#chosen = names[0] ?? null;
    const open = (name) => this.#page.navigate(`state/${encodeURIComponent(name)}`);
    keepFocus(this.#collections, () => fill(this.#collections, names.map((name) => element(
      "button", {
        type: "button", class: "button", "data-focus": name, onclick: () => open(name),
        "aria-current": name === this.#chosen ? "true" : null,
      },
      element("span", { class: "ellipsis" }, name),
      element("span", { class: "count" }, Object.keys(this.#state[name]).length),
    ))));
    if (this.#chosen !== null) this.#showItems();
  }

  #showItems() {
    const name = this.#chosen;
    const words = wordsOf(this.#search);
    const all = Object.entries(this.#state[name]);
    const found = words.length ? all.filter((entry) => hasWords(JSON.stringify(entry), words)) : all;
    this.#title.textContent = words.length ? `${name}: ${found.length} of ${all.length}` : name;
    this.#items.setAttribute("aria-label", `Items of ${name}`);
    keepFocus(this.#items, () => fill(this.#items, found.length ? this.#table(name, found) : noItems(all.length > 0)));
  }

  #table(name, found) {
    const events = this.#transitions.get(name) ?? new Map();
    const columns = columnsOf(found.slice(0, SAMPLE).map(([, item]) => item));
    if (events.size) columns.splice(STATE_MEMBERS.includes(columns[0]) ? 1 : 0, 0, EVENTS);
    const more = found.length - this.#limit;
    return [
      element(
        "table", { class: "table items", "aria-label": name },
        element("thead", {}, element(
          "tr", {}, element("th", { scope: "col" }, "id"), columns.map((column) => element("th", { scope: "col" }, column === EVENTS ? "Events" : column)),
          element("th", { scope: "col", class: "tools" }, element("span", { class: "visually-hidden" }, "Tools")),
        )),
        element("tbody", {}, found.slice(0, this.#limit).map(([id, item]) => this.#row(name, id, item, columns, events.get(id)))),
      ),
      more > 0 ? button(`Show more: ${more} are left`, () => this.#showMore(), { class: "button more", "data-focus": "more" }) : null,
    ];
  }

  #row(collection, id, item, columns, transitions) {
    const { api } = this.#page;
    const fire = (event) => this.#run(() => api.fireEvent(collection, id, event));
    return element(
      "tr", {},
      element("th", { scope: "row", title: id }, id),
      columns.map((column) => (column === EVENTS ? this.#events(id, transitions, fire) : cell(item, column))),
      element(
        "td", { class: "tools" },
        button("Edit", () => this.#edit([collection, id], item), {
          class: "button quiet", "data-focus": JSON.stringify([id]), "aria-label": `Edit ${id}`,
        }),
      ),
    );
  }

  #events(id, transitions, fire) {
    return element("td", { class: "events" }, (transitions?.events ?? []).map((event) => button(event, () => fire(event), {
      "data-focus": JSON.stringify([id, event]), disabled: !transitions.possible.includes(event),
    })));
  }

  #showMore() {
    this.#limit += ROWS;
    this.#showItems();
  }

  #edit(path, value) {
    editState({ api: this.#page.api, path, value, changed: () => this.#run(async () => {}) });
  }

  #addItem() {
    const last = Object.values(this.#state[this.#chosen]).at(-1) ?? {};
    editState({
      api: this.#page.api, path: [this.#chosen], value: last, isNew: true, changed: () => this.#run(async () => {}),
    });
  }
}

/** The first members of the items, those of a state before the others. */
function columnsOf(items) {
  if (!items.every(isMap)) return ["value"];
  const names = [...new Set(items.flatMap(Object.keys))].filter((name) => name !== "id");
  return names.toSorted((one, other) => STATE_MEMBERS.includes(other) - STATE_MEMBERS.includes(one)).slice(0, COLUMNS);
}

function cell(item, column) {
  const value = isMap(item) ? item[column] : item;
  if (value === undefined || value === null) return element("td", { class: "muted" }, value === null ? "null" : "");
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  if (STATE_MEMBERS.includes(column)) return element("td", { class: "state-name", title: shown }, shown);
  return element("td", { class: typeof value === "string" ? null : "mono", title: shown }, shown);
}

function noItems(isFiltered) {
  return isFiltered
    ? emptyState("Nothing found", "No item has these words.")
    : emptyState("No items", "Requests that create something fill the collection, and so does “Add item”.");
}
