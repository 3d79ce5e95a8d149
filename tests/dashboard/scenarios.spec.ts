// Scenarios as switches: one press, and the next request sees it.
import { control, documentFile, manyPaths } from "./control";
import { Dashboard, expect, test } from "./dashboard";

test("a press chooses a scenario for the app's next requests, another press clears it", async ({ dashboard }) => {
  await dashboard.open();
  const pressed = dashboard.button("order-not-cart");
  await pressed.click();
  await expect(pressed).toHaveAttribute("aria-pressed", "true");
  await expect(pressed).toHaveAccessibleDescription(/409.*Chosen until changed/);
  for (const status of [409, 409]) expect((await dashboard.send()).status).toBe(status);
  await pressed.click();
  await expect(pressed).toHaveAttribute("aria-pressed", "false");
  expect((await dashboard.send()).status).toBe(200);
});

test("with 'Next call only' the choice is for one call, and the switch goes off by itself", async ({ dashboard }) => {
  const { page } = await dashboard.open();
  await page.getByRole("checkbox", { name: "Next call only" }).check();
  await dashboard.button("gateway-down").click();
  await expect(dashboard.button("gateway-down")).toHaveAccessibleDescription(/Chosen for the next call/);
  expect((await dashboard.send()).status).toBe(500);
  await expect(dashboard.button("gateway-down")).toHaveAttribute("aria-pressed", "false");
  expect((await dashboard.send()).status).toBe(200);
});

test("another scenario of the operation takes the place of the chosen one", async ({ dashboard }) => {
  const { page } = await dashboard.open();
  await dashboard.button("order-not-cart").click();
  await dashboard.button("cart-not-found").click();
  await expect(dashboard.button("order-not-cart")).toHaveAttribute("aria-pressed", "false");
  await expect(page.getByText("1 chosen")).toBeVisible();
  await dashboard.button("Clear choices").click();
  await expect(page.getByText("None chosen")).toBeVisible();
  await expect(page.locator(".switch[aria-pressed=true]")).toHaveCount(0);
});

test("what was chosen elsewhere is shown, with the progress of a story", async ({ dashboard }) => {
  await control(dashboard, "PUT", "session/scenario", { name: "cancelled-meanwhile", times: 3 });
  await dashboard.open();
  const story = dashboard.button("cancelled-meanwhile");
  await expect(story).toHaveAttribute("aria-pressed", "true");
  await expect(story).toHaveAccessibleDescription(/200 → 409.*for the next 3 calls/);
  await dashboard.send();
  await expect(story).toHaveAccessibleDescription(/for the next 2 calls.*1 call/);
  await control(dashboard, "DELETE", "session/scenario");
  await expect(story).toHaveAttribute("aria-pressed", "false");
});

test("what goes before a choice is told, and stubs can be removed", async ({ dashboard }) => {
  const { page } = await dashboard.open();
  await dashboard.button("order-not-cart").click();
  const match = { bodyPartial: { purchaser_id: 12 } };
  await control(dashboard, "POST", "session/stubs", { operation: "update-a-cart", match, respond: { error: "CART_NOT_FOUND" } });
  await control(dashboard, "PUT", "session/network", { fault: "bad-gateway" });
  await expect(page.getByText('Stub s1 goes before the scenario for requests with bodyPartial {"purchaser_id":12}.')).toBeVisible();
  await expect(page.getByText("The network's bad-gateway answers instead of the API.")).toBeVisible();
  await dashboard.button("Remove stub s1").press("Enter");
  await expect(page.getByText("Stub s1 goes before")).toBeHidden();
  await expect(page.locator("summary:focus")).toContainText("/carts/{order_id}");
  expect((await control(dashboard, "GET", "session/stubs")).stubs).toEqual([]);
});

test("the search finds scenarios by name, error code, summary and path", async ({ dashboard }) => {
  const { page } = await dashboard.open();
  const search = page.getByRole("searchbox", { name: "Search scenarios" });
  await expect(dashboard.button("emptied")).toBeVisible();
  for (const [text, shown] of [["order-not", "order-not-cart"], ["CART_NOT_FOUND", "cart-not-found"], ["rent of 0.00", "emptied"]] as const) {
    await search.fill(text);
    await expect(page.locator(".switches > li:visible").getByRole("button", { name: shown, exact: true })).toBeVisible();
    expect(await page.locator(".switches > li:visible").count()).toBeLessThan(6);
  }
  await search.fill("/carts/{order_id}");
  await expect(dashboard.button("emptied")).toBeVisible();
  await search.fill("nowhere");
  await expect(page.getByText("Nothing found")).toBeVisible();
});

test("a contract without scenarios has its documented statuses as switches", async ({ page, key, startServer }) => {
  const { url } = await startServer(await documentFile(manyPaths(2)));
  const dashboard = await new Dashboard(page, key, url).open();
  await expect(page.getByText("This contract has no scenarios yet.")).toBeVisible();
  const group = page.getByRole("group").filter({ hasText: "/things1/{id}" });
  const status = (name: string) => group.getByRole("button", { name, exact: true });
  const get = async () => (await dashboard.send("/things1/7", null, { method: "GET" })).status;
  await status("404").click();
  await expect(status("404")).toHaveAttribute("aria-pressed", "true");
  expect(await get()).toBe(404);
  await status("500").click();
  await expect(status("404")).toHaveAttribute("aria-pressed", "false");
  expect(await get()).toBe(500);
  await status("500").click();
  await expect(status("500")).toHaveAttribute("aria-pressed", "false");
  expect(await get()).toBe(200);
});

test("a range of statuses and the default are answered by the status that the contract's words mean", async ({ page, key, startServer }) => {
  const responses = Object.fromEntries(["200", "4XX", "default"].map((status) => [status, { description: "It." }]));
  const { url } = await startServer(await documentFile({ "/things": { get: { operationId: "list", responses } } }));
  const dashboard = await new Dashboard(page, key, url).open();
  for (const [name, status] of [["4XX", 400], ["default", 500]] as const) {
    await dashboard.button(name).click();
    await expect(dashboard.button(name)).toHaveAttribute("aria-pressed", "true");
    expect((await dashboard.send("/things", null, { method: "GET" })).status).toBe(status);
  }
});

test("five hundred operations are there at once, and are searched", async ({ page, key, startServer }) => {
  const { url } = await startServer(await documentFile(manyPaths(500)));
  await new Dashboard(page, key, url).open();
  await expect(page.locator(".operation")).toHaveCount(500);
  await page.getByRole("searchbox", { name: "Search scenarios" }).fill("things499");
  await expect(page.locator(".operation:visible")).toHaveCount(1);
  await page.locator(".operation:visible > summary").click();
  await expect(page.locator(".operation:visible").getByRole("button", { name: "404" })).toBeVisible();
});

test("names and values of stubs are only text", async ({ dashboard }) => {
  const attack = "<img src=x onerror=window.attacked=1>";
  const { page } = await dashboard.open();
  await control(dashboard, "POST", "session/stubs", { match: { path: attack, header: { "X-A": attack } }, respond: { status: 418, offContract: true, text: attack } });
  await expect(page.getByRole("heading", { name: "Stubs for any operation" })).toBeVisible();
  await expect(page.getByText(attack).first()).toBeVisible();
  expect(await page.evaluate(() => [(window as any).attacked, document.querySelectorAll("img").length])).toEqual([undefined, 0]);
});
