/** Coverage as a matrix: what of the contract and of the model was met in the session, and what was not. */

import { badge, button, element, emptyState, field, fill, toolbar } from "../dom.js";
import { keepFocus } from "../focus.js";
import { noOperations, operationName } from "../operations.js";
import { hasWords, searchField, wordsOf } from "../search.js";
import { follow, loaderOf } from "../watch.js";

const PAUSE = 1000; // milliseconds between two looks at the coverage
const ROWS = 100; // operations that are shown at once, and added by each press of "Show more"
const KINDS = [["statuses", "Statuses"], ["codes", "Error codes"], ["properties", "Properties"], ["values", "Values"]];
const LISTS = KINDS.slice(1); // what each operation has a list of

/** Show the coverage of the session, and follow it while the view is visible. */
export function mount(root, page) {
  const view = new CoverageView(root, page);
  return follow(view, page.store, { "exchanges state reload route": () => view.outdated() });
}

class CoverageView {
  isGone = false;
  outdated;
  #page;
  #limit = ROWS;
  #shown = "";
  #coverage = null;
  #model = null;
  #open = new Set(); // operations whose details are open
  #search = searchField("Search operations", () => this.#show());
  #missing = element("input", { type: "checkbox", onchange: () => this.#show() });
  #totals = element("div", { class: "totals" });
  #content = element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Coverage by operation" });

  constructor(root, page) {
    this.outdated = loaderOf(this, root, () => this.#load(), PAUSE);
    this.#page = page;
    fill(
      root,
      toolbar("Coverage", this.#search, field("Only what is missing", this.#missing)),
      this.#totals, this.#content,
    );
  }

  async #load() {
    const { api } = this.#page;
    const [coverage, { transitions }, { changes }] = await Promise.all([
      api.coverage(), api.transitions({ limit: 1000 }), api.changes({ limit: 1000 }),
    ]);
    const now = JSON.stringify([coverage, transitions, changes]);
    if (this.isGone || now === this.#shown) return;
    this.#shown = now;
    this.#coverage = coverage;
    this.#model = modelCoverage(transitions, changes);
    this.#show();
  }

  #show() {
    if (!this.#coverage) return;
    const { operations, totals } = this.#coverage;
    fill(this.#totals, KINDS.filter(([kind]) => totals[kind].of).map(([kind, title]) => meter(title, totals[kind])));
    const words = wordsOf(this.#search);
    const found = operations.filter((each) => hasWords(`${each.method} ${each.path} ${each.operation}`, words) && !(this.#missing.checked && isComplete(each)));
    const more = found.length - this.#limit;
    keepFocus(this.#content, () => fill(
      this.#content,
      this.#model && !words.length ? modelTable(this.#model) : null,
      found.length ? this.#table(found.slice(0, this.#limit), LISTS.filter(([kind]) => totals[kind].of)) : nothingFound(operations.length),
      more > 0 ? button(`Show more: ${more} are left`, () => this.#showMore(), { class: "button more", "data-focus": "more" }) : null,
    ));
  }

  #showMore() {
    this.#limit += ROWS;
    this.#show();
  }

  /** A row for each operation, a column for each status that one of them documents. */
  #table(operations, lists) {
    const statuses = [...new Set(operations.flatMap((each) => each.statuses.map(({ name }) => name)))].sort();
    return element(
      "table", { class: "table matrix", "aria-label": "Operations by status" },
      element("thead", {}, element(
        "tr", {}, element("th", { scope: "col" }, "Operation"),
        statuses.map((status) => element("th", { scope: "col", class: "mark" }, status)),
        lists.map(([, title]) => element("th", { scope: "col", class: "number" }, title)),
      )),
      element("tbody", {}, operations.map((each) => this.#rows(each, statuses, lists))),
    );
  }

  #rows(operation, statuses, lists) {
    const marks = new Map(operation.statuses.map(({ name, seen }) => [name, seen]));
    const own = lists.filter(([kind]) => operation[kind].length);
    const name = operation.operation;
    const details = element("tr", { class: "details", hidden: !this.#open.has(name) }, element(
      "td", { colspan: 1 + statuses.length + lists.length }, own.map(([kind, title]) => this.#list(title, operation[kind])),
    ));
    const toggle = element(
      "button", {
        type: "button", class: "button quiet opener", "data-focus": name, "aria-expanded": String(this.#open.has(name)), disabled: !own.length,
        onclick: () => this.#toggle(name, toggle, details),
      },
      operationName(operation),
    );
    return [
      element(
        "tr", {}, element("th", { scope: "row" }, toggle),
        statuses.map((status) => mark(marks.get(status))),
        lists.map(([kind]) => counts(operation[kind])),
      ),
      details,
    ];
  }

  #toggle(name, toggle, details) {
    details.hidden = !details.hidden;
    toggle.setAttribute("aria-expanded", String(!details.hidden));
    if (details.hidden) this.#open.delete(name);
    else this.#open.add(name);
  }

  #list(title, entries) {
    const shown = this.#missing.checked ? entries.filter(({ seen }) => !seen) : entries;
    return element(
      "section", {}, element("h3", {}, `${title}: ${seenOf(entries)} of ${entries.length} seen`),
      element("ul", { class: "entries" }, shown.map(({ name, seen }) => element(
        "li", { class: seen ? "seen" : "unseen" }, sign(seen), element("code", { class: "breakable" }, name),
      ))),
    );
  }
}

/** What is known of the model's states and events: the items in each state, and how often each event was fired. */
function modelCoverage(transitions, changes) {
  if (!transitions.length) return null;
  const collections = new Map();
  for (const { collection, state, events, possible } of transitions) {
    if (!collections.has(collection)) {
      collections.set(collection, { events: events.map((event) => [event, firings(changes, collection, event)]), states: new Map() });
    }
    const { states } = collections.get(collection);
    const known = states.get(state ?? "any") ?? { items: 0, possible };
    states.set(state ?? "any", { ...known, items: known.items + 1 });
  }
  return collections;
}

/** How many control calls have fired an event on the items of a collection. */
function firings(changes, collection, event) {
  const start = `POST /session/${encodeURIComponent(collection)}/`;
  return changes.filter(({ call, body }) => call.startsWith(start) && call.endsWith("/events") && body?.event === event).length;
}

function modelTable(model) {
  return [...model].map(([collection, { events, states }]) => element(
    "section", { class: "model" },
    element("h3", {}, "States and events of ", element("code", {}, collection)),
    element(
      "table", { class: "table matrix fit", "aria-label": `States and events of ${collection}` },
      element("thead", {}, element(
        "tr", {}, element("th", { scope: "col" }, "State"), element("th", { scope: "col", class: "number" }, "Items"),
        events.map(([event, times]) => element(
          "th", { scope: "col", class: "mark" }, event, " ",
          times ? badge(`fired ${times}×`, "good") : badge("not fired"),
        )),
      )),
      element("tbody", {}, [...states].map(([state, { items, possible }]) => element(
        "tr", {}, element("th", { scope: "row" }, state), element("td", { class: "number" }, items),
        events.map(([event]) => element("td", { class: possible.includes(event) ? "mark" : "mark muted" }, possible.includes(event) ? "possible" : "–")),
      ))),
    ),
  ));
}

function meter(title, { seen, of, percent }) {
  const text = `${seen} of ${of}`;
  return element(
    "div", {}, element("span", { class: "small muted" }, title), element("strong", {}, text),
    element("progress", { max: 100, value: percent, "aria-label": `${title}: ${text} seen` }),
  );
}

/** A cell of the matrix; `seen` is undefined where the operation does not document the status. */
function mark(seen) {
  if (seen === undefined) return element("td", { class: "mark none" });
  return element("td", { class: seen ? "mark seen" : "mark unseen" }, sign(seen));
}

function counts(entries) {
  const text = entries.length ? `${seenOf(entries)} of ${entries.length}` : "";
  return element("td", { class: entries.length && seenOf(entries) === entries.length ? "number seen" : "number" }, text);
}

function sign(seen) {
  return [
    element("span", { "aria-hidden": "true" }, seen ? "✓" : "○"),
    element("span", { class: "visually-hidden" }, seen ? "seen" : "not seen"),
  ];
}

function seenOf(entries) {
  return entries.filter(({ seen }) => seen).length;
}

function isComplete(operation) {
  return KINDS.every(([kind]) => operation[kind].every(({ seen }) => seen));
}

function nothingFound(operations) {
  return operations ? emptyState("Nothing is missing", "All of these operations were seen whole.") : noOperations();
}
