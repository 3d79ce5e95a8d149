/** Which exchanges the traffic shows. */

export const NO_FILTER = Object.freeze({ operation: "", status: "", source: "", isBroken: false, text: "" });

/** Whether a filter leaves anything out. */
export function isFiltering(filter) {
  return Object.keys(NO_FILTER).some((name) => filter[name] !== NO_FILTER[name]);
}

/** The rows that a filter lets through, in their order. */
export function matching(rows, filter) {
  if (!isFiltering(filter)) return rows;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => matches(row, filter) && words.every((word) => row.text.includes(word)));
}

/** `status` is a class such as `4`, or a whole code; the operation `-` means "none of the contract". */
function matches(row, { operation, status, source, isBroken }) {
  return (
    (!operation || (row.operation ?? "-") === operation) &&
    (!status || String(row.status).startsWith(status)) &&
    (!source || row.source === source) &&
    (!isBroken || row.violations + row.offContract > 0)
  );
}
