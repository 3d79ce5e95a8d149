/** JSON whose numbers keep the digits that a double cannot hold, where the browser can do that. */

/** The value of a text; a number that is written otherwise than JavaScript would is kept as it is written. */
export function parseExactly(text) {
  return JSON.parse(text, (key, value, context) => {
    const source = context?.source;
    const isOther = typeof value === "number" && source !== undefined && source !== String(value);
    return isOther && JSON.rawJSON ? JSON.rawJSON(source) : value;
  });
}

export function isExactNumber(value) {
  return JSON.isRawJSON?.(value) ?? false;
}

/** Whether a value is a JSON object or array. */
export function isObject(value) {
  return typeof value === "object" && value !== null && !isExactNumber(value);
}
