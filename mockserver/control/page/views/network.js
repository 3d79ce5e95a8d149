/** The network of the session: how long its answers take, and how they break. */

import { attempts, debounced } from "../attempt.js";
import { GATEWAY_FAULTS } from "../choices.js";
import { button, element, field, fill, select, setOptions, toolbar } from "../dom.js";
import { operationsOf } from "../operations.js";
import { follow } from "../watch.js";

const CONNECTION_FAULTS = [
  "connection-reset", "empty-response", "malformed-chunk", "truncated-body", "slow-body", "timeout",
];
const SPAN_PARAMETERS = { "slow-body": "duration", timeout: "duration" }; // others, of gateways: retry-after
const LONGEST = 5000; // milliseconds of the slider; the field takes more
const PAUSE = 350; // milliseconds after the last change, before it is sent
const HINT = "300ms, 1.5s, uniform(100ms, 400ms) or lognormal(200ms, 0.5)";

/** Show the fields of the network, and send what is changed in them. */
export function mount(root, page) {
  const view = new NetworkView(root, page);
  return follow(view, page.store, { session: () => view.update(), scenarios: () => view.loadOperations() });
}

class NetworkView {
  isGone = false;
  #page;
  #region = element("div", { class: "region" });
  #run;
  #shown = null; // the network of the session that the fields showed last, as JSON
  #changes = 0; // by the person
  #sent = 0; // how many of them the server has answered
  #send = debounced(() => this.#put(), PAUSE);
  #delay = element("input", {
    placeholder: "0ms", autocomplete: "off", spellcheck: "false", title: HINT, oninput: () => this.#typed(),
  });
  #slider = element("input", {
    type: "range", min: 0, max: LONGEST, step: 50, value: 0, "aria-label": "Milliseconds to wait", oninput: () => this.#slid(),
  });
  #fault = select([["", "none"]], { onchange: () => this.#changed() });
  #often = element("input", {
    type: "range", min: 1, max: 100, value: 100, "aria-label": "How often it breaks, in percent", oninput: () => this.#changed(),
  });
  #percent = element("output", { class: "small" });
  #span = element("input", { autocomplete: "off", size: 6, placeholder: "2s", oninput: () => this.#changed() });
  #spanLabel = field("for", this.#span);
  #operation = select([["", "all operations"]], { onchange: () => this.#changed() });
  #details = element("div", { class: "row", hidden: true }, this.#often, this.#percent, this.#spanLabel);
  #scope = element("div", { class: "row" }, field("Only for", this.#operation));
  #sentence = element("p", { class: "small", role: "status" });
  #clear = button("Clear network", () => this.#reset(), { class: "button quiet", hidden: true });

  constructor(root, page) {
    this.#page = page;
    this.#run = attempts(this.#region, page);
    this.#fault.append(
      faultGroup("The connection breaks", CONNECTION_FAULTS), faultGroup("A gateway answers", GATEWAY_FAULTS),
    );
    fill(
      root,
      toolbar("Network", this.#clear),
      element(
        "div", { class: "network" },
        element("div", { class: "row" }, field("Delay", this.#delay), this.#slider),
        element("div", { class: "row" }, field("Fault", this.#fault)),
        this.#details,
        this.#scope,
        this.#sentence,
        this.#region,
      ),
    );
  }

  async loadOperations() {
    if (this.#page.store.get("scenarios") === null) return;
    const operations = await operationsOf(this.#page).catch(() => []);
    setOptions(this.#operation, [
      ["", "all operations"], ...operations.map(({ operation, method, path }) => [operation, `${method} ${path}`]),
    ]);
    this.#shown = null;
    this.update();
  }

  /** Show the network of the session, unless the fields show it already, or are being changed. */
  update() {
    const session = this.#page.store.get("session");
    if (!session || this.#sent < this.#changes) return;
    const network = session.network ?? {};
    const now = JSON.stringify(network);
    if (now === this.#shown) return;
    this.#shown = now;
    const fault = faultOf(network.fault);
    this.#delay.value = network.delay ?? "";
    this.#slider.value = millisecondsOf(this.#delay.value) ?? 0;
    this.#fault.value = fault.name;
    this.#often.value = Math.round(100 * (fault.probability ?? 1));
    this.#span.value = fault.span ?? "";
    this.#operation.value = network.operation ?? "";
    this.#show(network);
  }

  #typed() {
    this.#slider.value = millisecondsOf(this.#delay.value) ?? this.#slider.value;
    this.#changed();
  }

  #slid() {
    this.#delay.value = `${this.#slider.value}ms`;
    this.#changed();
  }

  #changed() {
    this.#changes += 1;
    this.#show(this.#network());
    this.#send();
  }

  /** The network that the fields say. */
  #network() {
    const network = {};
    const delay = this.#delay.value.trim();
    if (delay && millisecondsOf(delay) !== 0) network.delay = /^\d+$/.test(delay) ? `${delay}ms` : delay;
    if (this.#fault.value) network.fault = this.#faultText();
    if (this.#operation.value && (network.delay || network.fault)) network.operation = this.#operation.value;
    return network;
  }

  #faultText() {
    const name = this.#fault.value;
    const parameter = parameterOf(name);
    const parts = [name];
    if (parameter && this.#span.value.trim()) parts.push(`${parameter}=${this.#span.value.trim()}`);
    if (this.#often.value < 100) parts.push(`probability=${this.#often.value / 100}`);
    return parts.join("; ");
  }

  async #put() {
    if (this.isGone) return; // the page shows another session now
    const { api } = this.#page;
    const network = this.#network();
    const changes = this.#changes;
    const isEmpty = !network.delay && !network.fault;
    const isDone = await this.#run(() => (isEmpty ? api.clearNetwork() : api.putNetwork(network)));
    if (isDone) this.#shown = JSON.stringify(network);
    this.#sent = changes;
    const refused = isDone ? "" : this.#region.textContent;
    this.#delay.setAttribute("aria-invalid", String(refused.includes("/delay")));
    this.#span.setAttribute("aria-invalid", String(refused.includes("/fault")));
  }

  #reset() {
    this.#delay.value = this.#fault.value = "";
    this.#typed();
    this.#delay.focus();
  }

  #show({ delay, fault, operation }) {
    const { name, probability = 1 } = faultOf(fault);
    const parameter = parameterOf(name);
    this.#details.hidden = !name;
    this.#percent.textContent = `${this.#often.value} %`;
    this.#spanLabel.hidden = !parameter;
    this.#spanLabel.firstElementChild.textContent = parameter === "duration" ? "for" : "Retry-After";
    this.#span.placeholder = parameter === "duration" ? (name === "timeout" ? "60s" : "2s") : "none";
    this.#clear.hidden = this.#scope.hidden = !delay && !name;
    const which = operation ? "Each answer of one operation" : "Each answer of this session";
    const often = probability < 1 ? `, in ${Math.round(100 * probability)} % of all cases` : "";
    const words = [delay ? `waits ${delay}` : null, name ? `meets the fault ${name}${often}` : null].filter(Boolean);
    this.#sentence.textContent = words.length ? `${which} ${words.join(" and ")}.` : "Answers come at once and whole.";
  }
}

function faultGroup(label, names) {
  return element("optgroup", { label }, names.map((name) => element("option", { value: name }, name)));
}

/** The name of the parameter that a fault has besides `probability`. */
function parameterOf(name) {
  return SPAN_PARAMETERS[name] ?? (GATEWAY_FAULTS.includes(name) ? "retry-after" : null);
}

/** The parts of a fault as text, such as `slow-body; duration=500ms; probability=0.5`. */
function faultOf(text = "") {
  const [name, ...parameters] = text.split(";").map((part) => part.trim());
  const values = Object.fromEntries(parameters.map((parameter) => parameter.split("=").map((part) => part.trim())));
  const probability = values.probability === undefined ? undefined : Number(values.probability);
  return { name, probability, span: values.duration ?? values["retry-after"] };
}

/** The milliseconds of `300`, `300ms` or `1.5s`; null for a distribution. */
function millisecondsOf(text) {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s)?\s*$/.exec(text) ?? [];
  if (number === undefined) return text.trim() ? null : 0;
  return unit === "s" ? 1000 * number : Number(number);
}
