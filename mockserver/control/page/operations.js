/** The operations of the contract, which several views need, and which only a reload changes. */

import { element, emptyState } from "./dom.js";

const known = new WeakMap(); // by API: the reload for which the operations were loaded, and their promise

/** The method and path template of an operation, as elements. */
export function operationName({ method, path }) {
  return [
    element("span", { class: "method", "data-method": method }, method), " ",
    element("span", { class: "path mono breakable" }, path),
  ];
}

/** What is shown for a contract without operations. */
export function noOperations() {
  return emptyState("No operations", "The contract has no operation that could be answered.");
}

/** The operations as `GET coverage` lists them, which say what is documented; loaded once for each reload. */
export function operationsOf({ api, store }) {
  const reload = store.get("reload");
  const entry = known.get(api);
  if (entry?.reload === reload) return entry.operations;
  const operations = api.coverage().then((coverage) => coverage.operations);
  known.set(api, { reload, operations });
  operations.catch(() => known.delete(api));
  return operations;
}
