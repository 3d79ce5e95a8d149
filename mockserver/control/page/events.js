/** The live events of a session (Server-Sent Events), read by `fetch`, because `EventSource` sends no headers. */

import { ApiError } from "./api.js";

const FIRST_PAUSE = 250; // milliseconds before the stream is opened again; doubled each time
const LONGEST_PAUSE = 4000;

/**
 * Follow the events until `signal` aborts; the stream is opened again, from the last event on, when it ends.
 *
 * `listener.opened()` is called when a stream is open, `listener.event({event, id, data})` for each event with
 * its JSON decoded, `listener.lost()` when a stream has ended. Throws the ApiError of a server that refuses.
 */
export async function followEvents(api, listener, signal) {
  let last = null;
  let pause = FIRST_PAUSE;
  while (!signal.aborted) {
    try {
      const stream = await api.openEvents(last, signal);
      pause = FIRST_PAUSE;
      await listener.opened();
      for await (const event of eventsOf(stream)) {
        last = event.id ?? last;
        listener.event(event);
      }
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) throw error;
    }
    if (signal.aborted) return;
    listener.lost();
    await delay(pause, signal);
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
}

/** The events of a stream of bytes (HTML, section 9.2.6), with their data decoded from JSON. */
async function* eventsOf(stream) {
  const parser = new EventParser();
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield* parser.feed(value);
  }
}

/** Lines of an event stream, as they arrive, become events. */
export class EventParser {
  #rest = "";
  #fields = {};

  *feed(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line) this.#read(line);
      else if ("data" in this.#fields) yield this.#finished();
      else this.#fields = {};
    }
  }

  #read(line) {
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (name === "data" && "data" in this.#fields) this.#fields.data += `\n${value}`;
    else if (name) this.#fields[name] = value; // a line that begins with a colon is a comment
  }

  #finished() {
    const { event = "message", id = null, data } = this.#fields;
    this.#fields = {};
    return { event, id, data: data ? JSON.parse(data) : null };
  }
}

/** A pause that ends at once when the signal aborts. */
function delay(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
