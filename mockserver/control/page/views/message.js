/** A request or response of an exchange, with what breaks the contract marked where it is. */

import { button, element, notice } from "../dom.js";
import { isObject } from "../exact_json.js";
import { jsonView } from "../json_view.js";
import { copyFrom } from "../clipboard.js";
import { bodyText, isJsonString, isJsonType } from "../repeat.js";

/** The violations as a list: where, what was found, and which keyword of the contract says so. */
function violationList(violations) {
  const row = (violation) => element(
    "li", {}, element("code", { class: "breakable" }, locationText(violation)), " ", violation.message, " ",
    element("span", { class: "muted small breakable", title: violation.rule }, violation.keyword),
  );
  return element("ul", { class: "violations", "aria-label": "Violations" }, violations.map(row));
}

function locationText({ in: location, pointer, name }) {
  return location === "body" ? pointer || "body" : `${location} ${name ?? pointer ?? ""}`.trim();
}

/** The section of a request or response: query, body and headers, with marks. */
export function messageSection(title, message, violations, leniencies = []) {
  const copy = button("Copy body", () => copyFrom(copy, bodyText(message)), { class: "button quiet" });
  return element(
    "section", {}, element("div", { class: "section-head" }, element("h3", {}, title), sizeOf(message), message.size ? copy : null),
    message.truncated && notice("warning", "Only the beginning of this body is in the journal."),
    violations.length ? violationList(violations) : null,
    message.query?.length ? pairs("Query", message.query.map(({ name, value }) => [name, value]), marksOf(violations, "query")) : null,
    bodyView(message, violations.filter((each) => each.in === "body")),
    pairs("Headers", Object.entries(message.headers), [...marksOf(violations, "header"), ...marksOf(violations, "cookie")]),
    leniencies.length ? element("p", { class: "small muted" }, "Read leniently: ", leniencies.map((each) => each.message).join("; ")) : null,
  );
}

function sizeOf({ size }) {
  return element("span", { class: "muted small" }, size ? `${size.toLocaleString()} bytes` : "no body");
}

function bodyView(message, violations) {
  const { body, size, headers } = message;
  const marks = violations.map(({ pointer, message: text }) => ({ pointer: pointer ?? "", message: text }));
  if (!size) return null;
  const isJson = isObject(body) || typeof body !== "string" || isJsonString(message);
  if (isJson && (isObject(body) || isJsonType(headers["content-type"]))) return jsonView(body, marks);
  return element("pre", { class: "body-text breakable", tabindex: 0 }, bodyText(message));
}

function marksOf(violations, location) {
  return violations.filter((each) => each.in === location);
}

/** Names and values as a table; those that violations name are marked, and the others stand below. */
function pairs(title, rows, violations) {
  const lower = (name) => String(name ?? "").toLowerCase();
  const nameOf = (violation) => lower(violation.name ?? violation.pointer?.split("/")[1]);
  const names = new Set(rows.map(([name]) => lower(name)));
  const found = (name) => violations.filter((each) => nameOf(each) === lower(name));
  const missing = violations.filter((each) => !names.has(nameOf(each)));
  if (!rows.length && !missing.length) return null;
  return element(
    "table", { class: "pairs mono", "aria-label": title },
    element("tbody", {}, rows.map(([name, value]) => pairRow(name, value, found(name))), missing.map(missingRow)),
  );
}

function pairRow(name, value, violations) {
  return element(
    "tr", { class: violations.length && "marked" }, element("th", { scope: "row", class: "breakable" }, name),
    element("td", { class: "breakable" }, value, violations.map((each) => element("div", { class: "line note" }, each.message))),
  );
}

function missingRow(violation) {
  return element(
    "tr", { class: "marked" }, element("th", { scope: "row" }, violation.name ?? violation.in),
    element("td", {}, element("div", { class: "line note" }, violation.message)),
  );
}
