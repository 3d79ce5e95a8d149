// carts.test.ts: Vitest, with a session for each test in the base URL of its client
import { randomUUID } from "node:crypto";
import createClient, { type Client } from "openapi-fetch";
import { expect, test as base } from "vitest";
import type { paths } from "./api";

const MOCK = process.env.MOCK_URL;

const test = base.extend<{ session: string; api: Client<paths> }>({
  session: async ({}, use) => use(randomUUID()),
  api: async ({ session }, use) => {
    const headers = { Authorization: "Bearer flt_sk_demo" };
    await use(createClient<paths>({ baseUrl: `${MOCK}/__mock/as/${session}`, headers }));
  },
});
const params = { path: { order_id: "42" } };

test("the purchaser is changed", async ({ api }) => {
  const { data } = await api.PATCH("/carts/{order_id}", { params, body: { purchaser_id: 12 } });
  expect(data?.data.purchaser_id).toBe(12);
});

test("the order cannot be changed any more", async ({ api, session }) => {
  const headers = { "X-Mock-Session": session, "Content-Type": "application/json" };
  const body = JSON.stringify({ name: "order-not-cart" });
  await fetch(`${MOCK}/__mock/session/scenario`, { method: "PUT", headers, body });
  const { error } = await api.PATCH("/carts/{order_id}", { params, body: {} });
  expect(error?.error).toBe("ORDER_NOT_CART");
});
