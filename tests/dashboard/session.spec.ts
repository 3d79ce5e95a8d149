// Sessions: two people at one server do not disturb each other without noticing.
import { Dashboard, expect, test } from "./dashboard";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("the default session says that everybody shares it, and others do not", async ({ page, dashboard }) => {
  await new Dashboard(page, "default").open();
  await expect(page.getByText("Everybody shares this session.")).toBeVisible();
  await dashboard.open();
  await expect(page.getByText("Everybody shares this session.")).toBeHidden();
});

test("two browsers in two sessions do not see each other", async ({ browser, page, key }) => {
  const mine = await new Dashboard(page, `${key}-1`).open("#/traffic");
  const other = await new Dashboard(await (await browser.newContext()).newPage(), `${key}-2`).open("#/traffic");
  await mine.send("/carts/42");
  await other.send("/carts/43");
  await expect(mine.traffic.getByRole("link")).toHaveText(["/carts/42"]);
  await expect(other.traffic.getByRole("link")).toHaveText(["/carts/43"]);
  await mine.button("Reset session").click();
  await expect(mine.rows).toHaveCount(0);
  await expect(other.rows).toHaveCount(1);
  await other.page.context().close();
});

test("new makes a session of its own, whose link opens it elsewhere", async ({ browser, dashboard }) => {
  const { page } = await dashboard.open("#/traffic");
  await dashboard.send("/carts/42");
  await expect(dashboard.rows).toHaveCount(1);
  await dashboard.button("New").click();
  await expect(dashboard.rows).toHaveCount(0);
  await dashboard.button("Copy link").click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const key = new URL(link).searchParams.get("__session")!;
  expect(key).not.toBe(dashboard.key);
  const elsewhere = new Dashboard(await (await browser.newContext()).newPage(), key);
  await elsewhere.page.goto(link);
  await elsewhere.page.getByRole("tab", { name: "Traffic" }).click();
  await elsewhere.send("/carts/44");
  await expect(elsewhere.rows).toHaveCount(1);
  await expect(dashboard.rows).toHaveCount(1);
  await page.goBack();
  await expect(dashboard.traffic.getByRole("link")).toHaveText(["/carts/42"]);
  await elsewhere.page.context().close();
});

test("a fork has the choices of the session that it was made of", async ({ dashboard }) => {
  await dashboard.open();
  await call(dashboard, "PUT", "session/scenario", { name: "order-not-cart" });
  await dashboard.button("Fork").click();
  await expect(dashboard.page).toHaveURL(/__session=page-/);
  const key = new URL(dashboard.page.url()).searchParams.get("__session")!;
  expect((await new Dashboard(dashboard.page, key).send()).status).toBe(409);
});

test("the picker lists the open sessions", async ({ dashboard, key }) => {
  const other = new Dashboard(dashboard.page, `${key}-other`);
  await other.send("/carts/42");
  await dashboard.open("#/traffic");
  const picker = dashboard.page.getByRole("combobox", { name: "Session" });
  await picker.focus();
  await picker.selectOption(other.key);
  await expect(other.rows).toHaveCount(1);
  await expect(picker).toHaveValue(other.key);
});

test("the page says how an app gets into the session", async ({ dashboard, key }) => {
  await dashboard.open("#/traffic");
  await dashboard.button("Connect an app").click();
  const dialog = dashboard.page.getByRole("dialog");
  await expect(dialog).toContainText(`X-Mock-Session: ${key}`);
  await expect(dialog).toContainText(`mock_session=${key}`);
  const base = await dialog.locator("dd code").first().textContent();
  await dashboard.page.keyboard.press("Escape");
  const answer = await fetch(new URL("carts/42", base!), {
    method: "PATCH", body: "{}", headers: { Authorization: "Bearer flt_sk_demo", "Content-Type": "application/json" },
  });
  expect(answer.headers.get("x-mock-session")).toBe(key);
  await expect(dashboard.rows).toHaveCount(1);
});

test("a reset clears traffic and choices, also in other windows of the session", async ({ context, dashboard, key }) => {
  const other = await new Dashboard(await context.newPage(), key).open("#/traffic");
  await dashboard.open("#/traffic");
  await call(dashboard, "PUT", "session/scenario", { name: "order-not-cart" });
  await dashboard.send();
  await expect(other.rows).toHaveCount(1);
  await dashboard.button("Reset session").click();
  await expect(dashboard.rows).toHaveCount(0);
  await expect(other.rows).toHaveCount(0);
  expect((await dashboard.send()).status).toBe(200);
});

test("a key of which no session is open is told", async ({ page, key }) => {
  await new Dashboard(page, key).open();
  await expect(page.getByText(`No session "${key}" was open`)).toBeVisible();
  await page.reload();
  await expect(page.getByText(`No session "${key}" was open`)).toBeHidden();
});

test("a key that is not valid is told, with a way out", async ({ page }) => {
  await page.goto(new Dashboard(page, "not a key!").address());
  await expect(page.getByRole("alert")).toContainText("key");
  await page.getByRole("button", { name: "Open the default session" }).click();
  await expect(page.locator(".connection")).toHaveText("live");
});

test("an evicted session is told, and started again", async ({ page, startServer }) => {
  const server = await startServer("--max-sessions", "2");
  const evicted = new Dashboard(page, "evicted", server.url);
  await evicted.send();
  for (const key of ["a", "b", "c"]) await new Dashboard(page, key, server.url).send();
  await page.goto(evicted.address("#/traffic"));
  await expect(page.getByRole("alert")).toContainText("--max-sessions");
  await page.getByRole("button", { name: "Start it again" }).click();
  await expect(page.locator(".connection")).toHaveText("live");
  await evicted.send();
  await expect(evicted.rows).toHaveCount(1);
});

test("a restart is told, and the page connects again", async ({ page, startServer }) => {
  const server = await startServer();
  const dashboard = await new Dashboard(page, "kept", server.url).open("#/traffic");
  await dashboard.send("/carts/42");
  await expect(dashboard.rows).toHaveCount(1);
  await server.stop();
  await expect(page.getByText("The server does not answer.")).toBeVisible();
  await server.start();
  await expect(page.locator(".connection")).toHaveText("live");
  await expect(page.getByText("The server was restarted")).toBeVisible();
  await dashboard.send("/carts/43");
  await expect(dashboard.traffic.getByRole("link")).toHaveText(["/carts/43"]);
});

test("a page in the background leaves its connection to others, and catches up when it is seen", async ({ dashboard, page }) => {
  await page.clock.install();
  await dashboard.open("#/traffic");
  const ended = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/events"));
  const setHidden = (isHidden: boolean) => page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
  await setHidden(true);
  await page.clock.fastForward("00:11");
  await ended;
  await dashboard.send("/carts/42");
  await setHidden(false);
  await expect(dashboard.rows).toHaveCount(1);
  await dashboard.send("/carts/43");
  await expect(dashboard.rows).toHaveCount(2);
});

test("beyond loopback the page asks for the token, and keeps it in memory only", async ({ page, startServer }) => {
  const server = await startServer("-h", "0.0.0.0", "--control-token", "open-sesame");
  const dashboard = new Dashboard(page, "default", server.url);
  await page.goto(dashboard.address("#/traffic"));
  await page.getByLabel("Control token").fill("wrong");
  await dashboard.button("Connect").click();
  await expect(page.getByRole("alert")).toContainText("refused");
  await page.getByLabel("Control token").fill("open-sesame");
  await page.keyboard.press("Enter");
  await expect(page.locator(".connection")).toHaveText("live");
  await dashboard.send();
  await expect(dashboard.rows).toHaveCount(1);
  await dashboard.button("New").click();
  await expect(dashboard.rows).toHaveCount(0);
  await expect(page.locator(".connection")).toHaveText("live");
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie, location.href.includes("sesame")])).toEqual([0, 0, "", false]);
  await page.reload();
  await expect(page.getByLabel("Control token")).toBeVisible();
});

for (const [name, args, path] of [["another prefix", ["--control-prefix", "/tools/mock"], "/tools/mock/"]] as const) {
  test(`the page works under ${name}`, async ({ page, startServer }) => {
    const server = await startServer(...args);
    await page.goto(server.url + path);
    await expect(page.locator(".connection")).toHaveText("live");
    await page.getByRole("button", { name: "Connect an app" }).click();
    await expect(page.getByRole("dialog")).toContainText(`${server.url}${path}as/default/`);
  });
}

async function call(dashboard: Dashboard, method: string, path: string, body: unknown): Promise<void> {
  const headers = { "X-Mock-Session": dashboard.key, "Content-Type": "application/json" };
  const answer = await fetch(`${dashboard.url}/__mock/${path}`, { method, headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
}
