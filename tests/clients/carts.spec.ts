// The sessions of mock.ts in a page: the application calls the address that carries the session of its test.
import { expect, type Page } from "@playwright/test";
import { test as withSession } from "./mock";
import { bearer, fetchFrom, MOCK, serveBlankPage } from "./page";

const test = withSession.extend<{}, { port: number }>({
  port: [async ({}, use) => serveBlankPage(use), { scope: "worker" }],
});
const addressIn = (page: Page) => page.evaluate(() => (window as unknown as { API_URL: string }).API_URL);

for (const attempt of ["first", "second"]) {
  test(`a test has a copy of what its worker prepared: ${attempt}`, async ({
    page,
    port,
    request,
    session,
  }) => {
    const headers = { "X-Mock-Session": session };
    const change = { ...bearer, method: "PATCH", body: "{}" };
    await page.goto(`http://127.0.0.1:${port}/`);
    const cart = `${await addressIn(page)}/carts/42`;
    const before = await fetchFrom(page, cart, change);
    expect(before.body.data.purchaser_id).toBe(13);
    expect(before.headers["x-mock-session"]).toBe(session);

    await request.post(`${MOCK}/__mock/session/carts/42/events`, { headers, data: { event: "submit" } });
    const after = await fetchFrom(page, cart, change);
    expect(after.body).toEqual({ error: "ORDER_NOT_CART" });

    const { requests } = await (await request.get(`${MOCK}/__mock/requests`, { headers })).json();
    expect(requests).toHaveLength(2);
  });
}

test("frames and further pages of the test call the same address", async ({ page, context, port, apiUrl }) => {
  await page.goto(`http://127.0.0.1:${port}/`);
  const other = await context.newPage();
  await other.goto(`http://127.0.0.1:${port}/`);
  await page.evaluate(async () => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    frame.src = location.href;
    await new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  });
  expect(await addressIn(page)).toBe(apiUrl);
  expect(await addressIn(other)).toBe(apiUrl);
  const inFrame = await page.frames()[1]!.evaluate(() => (window as unknown as { API_URL: string }).API_URL);
  expect(inFrame).toBe(apiUrl);
});
