/** The exchanges of the session, newest first. */

import { badge, button, clockTime, element, emptyState, field, fill, select, setOptions, statusCode } from "../dom.js";
import { NO_FILTER, isFiltering, matching } from "../filter.js";
import { WindowedRows } from "../windowed.js";

const COLUMNS = [
  ["time-column", "Time"], ["method-column", "Method"], ["path-column", "Path"], ["code-column", "Status"], ["source-column", "Answered by"],
  ["broken-column", "Violations"], ["duration-column number", "ms"],
];
const ANY = { operation: ["", "Any operation"], source: ["", "Any source"] };
const STATUSES = [["", "Any status"], ["2", "2xx"], ["3", "3xx"], ["4", "4xx"], ["5", "5xx"]];

export function mount(root, page) {
  const view = new TrafficView(root, page);
  const ends = [
    page.store.subscribe(["exchanges", "session"], () => view.update()),
    page.store.subscribe(["route"], () => view.showRoute()),
  ];
  return () => {
    ends.forEach((end) => end());
    view.end();
  };
}

class TrafficView {
  #page;
  #filter = { ...NO_FILTER };
  #paused = null; // the rows that are shown while the view is paused, and how many had arrived by then
  #shown = [];

  constructor(root, page) {
    this.#page = page;
    this.count = element("span", { class: "muted small", role: "status" });
    this.pause = button("Pause", () => this.#togglePause(), { "aria-pressed": "false" });
    this.operation = select([ANY.operation], { "aria-label": "Operation", onchange: () => this.#choose("operation", this.operation.value) });
    this.source = select([ANY.source], { "aria-label": "Answered by", onchange: () => this.#choose("source", this.source.value) });
    this.body = element("tbody");
    this.table = element(
      "table", { class: "table traffic", "aria-label": "Traffic" },
      element("thead", {}, element("tr", {}, COLUMNS.map(([name, label]) => element("th", { class: name, scope: "col" }, label)))),
      this.body,
    );
    this.empty = element("div");
    this.scroller = element("div", { class: "scroll" }, element("div", {}, this.table), this.empty);
    this.rows = new WindowedRows(this.scroller, this.body, (row, index) => this.#row(row, index));
    this.body.addEventListener("click", (event) => this.#open(event));
    this.body.addEventListener("keydown", (event) => this.#move(event));
    fill(root, this.#toolbar(), this.scroller);
  }

  /** Draw what the store has now; while the view is paused, only how much is new. */
  update() {
    const log = this.#page.store.get("exchanges");
    if (this.#paused) {
      const fresh = log.arrived - this.#paused.arrived;
      this.pause.textContent = fresh ? `Resume (${fresh} new)` : "Resume";
    }
    if (this.#paused && log.rows.length) return;
    this.#offer(log);
    this.#shown = matching(log.rows, this.#filter);
    this.#draw(log);
  }

  showRoute() {
    const { view, id } = this.#page.store.get("route");
    const selected = view === "exchange" ? id : null;
    this.rows.redraw((row) => row.id === selected);
  }

  end() {
    this.rows.end();
  }

  #toolbar() {
    this.status = select(STATUSES, { "aria-label": "Status", onchange: () => this.#choose("status", this.status.value) });
    this.broken = element("input", { type: "checkbox", onchange: () => this.#choose("isBroken", this.broken.checked) });
    this.text = element("input", {
      type: "search", placeholder: "Search", "aria-label": "Search the traffic",
      oninput: () => this.#choose("text", this.text.value),
    });
    return [
      element(
        "div", { class: "toolbar" }, element("h2", {}, "Traffic"), this.count, this.pause,
        button("Clear", () => this.#clear(), { title: "Delete the exchanges of this session from the journal" }),
      ),
      element(
        "div", { class: "toolbar filters", role: "search", "aria-label": "Filters" },
        this.text, this.operation, this.status, this.source, field("Violations", this.broken),
      ),
    ];
  }

  #choose(name, value) {
    this.#filter = { ...this.#filter, [name]: value };
    if (this.#paused) {
      this.#shown = matching(this.#paused.rows, this.#filter);
      this.#draw(this.#page.store.get("exchanges"));
    } else this.update();
  }

  #togglePause() {
    const log = this.#page.store.get("exchanges");
    this.#paused = this.#paused ? null : { rows: [...log.rows], arrived: log.arrived };
    this.pause.setAttribute("aria-pressed", String(this.#paused !== null));
    this.pause.textContent = this.#paused ? "Resume" : "Pause";
    this.update();
  }

  async #clear() {
    const { api, store } = this.#page;
    try {
      await api.clearExchanges();
      store.get("exchanges").clear();
      store.touch("exchanges");
    } catch (error) {
      store.set("failure", error);
    }
  }

  /** Offer the operations, sources and statuses that were seen as filters. */
  #offer(log) {
    const { operations, sources, statuses } = log.seen;
    offer(this.operation, [ANY.operation, ["-", "Unknown path"], ...[...operations].sort().map((name) => [name, name])]);
    offer(this.source, [ANY.source, ...[...sources].sort().map((name) => [name, name])]);
    offer(this.status, [...STATUSES, ...[...statuses].sort().map((status) => [String(status), String(status)])]);
  }

  #draw(log) {
    const [all, shown] = [log.rows.length, this.#shown.length];
    fill(this.count, isFiltering(this.#filter) ? `${shown.toLocaleString()} of ${all.toLocaleString()}` : all.toLocaleString());
    fill(this.empty, shown ? null : this.#emptyState(all));
    this.rows.show(this.#shown);
  }

  #emptyState(all) {
    if (all) return emptyState("No exchange matches the filters.", button("Clear the filters", () => this.#clearFilters()));
    if (!this.#page.store.get("session")) return null;
    return emptyState(
      "No traffic yet.", "Point your app at this server, and each request appears here with its answer and the reason for it. ",
      "“Connect an app” above says how it gets into this session.",
    );
  }

  #clearFilters() {
    this.#filter = { ...NO_FILTER };
    for (const control of [this.operation, this.source, this.status, this.text]) control.value = "";
    this.broken.checked = false;
    this.#choose("text", "");
  }

  #row(row, index) {
    const { view, id } = this.#page.store.get("route");
    return element(
      "tr", { "data-id": row.id, "aria-rowindex": index + 2, "aria-current": view === "exchange" && id === row.id && "true" },
      element("td", { class: "time-column muted" }, clockTime(row.at)),
      element("td", { class: "method-column mono" }, row.method),
      element("td", { class: "path-column", title: row.operation ?? "no operation of the contract" }, pathLink(row)),
      element("td", { class: "code-column" }, statusCode(row.status)),
      element("td", { class: "source-column" }, answeredBy(row)),
      element("td", { class: "broken-column" }, brokenRules(row)),
      element("td", { class: "duration-column number muted" }, row.duration.toFixed(1)),
    );
  }

  #open(event) {
    const row = event.target.closest("tr");
    if (!row || event.target.closest("a")) return; // a link leads there by itself
    this.#page.navigate(`exchange/${row.dataset.id}`);
    row.querySelector("a").focus({ preventScroll: true, focusVisible: false });
  }

  /** Arrow keys, Page Up, Page Down, Home and End move between the rows; Enter opens one, as links do. */
  #move(event) {
    const row = event.target.closest("tr");
    const steps = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (!row || step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.rows.focus(Number(row.getAttribute("aria-rowindex")) - 2 + step);
  }
}

function pathLink(row) {
  return element("a", { class: "ellipsis mono", href: `#/exchange/${row.id}`, tabindex: -1 }, row.path);
}

/** What says most about an answer: the fault that broke it, else its scenario, else its source. */
function answeredBy({ source, scenario, fault }) {
  const shown = fault ?? scenario;
  if (!shown) return badge(source, source === "stub" ? "accent" : "neutral");
  const made = badge("", fault ? "error" : "accent");
  made.title = [source, scenario, fault].filter(Boolean).join(", ");
  fill(made, element("span", { class: "visually-hidden" }, `${source} `), shown);
  return made;
}

function brokenRules(row) {
  return [
    row.violations ? badge(String(row.violations), "error") : null,
    row.offContract ? badge("answer", "warning") : null,
    row.violations || row.offContract ? null : element("span", { class: "visually-hidden" }, "none"),
  ];
}

/** Offer options, unless they are offered already: a list that is open is not replaced. */
function offer(control, options) {
  if (control.options.length !== options.length) setOptions(control, options);
}
