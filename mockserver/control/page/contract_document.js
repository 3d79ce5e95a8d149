/** The contract as the OpenAPI document that it is: its operations, and what references lead to. */

/** The operation with a method and path template: its Operation Object, and its parameters with those of the path. */
export function operationOf(document, { method, path }) {
  const item = resolved(document, document.paths?.[path]) ?? {};
  const own = item[method.toLowerCase()] ?? item.additionalOperations?.[method] ?? {};
  const parameters = new Map();
  for (const parameter of [...(item.parameters ?? []), ...(own.parameters ?? [])]) {
    const found = resolved(document, parameter);
    if (found) parameters.set(`${found.in} ${found.name}`, found);
  }
  return { ...own, parameters: [...parameters.values()], requestBody: resolved(document, own.requestBody) };
}

/** The object that a reference leads to, with the members beside the `$ref`; undefined if it leads nowhere. */
export function resolved(document, value) {
  let found = value;
  for (let steps = 0; steps < 20 && typeof found?.$ref === "string"; steps += 1) {
    const { $ref, ...beside } = found;
    const target = targetOf(document, $ref);
    if (target === undefined) return undefined;
    found = isObject(target) ? { ...target, ...beside } : target;
  }
  return found;
}

/** The last part of a reference, which is the name of what it leads to. */
export function referenceName(reference) {
  return decoded(reference.split("/").at(-1));
}

function targetOf(document, reference) {
  if (!reference.startsWith("#/")) return reference === "#" ? document : undefined;
  return reference.slice(2).split("/").map(decoded).reduce((value, token) => value?.[token], document);
}

/** A reference token of a pointer in a URI fragment, decoded (RFC 6901, section 6). */
function decoded(token) {
  try {
    return decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return token;
  }
}

/** The examples of a parameter or a media type, as `[name, value]`. */
export function examplesOf(document, holder) {
  const named = Object.entries(holder?.examples ?? {}).map(([name, example]) => [name, resolved(document, example)?.value]);
  const only = holder?.example === undefined ? [] : [["example", holder.example]];
  return [...named, ...only].filter(([, value]) => value !== undefined);
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
