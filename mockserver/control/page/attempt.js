/** Calls that a press of a button makes: how their refusals are shown, and that the page sees their effects. */

import { fill, notice } from "./dom.js";

/**
 * A function that runs a call and shows a refusal in `region`, which is empty otherwise.
 *
 * It returns whether the call succeeded; afterwards the session is looked at again.
 */
export function attempts(region, { api, store }) {
  return async (call) => {
    try {
      await call();
      store.set("session", await api.session());
      store.set("state", store.get("state") + 1);
      fill(region);
      return true;
    } catch (error) {
      fill(region, notice("error", error.message));
      return false;
    }
  };
}

/** A function that calls `action` once, `milliseconds` after the last of several calls. */
export function debounced(action, milliseconds) {
  let timer = null;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}
