/** Operations and their scenarios as switches: one press, and the next request sees it. */

import { attempts } from "../attempt.js";
import { button, element, emptyState, field, fill, toolbar } from "../dom.js";
import { OperationGroup, StubList } from "../operation_group.js";
import { noOperations, operationsOf } from "../operations.js";
import { searchField, wordsOf } from "../search.js";
import { follow } from "../watch.js";

const FEW = 8; // operations that are all open at first

/** Show the scenarios of the contract, and what is chosen in the session. */
export function mount(root, page) {
  const view = new ScenariosView(root, page);
  return follow(view, page.store, { scenarios: () => view.load(), session: () => view.update() });
}

class ScenariosView {
  isGone = false;
  #page;
  #groups = [];
  #nextOnly = element("input", { type: "checkbox" });
  #search = searchField("Search scenarios", () => this.#filter());
  #clear = button("Clear choices", () => this.#run(() => this.#page.api.clearScenario()), { class: "button quiet" });
  #summary = element("p", { class: "muted small", role: "status" });
  #region = element("div");
  #list = element("div", { class: "operations" });
  #anyOperation;
  #run;

  constructor(root, page) {
    this.#page = page;
    this.#run = attempts(this.#region, page);
    this.#anyOperation = new StubList(null, page.api, this.#run);
    fill(
      root,
      toolbar("Scenarios", this.#search),
      element("div", { class: "toolbar slim" }, field("Next call only", this.#nextOnly), this.#summary, this.#clear),
      this.#region,
      element("div", { class: "scroll" }, this.#anyOperation.root, this.#list),
    );
  }

  /** Load the operations, and show a group for each. */
  async load() {
    const scenarios = this.#page.store.get("scenarios");
    if (scenarios === null) return;
    let operations = [];
    await this.#run(async () => {
      operations = await operationsOf(this.#page);
    });
    if (this.isGone) return;
    const byOperation = Map.groupBy(scenarios.toSorted(byStatus), (row) => row.operation);
    const tools = { api: this.#page.api, run: this.#run, times: () => (this.#nextOnly.checked ? 1 : undefined) };
    this.#groups = operations.map((each) => new OperationGroup(each, byOperation.get(each.operation) ?? [], tools));
    this.#groups.sort((one, other) => Boolean(other.scenarios.length) - Boolean(one.scenarios.length));
    this.#show(operations.length);
  }

  #show(count) {
    const openAll = count <= FEW;
    for (const group of this.#groups) group.setOpen(openAll || group.scenarios.length > 0);
    const isBare = this.#groups.every((group) => !group.scenarios.length);
    fill(this.#list, isBare && count > 0 ? noScenarios() : null, this.#groups.map((group) => group.root));
    if (!count) fill(this.#list, noOperations());
    this.update();
    this.#filter();
  }

  /** Show what is chosen in the session. */
  update() {
    const session = this.#page.store.get("session");
    if (!session) return;
    const chosen = session.scenarios.filter(({ times }) => times !== 0).length;
    this.#summary.textContent = chosen ? `${chosen} chosen` : "None chosen";
    this.#clear.hidden = chosen === 0;
    this.#anyOperation.update(session);
    for (const group of this.#groups) group.update(session);
  }

  #filter() {
    const words = wordsOf(this.#search);
    let shown = 0;
    for (const group of this.#groups) shown += group.filter(words) ? 1 : 0;
    this.#list.querySelector(".nothing-found")?.remove();
    if (!shown && this.#groups.length) {
      const nothing = emptyState("Nothing found", "No operation and no scenario has these words.");
      nothing.classList.add("nothing-found");
      this.#list.append(nothing);
    }
  }
}

/** Successes come first, then errors; scenarios of the same status stay sorted by name. */
function byStatus(one, other) {
  return (one.status ?? 0) - (other.status ?? 0);
}

function noScenarios() {
  return element(
    "p", { class: "hint" },
    "This contract has no scenarios yet. Each documented status can be switched on below. For more, write ",
    element("code", {}, "scenarios/NAME.yaml"), " beside the contract, or keep an exchange as a scenario file.",
  );
}
