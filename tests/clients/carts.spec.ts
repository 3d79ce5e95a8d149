// The sessions of mock.ts in a page: every request of the page belongs to its test.
import { expect } from "@playwright/test";
import { test as withSession } from "./mock";
import { bearer, fetchFrom, MOCK, serveBlankPage } from "./page";

const test = withSession.extend<{}, { port: number }>({
  port: [async ({}, use) => serveBlankPage(use), { scope: "worker" }],
});

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
    const before = await fetchFrom(page, `${MOCK}/carts/42`, change);
    expect(before.body.data.purchaser_id).toBe(13);
    expect(before.headers["x-mock-session"]).toBe(session);

    await request.post(`${MOCK}/__mock/session/carts/42/events`, { headers, data: { event: "submit" } });
    const after = await fetchFrom(page, `${MOCK}/carts/42`, change);
    expect(after.body).toEqual({ error: "ORDER_NOT_CART" });

    const { requests } = await (await request.get(`${MOCK}/__mock/requests`, { headers })).json();
    expect(requests).toHaveLength(2);
  });
}
