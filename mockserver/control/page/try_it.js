/** A form that sends a request to the mocked API, filled in with a valid request for the operation. */

import { examplesOf, resolved } from "./contract_document.js";
import { badge, button, codeBlock, element, field, fill, notice, select, statusCode } from "./dom.js";
import { mockedUrl } from "./mocked.js";

const LOCATIONS = [["path", "Path"], ["query", "Query"], ["header", "Headers"]];
const OWN_HEADERS = ["x-mock-source", "x-mock-scenario", "x-mock-note", "x-mock-violations", "x-mock-off-contract", "location", "content-type"];
const BODILESS = ["GET", "HEAD"];
const MOST_CHARACTERS = 50_000; // of an answer's body that are shown

/** The form for an operation, which has its parameters; `page` is that of the views. */
export class TryIt {
  root;
  #page;
  #operation;
  #document;
  #details;
  #inputs = []; // `{location, name, input}`
  #fields = element("div");
  #body = element("textarea", { "aria-label": "Body", rows: 8, spellcheck: "false" });
  #bodyPart = element("div", { hidden: true });
  #answer = element("div", { class: "answer", role: "status" });
  #send = element("button", { class: "button primary" }, "Send");

  /** `operation` is a row of the coverage, `details` its Operation Object of the document. */
  constructor(page, document, operation, details) {
    this.#page = page;
    this.#document = document;
    this.#operation = operation;
    this.#details = details;
    this.root = element(
      "form", { class: "try", onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      this.#fields, this.#bodyPart, element("div", { class: "row" }, this.#send, element("code", { class: "muted breakable" })), this.#answer,
    );
    this.#fill();
  }

  /** Fill in the sample request of the operation. */
  async #fill() {
    const { sample } = await this.#page.api.sample(this.#operation.operation).catch(() => ({ sample: null }));
    const given = sample ?? { path: {}, query: [], headers: {}, body: null };
    for (const { in: location, name, required, description } of this.#details.parameters) {
      if (location !== "cookie") this.#addInput(location, name, valueIn(given, location, name), { required: Boolean(required), title: description });
    }
    for (const { name, value } of given.query) if (!this.#has("query", name)) this.#addInput("query", name, value);
    for (const [name, value] of Object.entries(given.headers)) if (!this.#has("header", name)) this.#addInput("header", name, value);
    fill(this.#fields, LOCATIONS.map(([location, title]) => this.#group(location, title)));
    this.#showBody(given.body);
  }

  #has(location, name) {
    return this.#inputs.some((each) => each.location === location && each.name.toLowerCase() === name.toLowerCase());
  }

  #addInput(location, name, value, { required = false, title } = {}) {
    const isNeeded = location === "path" || (required && value !== "");
    const input = element("input", { value, autocomplete: "off", spellcheck: "false", required: isNeeded, title });
    this.#inputs.push({ location, name, input });
  }

  #group(location, title) {
    const inputs = this.#inputs.filter((each) => each.location === location);
    if (!inputs.length) return null;
    return element(
      "fieldset", {}, element("legend", { class: "small muted" }, title),
      inputs.map(({ name, input }) => field(name, input)),
    );
  }

  /** The body of the sample; the examples of the contract can be taken instead of it. */
  #showBody(body) {
    const content = Object.values(this.#details.requestBody?.content ?? {})[0];
    this.#bodyPart.hidden = BODILESS.includes(this.#operation.method) || (content === undefined && body === null);
    this.#body.value = indented(body ?? "");
    const examples = examplesOf(this.#document, resolved(this.#document, content));
    const take = (index) => { this.#body.value = index === "" ? indented(body ?? "") : textOf(examples[index][1]); };
    const picker = select([["", "sample"], ...examples.map(([name], index) => [String(index), name])], {
      onchange: (event) => take(event.target.value),
    });
    fill(this.#bodyPart, element("div", { class: "row" }, element("h4", { class: "small muted" }, "Body"), examples.length ? field("Example", picker) : null), this.#body);
  }

  async #submit() {
    this.#send.disabled = true;
    const started = performance.now();
    try {
      const response = await this.#fetch();
      const text = await response.text();
      fill(this.#answer, this.#shown(response, text, performance.now() - started));
    } catch (error) {
      fill(this.#answer, notice("error", `No answer came: ${error.message}. The network of the session or the browser stopped it.`));
    }
    this.#send.disabled = false;
  }

  /** Send what the form says, in the session of the page. */
  async #fetch() {
    const { api } = this.#page;
    const { control } = await mockedUrl(api);
    const { method, path } = this.#operation;
    const of = (location) => this.#inputs.filter((each) => each.location === location && each.input.value !== "");
    const values = new Map(of("path").map(({ name, input }) => [name, encodeURIComponent(input.value)]));
    const query = new URLSearchParams(of("query").map(({ name, input }) => [name, input.value]));
    const target = path.replace(/\{([^{}]+)\}/g, (whole, name) => values.get(name) ?? whole);
    const body = this.#bodyPart.hidden || this.#body.value === "" ? undefined : this.#body.value;
    return fetch(new URL(`as/${api.key}${target}${query.size ? `?${query}` : ""}`, control), {
      method, body, cache: "no-store", credentials: "omit",
      headers: of("header").map(({ name, input }) => [name, input.value]),
    });
  }

  #shown(response, text, milliseconds) {
    const id = response.headers.get("x-mock-exchange");
    const headers = OWN_HEADERS.map((name) => [name, response.headers.get(name)]).filter(([, value]) => value !== null);
    return [
      element(
        "div", { class: "row" }, statusCode(response.status), element("span", {}, response.statusText),
        element("span", { class: "muted small" }, `${Math.round(milliseconds)} ms`),
        id ? button("Why this answer?", () => this.#page.navigate(`exchange/${id}`), { class: "button quiet" }) : null,
      ),
      element("div", { class: "row" }, headers.map(([name, value]) => badge(`${name}: ${value}`))),
      codeBlock("Body of the answer", text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : indented(text) || "No body"),
    ];
  }
}

function valueIn(sample, location, name) {
  if (location === "path") return sample.path[name] ?? "";
  if (location === "query") return sample.query.find((each) => each.name === name)?.value ?? "";
  const found = Object.entries(sample.headers).find(([each]) => each.toLowerCase() === name.toLowerCase());
  return found?.[1] ?? "";
}

/** JSON with indentation; any other text as it is. */
function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function textOf(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
