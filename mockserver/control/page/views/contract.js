/** The contract as a page: its operations, their parameters, bodies and answers, and a form to try them. */

import { examplesOf, operationOf, resolved } from "../contract_document.js";
import { badge, button, codeBlock, element, fill, statusCode, toolbar } from "../dom.js";
import { noOperations, operationName, operationsOf } from "../operations.js";
import { hasWords, searchField, wordsOf } from "../search.js";
import { memberView, schemaView } from "../schema_view.js";
import { TryIt } from "../try_it.js";
import { follow } from "../watch.js";

/** Show the operations of the contract, and the one that the address names. */
export function mount(root, page) {
  const view = new ContractView(root, page);
  return follow(view, page.store, { reload: () => view.load(), route: () => view.routeChanged() });
}

class ContractView {
  isGone = false;
  #root;
  #page;
  #document = null;
  #operations = [];
  #items = new Map(); // list items by operation
  #chosen = null;
  #search = searchField("Search the contract", () => this.#filter());
  #title = element("span", { class: "muted ellipsis" });
  #list = element("ul");
  #detail = element("div", { class: "scroll padded detail", tabindex: "0", role: "region", "aria-label": "Operation" });

  constructor(root, page) {
    this.#root = root;
    this.#page = page;
    fill(
      root,
      toolbar("Contract", this.#title, this.#search),
      element("div", { class: "contract" }, element("nav", { class: "index", "aria-label": "Operations" }, this.#list), this.#detail),
    );
  }

  /** Load the document and its operations. */
  async load() {
    if (this.#page.store.get("reload") === 0) return;
    const [document, operations] = await Promise.all([this.#page.api.contract(), operationsOf(this.#page)]).catch(() => [null, []]);
    if (this.isGone || !document) return;
    this.#document = document;
    this.#operations = operations;
    this.#title.textContent = [document.info?.title, document.info?.version].filter(Boolean).join(" ");
    this.#showList();
    this.#chosen = null;
    this.routeChanged();
  }

  routeChanged() {
    const { view, id } = this.#page.store.get("route");
    if (view !== "contract" || !this.#document) return;
    this.#root.toggleAttribute("data-chosen", Boolean(id));
    const operation = this.#operations.find((each) => each.operation === id) ?? this.#operations[0];
    if (!operation) fill(this.#detail, noOperations());
    else if (operation.operation !== this.#chosen) this.#show(operation);
  }

  #showList() {
    this.#items = new Map(this.#operations.map((each) => [each.operation, this.#item(each)]));
    fill(this.#list, [...this.#items.values()].map(({ item }) => item));
    this.#filter();
  }

  #item({ operation, method, path }) {
    const { summary = "", tags = [] } = operationOf(this.#document, { method, path });
    const link = element(
      "a", { href: `#/contract/${encodeURIComponent(operation)}` },
      operationName({ method, path }),
      summary ? element("span", { class: "summary small muted" }, String(summary)) : null,
    );
    return { item: element("li", {}, link), link, text: [operation, method, path, summary, ...tags].join(" ") };
  }

  #filter() {
    const words = wordsOf(this.#search);
    for (const { item, text } of this.#items.values()) item.hidden = !hasWords(text, words);
  }

  #show(operation) {
    this.#items.get(this.#chosen)?.link.removeAttribute("aria-current");
    this.#chosen = operation.operation;
    const { link } = this.#items.get(this.#chosen);
    link.setAttribute("aria-current", "true");
    link.scrollIntoView({ block: "nearest" });
    const details = operationOf(this.#document, operation);
    const { summary, description, deprecated } = details;
    fill(
      this.#detail,
      button("All operations", () => this.#page.navigate("contract"), { class: "button back" }),
      element("h3", {}, operationName(operation), deprecated === true ? badge("deprecated", "warning") : null),
      element("p", {}, element("code", { class: "muted breakable" }, operation.operation)),
      summary ? element("p", { class: "lead" }, String(summary)) : null,
      description ? element("p", { class: "description breakable" }, String(description)) : null,
      part("Try it", new TryIt(this.#page, this.#document, operation, details).root),
      this.#parameters(details.parameters),
      details.requestBody ? part("Request body", this.#body(details.requestBody)) : null,
      part("Answers", Object.entries(details.responses ?? {}).map(([status, response]) => this.#response(status, response))),
    );
    this.#detail.scrollTop = 0;
  }

  #parameters(parameters) {
    if (!parameters.length) return null;
    return part("Parameters", element("ul", { class: "schema" }, parameters.map((parameter) => {
      const { name, in: location, required, deprecated, schema, content, description } = parameter;
      const value = schema ?? Object.values(content ?? {})[0]?.schema ?? {};
      return memberView(this.#document, { name, schema: { ...value, description, deprecated }, isRequired: required, location });
    })));
  }

  #body({ description, required, content = {} }) {
    return [
      description ? element("p", { class: "description breakable" }, String(description)) : null,
      required === true ? element("p", {}, badge("required", "accent")) : null,
      Object.entries(content).map(([type, media]) => this.#media(type, resolved(this.#document, media) ?? {})),
    ];
  }

  #media(type, media) {
    const examples = examplesOf(this.#document, media);
    const schema = media.schema ?? media.itemSchema;
    return element(
      "section", { class: "media" }, element("h4", { class: "mono" }, type),
      schema === undefined ? null : schemaView(this.#document, schema),
      examples.map(([name, value]) => element(
        "details", {}, element("summary", {}, `Example ${name}`),
        codeBlock(`Example ${name}`, typeof value === "string" ? value : JSON.stringify(value, null, 2)),
      )),
    );
  }

  /** A documented answer; its body is drawn when it is opened. */
  #response(status, value) {
    const response = resolved(this.#document, value) ?? {};
    const inner = element("div");
    const open = () => inner.childElementCount || fill(inner, this.#headers(response.headers), this.#body({ content: response.content }));
    return element(
      "details", { class: "response", ontoggle: open },
      element("summary", {}, statusCode(status), " ", element("span", { class: "breakable" }, String(response.description ?? ""))), inner,
    );
  }

  #headers(headers) {
    const names = Object.keys(headers ?? {});
    if (!names.length) return null;
    return element("p", {}, element("span", { class: "muted" }, "Headers: "), names.map((name) => [element("code", {}, name), " "]));
  }
}

function part(title, ...content) {
  return element("section", { class: "part" }, element("h4", {}, title), content);
}
