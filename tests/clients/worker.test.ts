// Vitest, with one prepared session for each worker and a copy of it for each test.
import { randomUUID } from "node:crypto";
import createClient, { type Client } from "openapi-fetch";
import { expect, test as base } from "vitest";
import type { paths } from "./api";
import type { paths as controlPaths } from "./control";

const baseUrl = process.env.MOCK_URL;
const control = (session: string) =>
  createClient<controlPaths>({ baseUrl: `${baseUrl}/__mock`, headers: { "X-Mock-Session": session } });

const test = base.extend<{ prepared: string; api: Client<paths> }>({
  prepared: [
    async ({}, use) => {
      const key = randomUUID();
      await control(key).PATCH("/session/state", { body: { carts: { 42: { purchaser: 13 } } } });
      await use(key);
    },
    { scope: "worker" },
  ],
  api: async ({ prepared }, use) => {
    const key = randomUUID();
    await control(key).POST("/session/fork", { body: { from: prepared } });
    const headers = { "X-Mock-Session": key, Authorization: "Bearer flt_sk_demo" };
    await use(createClient<paths>({ baseUrl, headers }));
  },
});

test.for([14, 11])("a test changes its copy alone: to %d", async (purchaser_id, { api }) => {
  const change = (body: { purchaser_id?: number }) =>
    api.PATCH("/carts/{order_id}", { params: { path: { order_id: "42" } }, body });
  expect((await change({})).data?.data.purchaser_id).toBe(13);
  expect((await change({ purchaser_id })).data?.data.purchaser_id).toBe(purchaser_id);
});
