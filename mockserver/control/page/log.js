/** The exchanges that the page knows, in the order of their ids. */

const MOST_ROWS = 10_000;
const SURPLUS = 500; // rows over MOST_ROWS before the oldest are dropped, all at once
const MOST_KEPT = 40_000_000; // bytes of the exchanges that the page keeps, for when the journal has dropped them
const OF_A_ROW = 3000; // bytes, about, without the bodies
const MOST_OF_A_BODY = 65_536; // which the journal keeps
const SEARCHED = 2000; // characters of a body that a search for text looks at

/** The rows of a session's exchanges, oldest first; there is one for each id. */
export class ExchangeLog {
  rows = [];
  arrived = 0; // how many rows were ever added
  #kept = 0; // bytes of the exchanges of the rows
  seen = { operations: new Set(), sources: new Set(), statuses: new Set() }; // what filters offer

  get newest() {
    return this.rows.at(-1) ?? null;
  }

  find(id) {
    const index = this.#position(sequenceOf(id));
    return this.rows[index]?.id === id ? this.rows[index] : null;
  }

  /** Add exchanges as the control API shows them; those that are known already are replaced. */
  add(exchanges) {
    for (const exchange of exchanges) this.#insert(rowOf(exchange));
    if (this.rows.length > MOST_ROWS + SURPLUS) this.keepNewest(MOST_ROWS);
    for (let index = 0; this.#kept > MOST_KEPT && index < this.rows.length; index += 1) this.#forget(this.rows[index]);
  }

  /** Drop all but the newest rows. */
  keepNewest(count) {
    if (count >= this.rows.length) return;
    this.rows.slice(0, this.rows.length - count).forEach((row) => this.#forget(row));
    this.rows = this.rows.slice(this.rows.length - count);
  }

  clear() {
    this.rows = [];
    this.#kept = 0;
    for (const names of Object.values(this.seen)) names.clear();
  }

  #insert(row) {
    const index = this.#position(row.sequence);
    const isKnown = this.rows[index]?.sequence === row.sequence;
    if (isKnown) this.#forget(this.rows[index]);
    else this.arrived += 1;
    this.#kept += weightOf(row.exchange);
    this.rows.splice(index, isKnown ? 1 : 0, row);
    if (row.operation) this.seen.operations.add(row.operation);
    this.seen.sources.add(row.source);
    this.seen.statuses.add(row.status);
  }

  /** Keep only the row of an exchange. */
  #forget(row) {
    if (row.exchange) this.#kept -= weightOf(row.exchange);
    row.exchange = null;
  }

  /** The index of the first row whose sequence is not below this one. */
  #position(sequence) {
    let [low, high] = [0, this.rows.length];
    if (!high || this.rows[high - 1].sequence < sequence) return high; // the usual case
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].sequence < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The row of an exchange: what the table shows, and the text that a search looks at. */
export function rowOf(exchange) {
  const { request, response, violations, off_contract: offContract } = exchange;
  const path = request.path + queryOf(request);
  const texts = [
    exchange.id, request.method, path, exchange.operation, response.status, exchange.source, exchange.scenario,
    response.headers["x-mock-fault"],
    ...violations.map((each) => `${each.pointer ?? ""} ${each.message}`), ...offContract.map((each) => each.message),
    shortened(request.body), shortened(response.body),
  ];
  return {
    exchange,
    id: exchange.id,
    sequence: sequenceOf(exchange.id),
    at: exchange.at,
    method: request.method,
    path,
    operation: exchange.operation,
    status: response.status,
    source: exchange.source,
    scenario: exchange.scenario,
    fault: response.headers["x-mock-fault"] ?? null,
    violations: violations.length,
    offContract: exchange.intended ? 0 : offContract.length,
    duration: exchange.duration_ms,
    text: texts.filter(Boolean).join("\n").toLowerCase(),
  };
}

/** The query of a recorded request as it is written in a URL; empty without one. */
export function queryOf(request) {
  const pairs = request.query.map(({ name, value }) => [name, value]);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
}

function weightOf({ request, response }) {
  return OF_A_ROW + Math.min(request.size, MOST_OF_A_BODY) + Math.min(response.size, MOST_OF_A_BODY);
}

function sequenceOf(id) {
  return Number(id.slice(1));
}

function shortened(body) {
  if (body === null || body === undefined) return "";
  return (typeof body === "string" ? body : JSON.stringify(body)).slice(0, SEARCHED);
}
