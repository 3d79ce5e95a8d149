// Pages of other origins call the live server, with nothing between Chromium and the socket.
import { randomUUID } from "node:crypto";
import { expect, type APIRequestContext, type Page } from "@playwright/test";
import { bearer, fetchFrom, MOCK, test, type Reply } from "./page";

const CART = `${MOCK}/carts/42`;
const PATCH = { ...bearer, method: "PATCH", body: "{}" };

function withHeaders(extra: Record<string, string>, init: RequestInit = PATCH): RequestInit {
  return { ...init, headers: { ...bearer.headers, ...extra } };
}

async function chosen(request: APIRequestContext, key: string): Promise<string | null> {
  const answer = await request.get(`${MOCK}/__mock/session`, { headers: { "X-Mock-Session": key } });
  return (await answer.json()).scenario;
}

function setCookie(page: Page, cookie: string): Promise<void> {
  return page.evaluate((cookie) => void (document.cookie = `${cookie}; path=/`), cookie);
}

test("Authorization and a PATCH of JSON pass, after a preflight", async ({ page, key }) => {
  const devtools = await page.context().newCDPSession(page);
  const preflights: string[] = [];
  devtools.on("Network.responseReceived", ({ type, response }) => {
    if (type === "Preflight") preflights.push(`${response.status} ${response.url}`);
  });
  await devtools.send("Network.enable");
  const { status, body } = await fetchFrom(page, CART, withHeaders({ "X-Mock-Session": key }));
  expect(status).toBe(200);
  expect(body.data.id).toBe(42);
  expect(preflights).toEqual([`204 ${CART}`]);
});

test("a page reads every header that explains an answer", async ({ page, key }) => {
  const wrong = { ...PATCH, body: '{"purchaser_id": 0}' };
  const { status, headers } = await fetchFrom(page, CART, withHeaders({ "X-Mock-Session": key }, wrong));
  expect(status).toBe(400);
  expect(headers).toMatchObject({
    "x-mock-source": "validation",
    "x-mock-session": key,
    "x-mock-exchange": expect.stringMatching(/^x\d+$/),
    "x-mock-violations": "1",
    link: expect.stringContaining("/__mock/requests/"),
  });
});

test("a page reads the headers of the API itself", async ({ page, key }) => {
  const { status, headers } = await fetchFrom(page, `${CART}?__session=${key}`, { ...PATCH, headers: {} });
  expect(status).toBe(401);
  expect(headers["www-authenticate"]).toBe("Bearer");
});

const ways: Record<string, (page: Page) => Promise<Reply>> = {
  header: (page) => fetchFrom(page, CART, withHeaders({ "X-Mock-Scenario": "order-not-cart" })),
  Prefer: (page) => fetchFrom(page, CART, withHeaders({ Prefer: "scenario=order-not-cart" })),
  query: (page) => fetchFrom(page, `${CART}?__scenario=order-not-cart`, PATCH),
  cookie: async (page) => {
    await setCookie(page, "mock_scenario=order-not-cart");
    return fetchFrom(page, CART, { ...PATCH, credentials: "include" });
  },
};
for (const [way, send] of Object.entries(ways)) {
  test(`a page chooses a scenario by ${way}`, async ({ page }) => {
    const { status, headers, body } = await send(page);
    expect([status, body]).toEqual([409, { error: "ORDER_NOT_CART" }]);
    expect(headers["x-mock-scenario"]).toBe("order-not-cart");
  });
}

test("cookies are sent only if the page includes credentials", async ({ page, key }) => {
  await setCookie(page, `mock_session=${key}`);
  const included = await fetchFrom(page, CART, { ...PATCH, credentials: "include" });
  const left = await fetchFrom(page, CART, PATCH);
  expect(included.headers["x-mock-session"]).toBe(key);
  expect(left.headers["x-mock-session"]).toBe("default");
});

test("two sessions of one page never see each other", async ({ page, key }) => {
  const submit = { method: "POST", body: '{"event": "submit"}', headers: { "X-Mock-Session": key } };
  const event = await fetchFrom(page, `${MOCK}/__mock/session/carts/42/events`, submit);
  const own = await fetchFrom(page, CART, withHeaders({ "X-Mock-Session": key }));
  const other = await fetchFrom(page, CART, withHeaders({ "X-Mock-Session": randomUUID() }));
  expect([event.status, own.status, other.status]).toEqual([200, 409, 200]);
});

for (const host of ["127.0.0.1", "localhost"]) {
  test(`a page of ${host} chooses the scenario of its session`, async ({ page, port, request, key }) => {
    await page.goto(`http://${host}:${port}/`);
    const put = { method: "PUT", body: '{"name": "order-not-cart"}', headers: { "X-Mock-Session": key } };
    const { status } = await fetchFrom(page, `${MOCK}/__mock/session/scenario`, put);
    expect(status).toBeLessThan(300);
    expect(await chosen(request, key)).toBe("order-not-cart");
    expect((await fetchFrom(page, CART, withHeaders({ "X-Mock-Session": key }))).status).toBe(409);
  });
}

test.describe("a page of a foreign origin", () => {
  test.beforeEach(({ page, port }) => page.goto(`http://shop.example:${port}/`));

  test("calls the mocked API as any other", async ({ page, key }) => {
    const { status, headers } = await fetchFrom(page, CART, withHeaders({ "X-Mock-Session": key }));
    expect([status, headers["x-mock-session"]]).toEqual([200, key]);
  });

  test("may not choose a scenario: its preflight is refused", async ({ page, request, key }) => {
    const put = { method: "PUT", body: '{"name": "order-not-cart"}', headers: { "X-Mock-Session": key } };
    await expect(fetchFrom(page, `${MOCK}/__mock/session/scenario`, put)).rejects.toThrow("Failed to fetch");
    expect(await chosen(request, key)).toBeNull();
  });

  test("may not reset a session, though no preflight stops it", async ({ page, request, key }) => {
    const headers = { "X-Mock-Session": key };
    await request.put(`${MOCK}/__mock/session/scenario`, { headers, data: { name: "order-not-cart" } });
    const simple = { method: "POST", mode: "no-cors" } as const;
    const answered = page.waitForResponse((response) => response.url().includes("/session/reset"));
    await fetchFrom(page, `${MOCK}/__mock/session/reset?__session=${key}`, simple);
    expect((await answered).status()).toBe(403);
    expect(await chosen(request, key)).toBe("order-not-cart");
  });

  test("may not read the journal", async ({ page }) => {
    await expect(fetchFrom(page, `${MOCK}/__mock/requests`, {})).rejects.toThrow("Failed to fetch");
  });
});
