/** A recorded answer, kept: as a stub of the session, or as a scenario file. */

import { ApiError } from "./api.js";
import { isExactNumber, isObject } from "./exact_json.js";
import { bodyText, isJsonString, isJsonType } from "./repeat.js";
import { toYaml } from "./yaml.js";

// Headers that the server writes itself, or that hold only for the one answer.
const NOT_KEPT = /^(x-mock-.*|content-length|content-encoding|date|server|vary|connection|keep-alive|transfer-encoding|access-control-.*|preference-applied|set-cookie)$/;
const BODILESS = [204, 205, 304];

/** Why an answer cannot be kept; null if it can. */
export function obstacle({ request, response }) {
  if (response.truncated) return "Only the beginning of this answer is in the journal, so it cannot be kept.";
  if (response.status < 200) return "This answer is not final, so it cannot be kept.";
  if (request.method === "HEAD") return "An answer to HEAD has no body, so it would not fit other requests.";
  return null;
}

/** Lay a stub that gives the answer to requests with the same operation, method, path and query. */
export async function keepAsStub(exchange, api) {
  const { request, operation } = exchange;
  const query = Object.fromEntries(request.query.map(({ name, value }) => [name, value]));
  const match = { method: request.method, path: request.path, ...(request.query.length ? { query } : {}) };
  return accepted({ ...(operation ? { operation } : {}), match, respond: respondOf(exchange) }, api.addStub);
}

/**
 * The name and text of a scenario file with the answer. What the contract does not allow is found by laying the
 * answer as a stub in a session that is made for this and deleted at once.
 */
export async function scenarioFile(exchange, api) {
  const { operation, request, response, at } = exchange;
  const scratch = `page-check-${crypto.randomUUID()}`;
  const stub = { operation, respond: respondOf(exchange) };
  const { respond } = await accepted(stub, (trial) => api.addStub(trial, scratch))
    .finally(() => api.deleteSession(scratch));
  const name = slug(`${operation}-${response.status}-${exchange.id}`);
  const summary = `Recorded from ${request.method} ${request.path} at ${at}.`;
  const file = { summary, operation, respond, expect: { status: response.status } };
  return { name: `${name}.yaml`, text: toYaml(file) };
}

/** What `add` answers to a stub; where it breaks the contract, the stub says that this is intended. */
async function accepted(stub, add) {
  try {
    return await add(stub);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422) throw error;
    return add({ ...stub, respond: { ...stub.respond, offContract: true } });
  }
}

/** The `respond` of a scenario file that gives a recorded answer. */
function respondOf({ response }) {
  const { status, body } = response;
  const headers = keptHeaders(response);
  const respond = { status, ...(Object.keys(headers).length ? { headers } : {}) };
  const text = bodyText(response);
  if (text === null || BODILESS.includes(status)) return respond;
  const isJson = isJsonType(response.headers["content-type"]) && (typeof body !== "string" || isJsonString(response));
  if (isJson && typeof body !== "string") return { ...respond, body: literal(body) };
  return { ...respond, text: literal(text) };
}

/** The headers that belong to the answer; the media type only where it is not that of every body of its kind. */
function keptHeaders({ headers, body, size }) {
  const kept = Object.entries(headers).filter(([name, value]) => !NOT_KEPT.test(name) && !value.includes("…") && !isOwnLink(name, value));
  const isPlain = (type) => size > 0 && typeof body !== "string" && type === "application/json";
  return Object.fromEntries(
    kept.filter(([name, value]) => !(name === "content-type" && isPlain(value))).map(([name, value]) => [name, literal(value)]),
  );
}

function isOwnLink(name, value) {
  return name === "link" && value.includes('rel="describedby"');
}

/** Strings as they are: what would begin an expression is escaped. */
function literal(value) {
  if (typeof value === "string") return value.replaceAll("{$", "\\{$");
  if (!isObject(value) || isExactNumber(value)) return value;
  if (Array.isArray(value)) return value.map(literal);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, literal(item)]));
}

/** A name of `a-z`, `0-9` and `-`. */
function slug(text) {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(-80).replace(/^-/, "");
}
