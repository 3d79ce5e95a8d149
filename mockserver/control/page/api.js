/** The control API as functions. Addresses are relative to the page, so any prefix and any proxy will do. */

import { parseExactly } from "./exact_json.js";

export const DEFAULT_SESSION = "default";
const ROWS_OF_A_PAGE = 1000;

/** A call was refused; `problem` is the body of the answer (RFC 9457), `status` its status. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.message ?? problem.title ?? `The server answered ${status}.`);
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
    this.kind = String(problem.type ?? "").split(":").pop();
  }
}

/** No answer came, because the server is down or cannot be reached. */
export class Unreachable extends Error {
  constructor() {
    super("The server does not answer.");
    this.name = "Unreachable";
  }
}

/** The calls of one page: they speak for the session `key`, and carry the token, which only memory holds. */
export class Api {
  #token = null;

  /** `root` is the URL of the control API, with a slash at its end. */
  constructor(root, key = DEFAULT_SESSION) {
    this.root = root;
    this.key = key;
  }

  setToken(token) {
    this.#token = token;
  }

  health = () => this.#call("GET", "health");
  contract = () => this.#call("GET", "contract.json");
  ownContract = () => this.#call("GET", "openapi.json");
  scenarios = () => this.#rows("scenarios");
  /** A valid request for an operation; `sample` is null if there is none. */
  sample = (operation) => this.#call("GET", "sample", { query: { operation } });
  coverage = () => this.#call("GET", "coverage");

  sessions = (limit = ROWS_OF_A_PAGE) => this.#call("GET", "sessions", { query: { limit } });
  session = () => this.#call("GET", "session");
  reset = () => this.#call("POST", "session/reset");
  /** Copy this session into the one with another key. */
  forkInto = (key) => this.#call("POST", "session/fork", { body: { from: this.key }, key });
  deleteSession = (key) => this.#call("DELETE", `sessions/${encodeURIComponent(key)}`);

  /** Choose a scenario; `times` is for how many calls, none for "until changed". */
  chooseScenario = (name, times) => this.#call("PUT", "session/scenario", { body: { name, times } });
  /** Clear the choice for an operation, or for all without one. */
  clearScenario = (operation) => this.#call("DELETE", "session/scenario", { query: { operation } });

  putNetwork = (network) => this.#call("PUT", "session/network", { body: network });
  clearNetwork = () => this.#call("DELETE", "session/network");

  addStub = (stub, key) => this.#call("POST", "session/stubs", { body: stub, key });
  deleteStub = (id) => this.#call("DELETE", `session/stubs/${encodeURIComponent(id)}`);

  state = (at) => this.#call("GET", "session/state", { query: { at }, parse: parseExactly });
  putState = (state) => this.#call("PUT", "session/state", { body: state });
  patchState = (patch) => this.#call("PATCH", "session/state", { body: patch });
  /** A page of the items that take events; `query` may have `collection`, `limit` and `cursor`. */
  transitions = (query = {}) => this.#call("GET", "session/transitions", { query });
  fireEvent = (collection, id, event) =>
    this.#call("POST", `session/${encodeURIComponent(collection)}/${encodeURIComponent(id)}/events`, { body: { event } });

  /** A page of exchanges, newest first; `query` may have `limit`, `cursor` and the filters of the call. */
  exchanges = (query = {}) => this.#call("GET", "requests", { query });
  exchange = (id) => this.#call("GET", `requests/${encodeURIComponent(id)}`, { parse: parseExactly });
  clearExchanges = () => this.#call("DELETE", "requests");
  changes = (query = {}) => this.#call("GET", "session/changes", { query });

  /** The open stream of events; `last` is the id of the last exchange that is known. Raises as calls do. */
  async openEvents(last, signal) {
    const headers = { Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) };
    return (await this.#send("events", { headers, signal })).body;
  }

  /** The rows of all pages of a list, whose member has the name of its path. */
  async #rows(path) {
    const rows = [];
    let cursor;
    do {
      const page = await this.#call("GET", path, { query: { limit: ROWS_OF_A_PAGE, cursor } });
      rows.push(...page[path]);
      cursor = page.next;
    } while (cursor);
    return rows;
  }

  /** The JSON of an answer; null without a body. */
  async #call(method, path, { query = {}, body, key = this.key, parse = JSON.parse } = {}) {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    const response = await this.#send(path + queryString(query), { method, key, headers, body: JSON.stringify(body) });
    const text = await response.text();
    return text ? parse(text) : null;
  }

  async #send(path, { headers, key = this.key, ...init }) {
    const own = { "X-Mock-Session": key, ...(this.#token ? { "X-Mock-Token": this.#token } : {}) };
    let response;
    try {
      response = await fetch(new URL(path, this.root), {
        ...init, headers: { ...own, ...headers }, credentials: "same-origin", cache: "no-store",
      });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Unreachable();
    }
    if (!response.ok) throw new ApiError(response.status, await problemOf(response));
    return response;
  }
}

function queryString(query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** The problem in an answer's body; a proxy in between may have sent something else. */
async function problemOf(response) {
  try {
    const body = await response.json();
    return body && typeof body === "object" ? body : {};
  } catch {
    return {};
  }
}
