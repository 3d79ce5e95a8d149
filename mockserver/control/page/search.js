/** Search fields: what they find has all their words. */

import { element } from "./dom.js";

/** A search field; `changed` is called after each change. */
export function searchField(label, changed) {
  return element("input", { type: "search", placeholder: "Search", "aria-label": label, oninput: changed });
}

/** The words of a search field, in lower case. */
export function wordsOf(search) {
  return search.value.toLowerCase().split(/\s+/).filter(Boolean);
}

export function hasWords(text, words) {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}
