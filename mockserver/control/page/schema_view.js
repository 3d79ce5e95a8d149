/** A JSON Schema as nested lists: types, rules and descriptions; what is deeper is drawn when it is opened. */

import { isObject, referenceName, resolved } from "./contract_document.js";
import { badge, element, fill } from "./dom.js";

const RULES = [
  "format", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
  "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "default", "contentEncoding", "contentMediaType",
];
const ALTERNATIVES = [["oneOf", "one of"], ["anyOf", "any of"]];
const MOST_VALUES = 12; // of an enumeration that are listed

/** The members, items and alternatives of a schema. */
export function schemaView(document, schema) {
  const whole = merged(document, schema);
  const parts = partsOf(document, whole);
  if (!parts.length) return element("p", { class: "schema rules" }, line(whole));
  return element("ul", { class: "schema" }, parts.map((part) => memberView(document, part)));
}

/** The type of a schema in a few words, such as `array of PetName`. */
function typeOf(document, schema) {
  if (schema === true || schema === undefined) return "any";
  if (schema === false) return "nothing";
  const name = typeof schema.$ref === "string" ? referenceName(schema.$ref) : "";
  const { type, items, enum: values, oneOf, anyOf, properties } = merged(document, schema);
  const types = (Array.isArray(type) ? type : [type]).filter(Boolean);
  if (types.includes("array") && items) return `array of ${typeOf(document, items)}`;
  const known = types.join(" or ") || (properties ? "object" : values ? "value" : oneOf || anyOf ? "alternatives" : "any");
  return name && /object|alternatives/.test(known) ? name : known;
}

/** A schema with what its reference and the schemas of its `allOf` say. */
function merged(document, schema, depth = 0) {
  const found = resolved(document, schema);
  if (!isObject(found)) return {};
  if (!Array.isArray(found.allOf) || depth > 8) return found;
  const all = { ...found, properties: {}, required: [] };
  for (const part of [...found.allOf.map((each) => merged(document, each, depth + 1)), { ...found, allOf: undefined }]) {
    const { properties, required, ...others } = part;
    Object.assign(all, others);
    Object.assign(all.properties, properties);
    all.required.push(...(Array.isArray(required) ? required : []));
  }
  return { ...all, allOf: undefined };
}

/**
 * What is inside of a schema: `{name, schema, isRequired}` for each member, `{label, schema}` for alternatives.
 *
 * An array has what is inside of its items.
 */
function partsOf(document, schema, depth = 0) {
  if (depth > 8) return [];
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties ?? {}).map(([name, each]) => ({ name, schema: each, isRequired: required.has(name) }));
  const others = isObject(schema.items) ? partsOf(document, merged(document, schema.items), depth + 1) : [];
  if (isObject(schema.additionalProperties)) others.push({ label: "any other member", schema: schema.additionalProperties });
  for (const [keyword, label] of ALTERNATIVES) {
    for (const each of schema[keyword] ?? []) others.push({ label, schema: each });
  }
  return [...members, ...others];
}

/** A member of an object, a parameter in a `location`, or an alternative, which has a `label` for its name. */
export function memberView(document, { name, label, schema, isRequired, location }) {
  const whole = merged(document, schema);
  const title = [
    name === undefined ? element("em", { class: "muted" }, label) : element("code", { class: "breakable" }, name),
    element("span", { class: "muted" }, typeOf(document, schema), location ? ` in ${location}` : null),
    isRequired === true ? badge("required", "accent") : null, flags(whole),
  ];
  const about = element("div", { class: "rules" }, line(whole));
  const isNested = partsOf(document, whole).length > 0;
  if (!isNested) return element("li", {}, element("div", { class: "title" }, title), about);
  const inner = element("div");
  const open = () => inner.childElementCount || fill(inner, schemaView(document, schema));
  return element("li", {}, element("details", { ontoggle: open }, element("summary", { class: "title" }, title), about, inner));
}

function flags({ nullable, readOnly, writeOnly, deprecated }) {
  const words = { nullable, "read-only": readOnly, "write-only": writeOnly, deprecated };
  return Object.entries(words).filter(([, isSo]) => isSo === true).map(([word]) => badge(word));
}

/** The rules of a schema's own value, and its description. */
function line(schema) {
  const rules = RULES.filter((rule) => schema[rule] !== undefined).map((rule) => `${rule} ${JSON.stringify(schema[rule])}`);
  const values = schema.const !== undefined ? [schema.const] : (schema.enum ?? []);
  return [
    rules.length ? element("span", { class: "mono small muted breakable" }, rules.join("  ")) : null,
    values.length ? element("span", { class: "mono small breakable" }, valuesText(values)) : null,
    schema.description ? element("span", { class: "muted breakable description" }, String(schema.description)) : null,
  ];
}

function valuesText(values) {
  const shown = values.slice(0, MOST_VALUES).map((value) => JSON.stringify(value)).join(" | ");
  return values.length > MOST_VALUES ? `${shown} and ${values.length - MOST_VALUES} more` : shown;
}
