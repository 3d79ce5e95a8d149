/** JSON as text that a person edits: where its values are, and where it is not JSON. */

import { parseExactly } from "./exact_json.js";

/** The text was not JSON; `line` is counted from 1, and null if the browser does not say it. */
export class NotJson extends Error {
  constructor(message, line) {
    super(message);
    this.line = line;
  }
}

/** The value of a JSON text. Throws NotJson. */
export function parsed(text) {
  try {
    return parseExactly(text);
  } catch (error) {
    const position = Number(/position (\d+)/.exec(error.message)?.[1] ?? NaN);
    const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? NaN);
    const counted = Number.isNaN(position) ? line : lineAt(text, position);
    const said = error.message.replace(/^JSON\.parse: /, "").replace(/ in JSON at position.*$|, [".].* is not valid JSON$/s, "");
    throw new NotJson(`This is not JSON: ${said}`, Number.isNaN(counted) ? null : counted);
  }
}

/** The line of the value at a pointer in a JSON text, or of the nearest value around it that is there. */
export function lineOfPointer(text, pointer) {
  const positions = positionsOfValues(text);
  let found = pointer;
  while (found && !positions.has(found)) found = found.slice(0, found.lastIndexOf("/"));
  return lineAt(text, positions.get(found) ?? 0);
}

/** A reference token of a JSON Pointer (RFC 6901). */
export function pointerToken(name) {
  return String(name).replaceAll("~", "~0").replaceAll("/", "~1");
}

function lineAt(text, position) {
  return text.slice(0, position).split("\n").length;
}

/** The positions of all values of a valid JSON text, by their pointers; a member's is that of its name. */
function positionsOfValues(text) {
  const positions = new Map();
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
  const open = []; // the objects and arrays around the token: their pointers, and the index in an array
  let name = null; // of the member whose value comes next
  let pointer = "";
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match;
    const inside = open.at(-1);
    if (found === ",") {
      name = null;
      if (inside && inside.index !== null) inside.index += 1;
    } else if (found === "}" || found === "]") open.pop();
    else if (found !== ":") {
      const isName = inside?.index === null && name === null;
      if (isName) name = JSON.parse(found);
      pointer = inside ? `${inside.pointer}/${pointerToken(inside.index ?? name)}` : "";
      if (isName || inside?.index !== null) positions.set(pointer, match.index);
      if (!isName && (found === "{" || found === "[")) open.push({ pointer, index: found === "[" ? 0 : null });
      if (!isName && found === "{") name = null;
    }
  }
  return positions;
}
