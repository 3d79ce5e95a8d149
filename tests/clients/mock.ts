// mock.ts: Playwright, with one prepared session for each worker and a copy of it for each test
import { randomUUID } from "node:crypto";
import { test as base } from "@playwright/test";

const MOCK = process.env.MOCK_URL!;

export const test = base.extend<{ session: string; apiUrl: string }, { prepared: string }>({
  prepared: [
    async ({ playwright }, use) => {
      const key = randomUUID();
      const headers = { "X-Mock-Session": key };
      const control = await playwright.request.newContext({ baseURL: MOCK, failOnStatusCode: true });
      await control.patch("/__mock/session/state", { headers, data: { carts: { 42: { purchaser: 13 } } } });
      await control.dispose();
      await use(key);
    },
    { scope: "worker" },
  ],
  session: async ({ request, prepared }, use) => {
    const key = randomUUID();
    const headers = { "X-Mock-Session": key };
    await request.post(`${MOCK}/__mock/session/fork`, { headers, data: { from: prepared } });
    await use(key);
  },
  apiUrl: [
    async ({ context, session }, use) => {
      const apiUrl = `${MOCK}/__mock/as/${session}`;
      await context.addInitScript((url) => Object.assign(window, { API_URL: url }), apiUrl);
      await use(apiUrl);
    },
    { auto: true },
  ],
});
