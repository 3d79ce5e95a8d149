/** What the page knows, by name; who depends on a name is called after it has changed. */

const FRAME = 16; // milliseconds that changes are collected for, so a burst of exchanges is drawn once
const REST = 100; // milliseconds from one drawing to the next, so many exchanges leave time for everything else

/**
 * The values of a page, among them:
 *
 * - `connection`: `connecting`, `live` or `lost`
 * - `session`: the session of the page, as `GET session`; null until it is known
 * - `scenarios`: the rows of `GET scenarios`; null until they are known
 * - `exchanges`: the ExchangeLog of the session
 * - `health`: as `GET health`
 * - `reload`: counts the reloads of the contract and its scenarios
 * - `state`: counts the changes of the session, after which its state may be another
 */
export class Store {
  #values;
  #listeners = new Set();
  #changed = new Set();
  #timer = null;
  #told = 0; // when the listeners were called last

  constructor(values) {
    this.#values = { ...values };
  }

  get(name) {
    return this.#values[name];
  }

  /** Set a value, and tell the listeners of its name. */
  set(name, value) {
    this.#values[name] = value;
    this.touch(name);
  }

  /** Tell the listeners of a name that its value has changed inside. */
  touch(name) {
    this.#changed.add(name);
    this.#timer ??= setTimeout(() => this.#tell(), Math.max(FRAME, this.#told + REST - performance.now()));
  }

  /** Call a listener now, and after each change of one of the names; returns a function that ends this. */
  subscribe(names, listener) {
    const entry = { names, listener };
    this.#listeners.add(entry);
    listener();
    return () => this.#listeners.delete(entry);
  }

  #tell() {
    const changed = this.#changed;
    this.#changed = new Set();
    this.#timer = null;
    this.#told = performance.now();
    for (const entry of [...this.#listeners]) {
      if (this.#listeners.has(entry) && entry.names.some((name) => changed.has(name))) entry.listener();
    }
  }
}
