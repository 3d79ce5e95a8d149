/** Plain data as YAML 1.1 and 1.2 in block style. */

import { isExactNumber, isObject } from "./exact_json.js";

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;
const WORDS = /^(y|n|yes|no|on|off|true|false|null)$/i; // which are no strings without quotes
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/gu;

/** The lines of a value, each with a line break at its end. */
export function toYaml(value) {
  return lines(value, "").join("");
}

function lines(value, indent) {
  if (!isNested(value)) return [`${indent}${scalar(value)}\n`];
  if (Array.isArray(value)) return value.flatMap((item) => itemLines(item, indent));
  return Object.entries(value).flatMap(([name, item]) => memberLines(`${indent}${key(name)}:`, item, indent));
}

/** The lines of an array's item, whose first line begins with a dash. */
function itemLines(item, indent) {
  const [first, ...rest] = lines(item, `${indent}  `);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function memberLines(start, value, indent) {
  return isNested(value) ? [`${start}\n`, ...lines(value, `${indent}  `)] : [`${start} ${scalar(value)}\n`];
}

function isNested(value) {
  return isObject(value) && Object.keys(value).length > 0;
}

function key(name) {
  return PLAIN_KEY.test(name) && !WORDS.test(name) ? name : scalar(name);
}

function scalar(value) {
  const text = JSON.stringify(value);
  if (typeof value === "number" || isExactNumber(value)) return text.replace(/^(-?\d+)e/i, "$1.0e");
  return text.replace(UNPRINTABLE, (character) => `\\u${character.codePointAt(0).toString(16).padStart(4, "0")}`);
}
