// carts.test.ts: Vitest, with a session for each test
import { randomUUID } from "node:crypto";
import createClient, { type Client } from "openapi-fetch";
import { expect, test as base } from "vitest";
import type { paths } from "./api";

const test = base.extend<{ api: Client<paths> }>({
  api: async ({}, use) => {
    const headers = { "X-Mock-Session": randomUUID(), Authorization: "Bearer flt_sk_demo" };
    await use(createClient<paths>({ baseUrl: process.env.MOCK_URL, headers }));
  },
});
const params = { path: { order_id: "42" } };

test("the purchaser is changed", async ({ api }) => {
  const { data } = await api.PATCH("/carts/{order_id}", { params, body: { purchaser_id: 12 } });
  expect(data?.data.purchaser_id).toBe(12);
});

test("the order cannot be changed any more", async ({ api }) => {
  const headers = { "X-Mock-Scenario": "order-not-cart" };
  const { error } = await api.PATCH("/carts/{order_id}", { params, headers, body: {} });
  expect(error?.error).toBe("ORDER_NOT_CART");
});
