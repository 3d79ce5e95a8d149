/** One exchange: who answered and why, its request and answer, and what to do next. */

import { ApiError } from "../api.js";
import { copyFrom } from "../clipboard.js";
import { badge, button, clockTime, element, emptyState, fill, notice, statusCode, toolbar } from "../dom.js";
import { download } from "../download.js";
import { keepAsStub, obstacle, scenarioFile } from "../keep.js";
import { curlCommand, requestOf, send, unsendable } from "../repeat.js";
import { reasonOf, trailList } from "../trail.js";
import { queryOf } from "../log.js";
import { messageSection } from "./message.js";

export function mount(root, page) {
  const region = element("section", { class: "exchange", "aria-label": "Exchange" });
  fill(root, region);
  const view = new ExchangeView(region, page);
  return page.store.subscribe(["route"], () => view.show(page.store.get("route")));
}

class ExchangeView {
  #id = null;

  constructor(region, page) {
    this.region = region;
    this.page = page;
    region.addEventListener("keydown", (event) => event.key === "Escape" && page.navigate("traffic"));
  }

  async show({ view, id }) {
    const wanted = view === "exchange" ? id : null;
    if (wanted === this.#id && this.region.childElementCount) return;
    this.#id = wanted;
    if (!wanted) return this.#fill(toolbar("Exchange"), emptyState("No exchange is chosen.", "Choose a row of the traffic to see its request, its answer and why it was given."));
    try {
      const exchange = await this.page.api.exchange(wanted);
      if (this.#id === wanted) this.#draw(exchange);
    } catch (error) {
      if (this.#id === wanted) this.#drawKept(wanted, error);
    }
  }

  /** Draw the page's own copy of an exchange that the journal has dropped, or else the error. */
  #drawKept(id, error) {
    const kept = this.page.store.get("exchanges").find(id)?.exchange;
    if (!kept) return this.#drawError(id, error);
    this.#draw(kept);
    if (isUnknown(error)) this.#tell("info", "The journal has dropped this exchange; the page still has it.");
  }

  #draw(exchange) {
    this.message = element("div", { class: "exchange-message", role: "status" });
    const content = element(
      "div", { class: "scroll padded", tabindex: -1 }, summary(exchange), this.#actions(exchange), this.message,
      element("section", {}, element("h3", {}, "Why this answer"), trailList(exchange)),
      messageSection("Request", exchange.request, exchange.violations, exchange.leniencies),
      messageSection(exchange.intended ? "Response, off contract on purpose" : "Response", exchange.response, exchange.off_contract),
    );
    this.#fill(toolbar(`Exchange ${exchange.id}`, this.#back()), content);
  }

  #drawError(id, error) {
    const advice = isUnknown(error)
      ? "The journal keeps the newest exchanges of a session, until a reset, and not beyond a restart. This link may also belong to another session."
      : error.message;
    this.#fill(toolbar(`Exchange ${id}`, this.#back()), emptyState(isUnknown(error) ? `There is no exchange ${id} here.` : "The exchange could not be loaded.", advice));
  }

  #fill(...children) {
    fill(this.region, children);
  }

  #back() {
    return button("Back to the traffic", () => this.page.navigate("traffic"), { class: "button back" });
  }

  #actions(exchange) {
    const blocked = obstacle(exchange);
    const saving = blocked ?? (exchange.operation ? null : "A scenario needs an operation of the contract, and this request has none.");
    return element(
      "div", { class: "group actions" },
      this.#action("Copy as curl", (control) => this.#copy(exchange, control)),
      this.#action("Send again", () => this.#send(exchange)),
      this.#action("Keep as a stub", () => this.#keep(exchange), blocked),
      this.#action("Save as a scenario file", () => this.#save(exchange), saving),
    );
  }

  /** A button whose failure, or obstacle, is told below it. */
  #action(label, act, blocked = null) {
    const control = button(label, async () => {
      if (blocked) return this.#tell("warning", blocked);
      control.disabled = true;
      try {
        await act(control);
      } catch (error) {
        this.#tell("error", error.message);
      } finally {
        control.disabled = false;
      }
    });
    return control;
  }

  #tell(kind, ...children) {
    fill(this.message, notice(kind, children));
  }

  async #copy(exchange, control) {
    const request = await requestOf(exchange, this.page.api);
    await copyFrom(control, curlCommand(request));
    if (request.notes.length) this.#tell("info", request.notes.join(" "));
  }

  async #send(exchange) {
    const { api, navigate } = this.page;
    const request = await requestOf(exchange, api);
    const left = unsendable(request);
    const notes = [...request.notes, ...(left.length ? [`A page cannot send: ${left.join(", ")}.`] : [])];
    const answer = await send(request).catch(() => null);
    if (!answer) return this.#tell("warning", "The request was sent, and no complete answer came. ", notes.join(" "));
    if (!answer.id) return this.#tell("info", "The request was sent; its exchange is in the traffic. ", notes.join(" "));
    navigate(`exchange/${answer.id}`);
    await this.show({ view: "exchange", id: answer.id });
    this.#tell("info", `${exchange.id} was sent again, and this is the answer. `, notes.join(" "));
  }

  async #keep(exchange) {
    const { api } = this.page;
    const stub = await keepAsStub(exchange, api);
    const remove = this.#action("Remove the stub", async () => {
      await api.deleteStub(stub.id);
      this.#tell("info", `The stub ${stub.id} is removed.`);
    });
    const { method, path } = stub.match;
    const off = stub.respond.offContract ? " It breaks the contract, and says that this is intended." : "";
    this.#tell("info", `Kept as the stub ${stub.id}: ${method} ${path} gets this answer in this session.${off}`, remove);
  }

  async #save(exchange) {
    const file = await scenarioFile(exchange, this.page.api);
    download(file.name, file.text, "application/yaml");
    this.#tell("info", `Saved as ${file.name}. Put it into the folder of scenarios, and choose it by its name.`);
  }
}

function isUnknown(error) {
  return error instanceof ApiError && error.status === 404;
}

/** What it was in two lines, and who answered. */
function summary(exchange) {
  const { request, response, operation, source, scenario, duration_ms: duration, at } = exchange;
  const moment = element("time", { datetime: at, title: at }, clockTime(at));
  return element(
    "div", { class: "summary" },
    element(
      "p", { class: "request-line" }, statusCode(response.status), " ", element("span", { class: "mono method" }, request.method), " ",
      element("span", { class: "mono breakable" }, request.path + queryOf(request)),
    ),
    element(
      "p", { class: "facts small muted" }, moment, element("span", {}, operation ?? "no operation of the contract"),
      badge(source, scenario ? "accent" : "neutral"), element("span", {}, `${duration.toFixed(1)} ms`),
    ),
    element("p", { class: "reason" }, reasonOf(exchange)),
  );
}
