// mock.ts: Playwright, with one prepared session for each worker and a copy of it for each test
import { randomUUID } from "node:crypto";
import { test as base } from "@playwright/test";

const MOCK = process.env.MOCK_URL!;

export const test = base.extend<{ session: string }, { prepared: string }>({
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
  session: [
    async ({ context, request, prepared }, use) => {
      const own = { "X-Mock-Session": randomUUID() };
      await request.post(`${MOCK}/__mock/session/fork`, { headers: own, data: { from: prepared } });
      await context.route(`${MOCK}/**`, (route) =>
        route.continue({ headers: { ...route.request().headers(), ...own } }),
      );
      await use(own["X-Mock-Session"]);
    },
    { auto: true },
  ],
});
