/** The trail of an exchange as sentences: what each step decided, and which line of which file says so. */

import { element } from "./dom.js";

const STEPS = {
  preflight: "Preflight", match: "Operation", open_session: "Session", intercept: "Gateway", authenticate: "Credentials",
  validate: "Validation", pick_scenario: "Choice", plan_faults: "Network", answer: "Answer", mutate: "Mutation",
  fill: "Headers", check_answer: "Contract", label: "Labels",
};
const SOURCES = {
  model: "The model answered.",
  stub: "A stub of this session answered.",
  example: "The contract's example was sent.",
  generated: "The answer was generated from the contract's schema.",
  upstream: "The real backend answered.",
  auth: "The request was refused, because its credentials were not accepted.",
  validation: "The request was refused, because it breaks the contract.",
  mock: "The mock server answered by itself, instead of the API.",
};
const LOCATION = /^(.*?)(?::(\d+))?(?:#(.*))?$/s;

/** Who answered, and why, and what was done to the answer on its way, in a sentence each. */
export function reasonOf({ source, scenario, trail }) {
  const disturbances = source === "mock" ? [] : trail.filter(({ step: name }) => name === "plan_faults");
  return [sourceSentence(source, scenario, trail), ...disturbances.map(({ decided }) => sentence(decided))].join(" ");
}

function sourceSentence(source, scenario, trail) {
  if (scenario) return `The scenario ${scenario} answered.`;
  const decisive = trail.findLast(({ step: name }) => !["open_session", "check_answer"].includes(name));
  if (source === "mock" && decisive) return sentence(decisive.decided);
  return SOURCES[source] ?? `The answer came from: ${source}.`;
}

/** The steps as a list, each with its sentence and its location. */
export function trailList(exchange) {
  return element("ol", { class: "trail" }, exchange.trail.map((reason) => step(reason, exchange)));
}

function step({ step: name, decided, where }, exchange) {
  return element(
    "li", {}, element("span", { class: "step" }, STEPS[name] ?? sentence(name.replaceAll("_", " ")).slice(0, -1)),
    element("span", { class: "breakable" }, decisionText(name, decided, exchange), " ", where && location(where)),
  );
}

function decisionText(name, decided, { operation, session }) {
  if (name === "match" && decided === operation) return `The request is for the operation ${decided}.`;
  if (name === "open_session" && decided === session) return `It belongs to the session ${decided}.`;
  const chosen = /^(\S+), chosen by (.+)$/s.exec(decided);
  if (chosen) return `The scenario ${chosen[1]} was chosen by ${chosen[2]}.`;
  return sentence(decided);
}

/** A text with a capital at its start, unless it begins with a name or a pointer, and a full stop. */
function sentence(text) {
  const begun = /^[a-z]+(['’][a-z]+)?[ :,]/.test(text) ? text[0].toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** The file and line of `/folder/file.yaml:8#/pointer`; the whole of it is the title. */
function location(where) {
  const [, path, line, pointer] = LOCATION.exec(where);
  const file = path.split(/[/\\]/).pop();
  return element("code", { class: "location", title: where }, line ? `${file}:${line}` : `${file}${pointer ?? ""}`);
}
