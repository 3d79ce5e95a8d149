// msw.test.ts: a session for each test; a handler that a test adds comes before the mock server
import { randomUUID } from "node:crypto";
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { backedBy } from "./handlers";

const msw = setupServer();
beforeAll(() => msw.listen({ onUnhandledRequest: "error" }));
beforeEach(() => msw.use(backedBy(`${process.env.MOCK_URL}/__mock/as/${randomUUID()}`)));
afterEach(() => msw.resetHandlers());
afterAll(() => msw.close());

const headers = { Authorization: "Bearer flt_sk_demo", "Content-Type": "application/json" };
const change = (body: object) =>
  fetch("https://api.shop.example/carts/42", { method: "PATCH", headers, body: JSON.stringify(body) });

test("the mock server answers, and validates requests", async () => {
  expect((await change({ purchaser_id: 12 })).status).toBe(200);
  expect((await change({ purchaser_id: 0 })).status).toBe(400);
});

test("MSW itself makes a network error", async () => {
  msw.use(http.patch("*/carts/:id", () => HttpResponse.error()));
  await expect(change({})).rejects.toThrow();
});
