/** Changes of the state, as calls: the smallest merge patch, or the whole state where a patch cannot say it. */

import { isExactNumber, isObject } from "./exact_json.js";

/**
 * Replace the value at a path of the state, such as `["carts", "42"]`; `undefined` removes it.
 *
 * `before` is what the person saw. A merge patch (RFC 7396) changes only what the person changed, but cannot set a
 * member to null; then the whole state is put.
 */
export async function replaceInState(api, path, before, after) {
  const patch = mergePatch(before, after);
  if (patch === undefined) return;
  if (patch !== NEEDS_PUT) await api.patchState(nested(path, patch.value));
  else await api.putState(withValue(await api.state(), path, after));
}

const NEEDS_PUT = Symbol("a merge patch cannot say this");

/** The merge patch from one value to another, as `{value}`; undefined if they are equal. */
export function mergePatch(before, after) {
  if (equal(before, after)) return undefined;
  if (after === undefined) return { value: null };
  if (!isMap(before) || !isMap(after)) return hasNull(after) ? NEEDS_PUT : { value: after };
  const value = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const patch = mergePatch(before[name], after[name]);
    if (patch === NEEDS_PUT) return NEEDS_PUT;
    if (patch) value[name] = patch.value;
  }
  return { value };
}

/** Whether a merge patch would take a part of the value for a removal; arrays are set as they are. */
function hasNull(value) {
  return value === null || (isMap(value) && Object.values(value).some(hasNull));
}

function equal(one, other) {
  if (isExactNumber(one)) return isExactNumber(other) && one.rawJSON === other.rawJSON;
  if (!isObject(one)) return one === other;
  if (!isObject(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => name in other && equal(one[name], other[name]));
}

/** Whether a value is a JSON object. */
export function isMap(value) {
  return isObject(value) && !Array.isArray(value);
}

function nested(path, value) {
  return path.reduceRight((inner, name) => ({ [name]: inner }), value);
}

function withValue(state, [name, ...rest], value) {
  if (name === undefined) return value;
  const changed = { ...state };
  if (rest.length) changed[name] = withValue(changed[name] ?? {}, rest, value);
  else if (value === undefined) delete changed[name];
  else changed[name] = value;
  return changed;
}
