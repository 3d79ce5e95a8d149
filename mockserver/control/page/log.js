/** The exchanges that the page knows: short rows for the table, in the order of their ids. */

const MOST_ROWS = 10_000;
const SURPLUS = 500; // rows over MOST_ROWS before the oldest are dropped, all at once
const SEARCHED = 2000; // characters of a body that a search for text looks at

/** The rows of a session's exchanges, oldest first; there is one for each id. */
export class ExchangeLog {
  rows = [];
  arrived = 0; // how many rows were ever added, to see how many are new since an earlier moment
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
  }

  /** Drop all but the newest rows, because the server has dropped the others, too. */
  keepNewest(count) {
    if (count < this.rows.length) this.rows = this.rows.slice(this.rows.length - count);
  }

  clear() {
    this.rows = [];
    for (const names of Object.values(this.seen)) names.clear();
  }

  #insert(row) {
    const index = this.#position(row.sequence);
    const isKnown = this.rows[index]?.sequence === row.sequence;
    if (!isKnown) this.arrived += 1;
    this.rows.splice(index, isKnown ? 1 : 0, row);
    if (row.operation) this.seen.operations.add(row.operation);
    this.seen.sources.add(row.source);
    this.seen.statuses.add(row.status);
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
    ...violations.map((each) => `${each.pointer ?? ""} ${each.message}`), ...offContract.map((each) => each.message),
    shortened(request.body), shortened(response.body),
  ];
  return {
    id: exchange.id,
    sequence: sequenceOf(exchange.id),
    at: exchange.at,
    method: request.method,
    path,
    operation: exchange.operation,
    status: response.status,
    source: exchange.source,
    scenario: exchange.scenario,
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

function sequenceOf(id) {
  return Number(id.slice(1));
}

function shortened(body) {
  if (body === null || body === undefined) return "";
  return (typeof body === "string" ? body : JSON.stringify(body)).slice(0, SEARCHED);
}
