/** A JSON value as indented lines, of which those that break the contract are marked by JSON Pointer (RFC 6901). */

import { button, element } from "./dom.js";
import { isExactNumber, isObject } from "./exact_json.js";

const MOST_LINES = 1000; // drawn at once

/** A value with marks `{pointer, message}`, each at the location that it names, or the nearest one around it. */
export function jsonView(value, marks = []) {
  const lines = [...linesOf(value, "", 0, null, "")];
  const notes = placed(lines, marks);
  const view = element("div", { class: "json mono", tabindex: 0, role: "group", "aria-label": "JSON" });
  const draw = (from, to) => view.append(...lines.slice(from, to).flatMap((line, index) => drawn(line, notes.get(from + index))));
  draw(0, MOST_LINES);
  if (lines.length > MOST_LINES) {
    const more = button(`Show ${(lines.length - MOST_LINES).toLocaleString()} more lines`, () => {
      more.remove();
      draw(MOST_LINES, lines.length);
    });
    view.append(more);
  }
  return view;
}

/** The lines of a value: their pointer, depth, key, and what follows it as `[class, text]`. */
function* linesOf(value, pointer, depth, key, comma) {
  if (!isObject(value)) {
    yield { pointer, depth, key, parts: [[kindOf(value), JSON.stringify(value)], ["", comma]] };
    return;
  }
  const isArray = Array.isArray(value);
  const entries = isArray ? value.map((item) => [null, item]) : Object.entries(value);
  const [start, end] = isArray ? "[]" : "{}";
  if (!entries.length) {
    yield { pointer, depth, key, parts: [["", start + end + comma]] };
    return;
  }
  yield { pointer, depth, key, parts: [["", start]] };
  for (const [index, [name, item]] of entries.entries()) {
    const token = isArray ? index : name.replaceAll("~", "~0").replaceAll("/", "~1");
    yield* linesOf(item, `${pointer}/${token}`, depth + 1, name, index < entries.length - 1 ? "," : "");
  }
  yield { pointer: null, depth, key: null, parts: [["", end + comma]] };
}

function kindOf(value) {
  if (value === null) return "null";
  return isExactNumber(value) ? "number" : typeof value;
}

/** The messages of the marks by the index of their line. */
function placed(lines, marks) {
  const indexes = new Map();
  lines.forEach(({ pointer }, index) => pointer !== null && indexes.set(pointer, index));
  const notes = new Map();
  for (const { pointer, message } of marks) {
    let found = pointer;
    while (found && !indexes.has(found)) found = found.slice(0, found.lastIndexOf("/"));
    const index = indexes.get(found) ?? 0;
    notes.set(index, [...(notes.get(index) ?? []), message]);
  }
  return notes;
}

function drawn({ depth, key, parts, pointer }, messages) {
  const line = element(
    "div", { class: messages ? "line marked" : "line", "data-pointer": messages && pointer },
    key !== null && [element("span", { class: "key" }, JSON.stringify(key)), ": "],
    parts.map(([kind, text]) => (kind ? element("span", { class: kind }, text) : text)),
  );
  line.style.setProperty("--depth", depth);
  if (!messages) return [line];
  const note = element("div", { class: "line note" }, messages.map((message) => element("div", {}, message)));
  note.style.setProperty("--depth", depth);
  return [line, note];
}
