/** Keeps the store up to date: loads what there is, follows the events, and recovers after a restart. */

import { ApiError, DEFAULT_SESSION } from "./api.js";
import { followEvents } from "./events.js";
import { ExchangeLog } from "./log.js";

const FIRST_ROWS = 100; // exchanges of the first page, which the table shows at once
const MORE_ROWS = 250; // of each further page: few enough that the server serves others in between
const MOST_ROWS = 10_000;

/** The connection of a page to one session of the server. */
export class Live {
  #api;
  #store;
  #isExpected;
  #stop = new AbortController();

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
    await this.#keepRefusal(async () => {
      await this.#noteNewSession();
      await followEvents(this.#api, this, this.#stop.signal);
    });
  }

  /** Close the stream of events, until `resume`. */
  stop() {
    this.#stop.abort();
  }

  resume() {
    if (!this.#stop.signal.aborted || this.#store.get("refusal")) return;
    this.#stop = new AbortController();
    this.start();
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
    else if (event === "session") this.#sessionChanged(data);
    else if (event === "reload") this.#keepRefusal(() => this.#loadContract());
  }

  #exchangeArrived(exchange) {
    this.#log.add([exchange]);
    this.#store.touch("exchanges");
    if (exchange.off_contract.length && !exchange.intended) this.#keepRefusal(() => this.#loadHealth());
  }

  /** Take the session of an event; one that was deleted or evicted has no `born`, and is asked for again. */
  #sessionChanged({ changed, ...session }) {
    if (!("born" in session)) {
      this.#keepRefusal(() => this.#loadSession());
      return;
    }
    if (changed.includes("requests")) this.#log.keepNewest(session.exchanges);
    this.#setSession(session);
    if (changed.includes("state")) this.#store.set("state", this.#store.get("state") + 1);
  }

  /** Note that the session is not open yet, because its key may be a slip. */
  async #noteNewSession() {
    const { key } = this.#api;
    if (this.#isExpected || key === DEFAULT_SESSION) return;
    const { sessions, next } = await this.#api.sessions();
    this.#store.set("isNew", next === null && sessions.every((session) => session.key !== key));
  }

  /** Load everything after a stream was opened, for the first time or again. */
  async #load() {
    await this.#loadSession();
    const first = await this.#api.exchanges({ limit: FIRST_ROWS });
    this.#log.add(first.requests.reverse());
    this.#store.touch("exchanges");
    this.#store.set("state", this.#store.get("state") + 1);
    this.#keepRefusal(() => Promise.all([this.#loadContract(), this.#loadOlder(first.next)]));
  }

  /** Load the session; when it was born again, as after a restart, its earlier exchanges are gone. */
  async #loadSession() {
    const known = this.#store.get("session");
    const session = await this.#api.session();
    if (known && known.born !== session.born) {
      this.#log.clear();
      this.#store.set("renewed", session.born);
    }
    this.#setSession(session);
  }

  #setSession(session) {
    this.#store.set("session", session);
    this.#store.touch("exchanges");
  }

  /** Load what the files of the contract decide. */
  async #loadContract() {
    await this.#loadHealth();
    this.#store.set("scenarios", await this.#api.scenarios());
    this.#store.set("reload", this.#store.get("reload") + 1);
  }

  async #loadHealth() {
    this.#store.set("health", await this.#api.health());
  }

  /** Load the older exchanges page by page, until one has nothing new. */
  async #loadOlder(cursor) {
    const log = this.#log;
    while (cursor && log.rows.length < MOST_ROWS && !this.#stop.signal.aborted) {
      const page = await this.#api.exchanges({ limit: MORE_ROWS, cursor });
      const { arrived } = log;
      log.add(page.requests.reverse());
      this.#store.touch("exchanges");
      cursor = log.arrived > arrived ? page.next : null;
    }
  }

  get #log() {
    return this.#store.get("exchanges");
  }

  /** Call the server; a refusal is kept, and a server that is away is noticed by the stream of events. */
  async #keepRefusal(load) {
    try {
      await load();
    } catch (error) {
      if (!(error instanceof ApiError)) return;
      if (error.status >= 500 || this.#stop.signal.aborted) return;
      this.#store.set("refusal", error);
      this.#store.set("connection", "lost");
      this.#stop.abort();
    }
  }
}
