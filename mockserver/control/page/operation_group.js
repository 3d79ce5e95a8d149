/** The parts of the scenarios view: an operation with its switches, and a list of stubs. */

import {
  choiceFor, duration, isGatewayFault, isUsedUp, laidStatusStub, overrides, statusNumber, statusStub, stubAnswer, stubRequests, stubsFor,
} from "./choices.js";
import { badge, button, element, fill, statusCode } from "./dom.js";
import { operationName } from "./operations.js";
import { hasWords } from "./search.js";

let ids = 0; // of elements that others name

/** One operation: its scenarios and documented statuses as switches, its stubs, and what goes before a choice. */
export class OperationGroup {
  scenarios;
  root;
  #operation;
  #tools;
  #switches = [];
  #statuses = new Map();
  #session = null;
  #isFilled = false;
  #badge = element("span");
  #notes = element("ul", { class: "overrides" });
  #stubs;

  /** `tools` are `{api, run, times}`: the calls, how they are run, and for how many calls a choice is to hold. */
  constructor(operation, scenarios, tools) {
    this.scenarios = scenarios;
    this.#operation = operation;
    this.#tools = tools;
    this.#stubs = new StubList(operation.operation, tools.api, tools.run);
    this.root = element(
      "details", { class: "operation", ontoggle: () => this.#fill() },
      element("summary", {}, operationName(operation), this.#badge),
    );
  }

  setOpen(isOpen) {
    this.root.open = isOpen;
    if (isOpen) this.#fill();
  }

  /** Show what the session has chosen. */
  update(session) {
    this.#session = session;
    const { operation } = this.#operation;
    const choice = choiceFor(session, operation);
    const stubs = stubsFor(session, operation).filter((stub) => !isUsedUp(stub)).length;
    fill(
      this.#badge,
      choice ? badge(`${choice.names.join(", ")}`, "accent") : null,
      stubs ? badge(stubs === 1 ? "1 stub" : `${stubs} stubs`, "warning") : null,
    );
    if (this.#isFilled) this.#updateContent(choice);
  }

  /** Show only what has all the words, in the operation or in a scenario; returns whether anything has. */
  filter(words) {
    const { method, path, operation } = this.#operation;
    const isWhole = hasWords(`${method} ${path} ${operation}`, words);
    const found = this.scenarios.filter((row) => hasWords(textOf(row, this.#operation), words));
    this.root.hidden = !isWhole && !found.length;
    if (words.length && found.length) this.setOpen(true);
    for (const item of this.#switches) item.root.hidden = !isWhole && !found.includes(item.row);
    return !this.root.hidden;
  }

  #fill() {
    if (this.#isFilled || !this.root.open) return;
    this.#isFilled = true;
    this.#switches = this.scenarios.map((row) => new ScenarioSwitch(row, () => this.#press(row)));
    this.root.append(
      this.#notes,
      element("ul", { class: "switches" }, this.#switches.map((item) => item.root)),
      this.#statusSwitches(),
      this.#stubs.root,
    );
    if (this.#session) this.update(this.#session);
  }

  #updateContent(choice) {
    const { operation } = this.#operation;
    for (const item of this.#switches) item.update(choice, this.#session.progress);
    for (const [status, made] of this.#statuses) {
      made.setAttribute("aria-pressed", String(Boolean(laidStatusStub(this.#session, operation, status))));
    }
    this.#stubs.update(this.#session);
    const sentences = choice ? overrides(this.#session, operation) : [];
    fill(this.#notes, sentences.map((sentence) => element("li", { class: "notice", "data-kind": "warning" }, sentence)));
  }

  /** Choose a scenario, or clear the choice if it is chosen. */
  #press({ name, operation }) {
    const { api, run, times } = this.#tools;
    const names = choiceFor(this.#session, operation)?.names ?? [];
    if (!names.includes(name)) return run(() => api.chooseScenario(name, times()));
    const others = names.filter((other) => other !== name).join(",");
    return run(() => (others ? api.chooseScenario(others) : api.clearScenario(operation)));
  }

  #statusSwitches() {
    for (const { name } of this.#operation.statuses) {
      const status = statusNumber(name);
      if (this.#statuses.has(status)) continue; // the range of a status that is documented, too
      const press = () => this.#pressStatus(status);
      this.#statuses.set(status, button(name, press, { class: "button status", "data-class": name[0], "aria-pressed": "false" }));
    }
    const label = `statuses-${++ids}`;
    return element(
      "div", { class: "statuses", role: "group", "aria-labelledby": label },
      element("span", { class: "muted small", id: label }, "Answer with "), [...this.#statuses.values()],
    );
  }

  /** Lay a stub that answers with a documented status, in place of another one, or remove it. */
  #pressStatus(status) {
    const { api, run, times } = this.#tools;
    const { operation } = this.#operation;
    const laid = laidStatusStub(this.#session, operation, status);
    const others = [...this.#statuses.keys()].map((each) => laidStatusStub(this.#session, operation, each));
    return run(async () => {
      if (!laid) await api.addStub(statusStub(operation, status, times()));
      for (const stub of others) if (stub) await api.deleteStub(stub.id);
    });
  }
}

/** A scenario as a switch, with what it answers and what it is for. */
class ScenarioSwitch {
  row;
  root;
  #button;
  #state = element("span", { class: "held" });

  constructor(row, press) {
    this.row = row;
    const about = `scenario-${++ids}`;
    this.#button = element(
      "button", { type: "button", class: "switch", "aria-pressed": "false", "aria-describedby": about, onclick: press },
      element("span", { class: "name breakable" }, row.name),
      element("span", { class: "outcome", "aria-hidden": "true" }, statusesShown(row)),
    );
    this.root = element(
      "li", {}, this.#button,
      element(
        "p", { class: "about small muted breakable", id: about },
        element("span", { class: "visually-hidden" }, statusesShown(row), " "),
        row.summary, " ", wordsOf(row), this.#state,
      ),
    );
  }

  update(choice, progress) {
    const isChosen = choice?.names.includes(this.row.name) ?? false;
    this.#button.setAttribute("aria-pressed", String(isChosen));
    const calls = progress.filter((each) => each.scenario === this.row.name).map(({ subject, calls }) => {
      const where = typeof subject === "string" ? ` of ${subject}` : "";
      return `${calls} ${calls === 1 ? "call" : "calls"}${where} so far`;
    });
    fill(this.#state, [isChosen ? `Chosen ${duration(choice)}` : null, ...calls].filter(Boolean).join(" · "));
  }
}

/** The stubs for one operation, or for any if it is null, with buttons that remove them. */
export class StubList {
  root = element("section", { class: "stubs" });
  #operation;
  #api;
  #run;
  #shown = "";

  constructor(operation, api, run) {
    this.#operation = operation;
    this.#api = api;
    this.#run = run;
  }

  update(session) {
    const stubs = stubsFor(session, this.#operation);
    this.root.hidden = !stubs.length;
    const shown = JSON.stringify(stubs);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const title = this.#operation === null ? "Stubs for any operation" : "Stubs, newest first";
    const hadFocus = this.root.contains(document.activeElement);
    fill(this.root, element("h3", {}, title), element("ul", {}, stubs.map((stub) => this.#row(stub))));
    if (hadFocus) (this.root.querySelector("button") ?? this.root.closest("details")?.querySelector("summary"))?.focus();
  }

  #row(stub) {
    const uses = stub.times === undefined ? `matched ${stub.matched}×` : `matched ${stub.matched} of ${stub.times}×`;
    return element(
      "li", { class: isUsedUp(stub) ? "stub muted" : "stub" },
      badge(stub.id, isUsedUp(stub) ? "neutral" : "warning"),
      element(
        "span", { class: "breakable" }, element("strong", {}, stubAnswer(stub)),
        element("span", { class: "muted small" }, ` ${stubRequests(stub)} · ${uses}${isUsedUp(stub) ? " · used up" : ""}`),
      ),
      button("Remove", () => this.#run(() => this.#api.deleteStub(stub.id)), {
        class: "button quiet", "aria-label": `Remove stub ${stub.id}`,
      }),
    );
  }
}

/** The statuses of a scenario's answers: those of the steps of a story, or the only one. */
function statusesShown(row) {
  const rows = row.answers?.length ? row.answers : [row];
  return rows.map(({ status, fault }, index) => [
    index ? " → " : null,
    typeof status === "number" && (!fault || isGatewayFault(fault)) ? statusCode(status) : null,
  ]);
}

/** What else there is to know of a scenario: codes that its name does not say, and how it works. */
function wordsOf(row) {
  const codes = new Set([row, ...(row.answers ?? [])].map(({ error }) => error).filter(Boolean));
  const unsaid = [...codes].filter((code) => code.toLowerCase().replaceAll("_", "-") !== row.name);
  return [
    unsaid.map((code) => [element("code", {}, code), " "]),
    KINDS[row.kind] ? [badge(KINDS[row.kind]), " "] : null,
    row.validate === false ? [badge("also for invalid requests"), " "] : null,
    row.fault ? [badge(row.fault, "error"), " "] : null,
  ];
}

const KINDS = { given: "changed state", steps: "story" };

function textOf({ name, summary, status, error, fault }, { method, path, operation }) {
  return [name, summary, status, error, fault, method, path, operation].join(" ");
}
