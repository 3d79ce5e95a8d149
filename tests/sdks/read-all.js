// Reads lists of an SDK to their end, as a client with auto-paging does.
import assert from "node:assert/strict";

const MOST = 100; // a list of a mock that has more items does not end

export async function readAll(items) {
  const found = [];
  for await (const item of items) {
    found.push(item);
    assert.ok(found.length < MOST, "the list does not end");
  }
  return found;
}
