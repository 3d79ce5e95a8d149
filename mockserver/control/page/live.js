/** Keeps the store up to date: loads what there is, follows the events, and recovers after a restart. */

import { ApiError, DEFAULT_SESSION } from "./api.js";
import { followEvents } from "./events.js";
import { ExchangeLog } from "./log.js";

const FIRST_ROWS = 100; // exchanges of the first page, which the table shows at once
const MORE_ROWS = 250; // of each further page: few enough that the server serves others in between
const MOST_ROWS = 10_000;
const QUIET = 150; // milliseconds between two looks at the session while exchanges arrive

/** The connection of a page to one session of the server. */
export class Live {
  #api;
  #store;
  #stop = new AbortController();
  #isLooking = false;
  #isOutdated = false;
  #isExpected;

  /** `isExpected` says that the session may be a new one, because somebody asked for it here. */
  constructor(api, store, isExpected) {
    this.#api = api;
    this.#store = store;
    this.#isExpected = isExpected;
    const blank = { exchanges: new ExchangeLog(), session: null, refusal: null, renewed: null, isNew: false, failure: null };
    for (const [name, value] of Object.entries(blank)) store.set(name, value);
  }

  /** Follow the session until `stop`; a refusal of the server is kept as `refusal`. */
  async start() {
    this.#store.set("connection", "connecting");
    try {
      await this.#ignoreUnreachable(() => this.#noteNewSession());
      await followEvents(this.#api, this, this.#stop.signal);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refused(error);
    }
  }

  stop() {
    this.#stop.abort();
  }

  /** Note that the session is not open yet, because its key may be a slip. */
  async #noteNewSession() {
    const { key } = this.#api;
    if (this.#isExpected || key === DEFAULT_SESSION) return;
    const { sessions, next } = await this.#api.sessions();
    this.#store.set("isNew", next === null && sessions.every((session) => session.key !== key));
  }

  // what followEvents calls

  async opened() {
    await this.#load();
    this.#store.set("connection", "live");
  }

  lost() {
    this.#store.set("connection", "lost");
  }

  event({ event, data }) {
    if (event === "exchange") this.#exchangeArrived(data);
    else if (event === "session") this.#lookAtSession();
    else if (event === "reload") this.#reloaded();
  }

  /** Look at the session again, soon, and not more often than needed. */
  async #lookAtSession() {
    if (this.#isLooking) {
      this.#isOutdated = true;
      return;
    }
    this.#isLooking = true;
    do {
      this.#isOutdated = false;
      await this.#ignoreUnreachable(() => this.#loadSession());
      await new Promise((resolve) => setTimeout(resolve, QUIET));
    } while (this.#isOutdated && !this.#stop.signal.aborted);
    this.#isLooking = false;
  }

  #exchangeArrived(exchange) {
    this.#log.add([exchange]);
    this.#store.touch("exchanges");
    this.#lookAtSession(); // choices and stubs count down, and the state may have changed
  }

  async #reloaded() {
    this.#store.set("reload", this.#store.get("reload") + 1);
    await this.#ignoreUnreachable(() => Promise.all([this.#loadScenarios(), this.#loadHealth(), this.#loadSession()]));
  }

  /** Load everything after a stream was opened, for the first time or again. */
  async #load() {
    await this.#loadSession();
    const first = await this.#api.exchanges({ limit: FIRST_ROWS });
    this.#log.add(first.requests.reverse());
    this.#store.touch("exchanges");
    this.#store.set("reload", this.#store.get("reload") + 1);
    this.#ignoreUnreachable(() => Promise.all([this.#loadHealth(), this.#loadScenarios(), this.#loadOlder(first.next)]));
  }

  /** Load the session; when it was born again, as after a restart, its earlier exchanges are gone. */
  async #loadSession() {
    const log = this.#log;
    const before = log.arrived;
    const known = this.#store.get("session");
    const session = await this.#api.session();
    if (known && known.born !== session.born) {
      log.clear();
      this.#store.set("renewed", session.born);
    }
    log.keepNewest(session.exchanges + log.arrived - before);
    this.#store.set("session", session);
    this.#store.touch("exchanges");
    this.#store.set("state", this.#store.get("state") + 1);
  }

  async #loadHealth() {
    this.#store.set("health", await this.#api.health());
  }

  async #loadScenarios() {
    this.#store.set("scenarios", await this.#api.scenarios());
  }

  /** Load the older exchanges page by page. */
  async #loadOlder(cursor) {
    const log = this.#log;
    while (cursor && log.rows.length < MOST_ROWS && !this.#stop.signal.aborted) {
      const page = await this.#api.exchanges({ limit: MORE_ROWS, cursor });
      log.add(page.requests.reverse());
      this.#store.touch("exchanges");
      cursor = page.next;
    }
  }

  get #log() {
    return this.#store.get("exchanges");
  }

  #refused(error) {
    this.#store.set("refusal", error);
    this.#store.set("connection", "lost");
  }

  /** A server that is away is seen by the stream of events, which is opened again. */
  async #ignoreUnreachable(load) {
    try {
      await load();
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) this.#refused(error);
    }
  }
}
