/** A recorded request, sent again: by the browser, or as a curl command. */

import { queryOf } from "./log.js";
import { mockedUrl } from "./mocked.js";

const MASKED = /…/;
// Headers of one connection, or about the client itself, which another client writes for itself.
const NOT_REPEATED = /^(host|connection|keep-alive|content-length|transfer-encoding|accept-encoding|te|trailer|upgrade|expect|user-agent|sec-.*|priority)$/;
// Headers that a script cannot set (Fetch Standard, "forbidden request-header").
const NOT_OF_SCRIPTS = /^(cookie|origin|referer|date|dnt|via|accept-charset|access-control-request-.*|proxy-.*)$/;
const NO_BODY = /^(GET|HEAD)$/;

/**
 * The request of an exchange as it can be sent again: method, URL, headers, body, and notes about what differs.
 *
 * The journal holds no secrets: for a masked header the value of the operation's sample request is taken.
 */
export async function requestOf(exchange, api) {
  const { request } = exchange;
  const [{ root }, sample] = await Promise.all([mockedUrl(api), sampleHeaders(exchange, api)]);
  const notes = [];
  const headers = repeatedHeaders(request, sample, notes);
  if (api.key !== "default" && !("x-mock-session" in headers)) headers["x-mock-session"] = api.key;
  const body = bodyText(request);
  if (request.truncated) notes.push("Only the beginning of the body is in the journal.");
  const path = request.path + queryOf(request);
  if (MASKED.test(body ?? "") || MASKED.test(path) || MASKED.test(decodeURIComponent(queryOf(request)))) {
    notes.push("The journal masks secrets of the path, query or body: replace them.");
  }
  return { method: request.method, url: root.href.replace(/\/$/, "") + path, headers, body, notes };
}

/** A command for a POSIX shell that sends the request. */
export function curlCommand({ method, url, headers, body }) {
  const words = ["curl", "-i"];
  if (method === "HEAD") words.push("-I");
  else if (method !== "GET" || body !== null) words.push("-X", method);
  if (/[[\]{}]/.test(url)) words.push("-g"); // which curl would take for a pattern
  words.push(url);
  for (const [name, value] of Object.entries(headers)) words.push("-H", value ? `${name}: ${value}` : `${name};`);
  if (body !== null && !("content-type" in headers)) words.push("-H", "content-type:"); // or curl adds one
  if (body !== null) words.push("--data-raw", body);
  return words.map(shellWord).join(" ");
}

/** Send the request from the page; returns the answer's status and the id of its exchange, if it says so. */
export async function send({ method, url, headers, body }) {
  const response = await fetch(url, {
    method, headers: sendable(headers), body: NO_BODY.test(method) ? undefined : (body ?? undefined),
    credentials: "omit", cache: "no-store", redirect: "manual", referrerPolicy: "no-referrer",
  });
  await response.arrayBuffer();
  return { status: response.status, id: response.headers.get("x-mock-exchange") };
}

/** What a browser does not send of a request. */
export function unsendable({ method, headers, body }) {
  const names = Object.keys(headers).filter((name) => NOT_OF_SCRIPTS.test(name));
  return NO_BODY.test(method) && body !== null ? [...names, `the body of a ${method}`] : names;
}

function sendable(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_OF_SCRIPTS.test(name)));
}

function repeatedHeaders(request, sample, notes) {
  const headers = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (NOT_REPEATED.test(name)) continue;
    if (!MASKED.test(value)) headers[name] = value;
    else if (name in sample) {
      headers[name] = sample[name];
      notes.push(`The journal masks ${name}; the value of the operation's sample request is used.`);
    } else notes.push(`The journal masks ${name}; it is left out.`);
  }
  return headers;
}

/** The headers of a sample request, if one has to be filled in. */
async function sampleHeaders({ request, operation }, api) {
  if (!operation || !Object.values(request.headers).some((value) => MASKED.test(value))) return {};
  try {
    const { sample } = await api.sample(operation);
    return Object.fromEntries(Object.entries(sample?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  } catch {
    return {}; // without one, the header is left out
  }
}

/** The text of a recorded body; null without one. */
export function bodyText(message) {
  const { body, size } = message;
  if (!size) return null;
  return typeof body === "string" && !isJsonString(message) ? body : JSON.stringify(body);
}

/** Whether a body that is a string was JSON, and not a text that is kept as it came: that has its size. */
export function isJsonString({ body, size, headers, truncated }) {
  return !truncated && isJsonType(headers["content-type"]) && new TextEncoder().encode(body).length !== size;
}

export function isJsonType(type) {
  return /^application\/(json|[^;]*\+json)\s*(;|$)/i.test(type ?? "");
}

function shellWord(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
