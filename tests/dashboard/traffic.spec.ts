// The traffic: live, filtered, paused, and as long as the journal.
import { Dashboard, expect, test } from "./dashboard";

const MANY = 10_000;

test("an exchange appears as it happens, with its status, source and violations", async ({ dashboard }) => {
  await dashboard.open("#/traffic");
  await expect(dashboard.page.getByText("No traffic yet.")).toBeVisible();
  await dashboard.send("/carts/42", { purchaser_id: 0 });
  await expect(dashboard.rows).toHaveCount(1);
  await expect(dashboard.rows).toContainText(["PATCH"]);
  for (const text of ["/carts/42", "400", "validation"]) await expect(dashboard.rows).toContainText(text);
  await expect(dashboard.rows.getByRole("cell").last()).toBeVisible();
  await expect(dashboard.page.getByText("No traffic yet.")).toBeHidden();
});

test("the newest exchange comes first, also among those of before the page was opened", async ({ dashboard }) => {
  await dashboard.send("/carts/42");
  await dashboard.send("/carts/43");
  await dashboard.open("#/traffic");
  await dashboard.send("/carts/44");
  await expect(dashboard.traffic.getByRole("link")).toHaveText(["/carts/44", "/carts/43", "/carts/42"]);
});

test("filters leave out what does not match", async ({ dashboard }) => {
  await dashboard.send("/carts/42");
  await dashboard.send("/carts/42", { purchaser_id: 0 });
  await dashboard.send("/carts/42", {}, { headers: { "X-Mock-Scenario": "order-not-cart" } });
  await dashboard.send("/nowhere", null, { method: "GET" });
  await dashboard.open("#/traffic");
  await expect(dashboard.rows).toHaveCount(4);
  const select = (name: string, value: string) => dashboard.page.getByRole("combobox", { name }).selectOption(value);
  await select("Status", "409");
  await expect(dashboard.rows).toContainText(["order-not-cart"]);
  await select("Status", "4");
  await expect(dashboard.rows).toHaveCount(3);
  await select("Answered by", "validation");
  await expect(dashboard.rows).toHaveCount(1);
  await select("Answered by", "model");
  await expect(dashboard.page.getByText("No exchange matches the filters.")).toBeVisible();
  await dashboard.button("Clear the filters").click();
  await select("Operation", "update-a-cart");
  await expect(dashboard.rows).toHaveCount(3);
  await dashboard.page.getByRole("checkbox", { name: "Violations" }).check();
  await expect(dashboard.rows).toContainText(["400"]);
});

test("a search finds paths, bodies and error messages", async ({ dashboard }) => {
  await dashboard.send("/carts/42", { purchaser_id: 12 });
  await dashboard.send("/carts/42", { purchaser_id: "twelve" });
  await dashboard.send("/carts/7777");
  await dashboard.open("#/traffic");
  const search = dashboard.page.getByRole("searchbox", { name: "Search the traffic" });
  for (const [text, count] of [["7777", 1], ["Tern 14", 1], ["found a string", 1], ["cart_not_found", 1], ["nothing", 0]] as const) {
    await search.fill(text);
    await expect(dashboard.rows).toHaveCount(count);
  }
});

test("pause keeps the rows still, and counts what is new", async ({ dashboard }) => {
  await dashboard.send("/carts/42");
  await dashboard.open("#/traffic");
  await dashboard.button("Pause").click();
  await dashboard.send("/carts/43");
  await expect(dashboard.button("Resume (1 new)")).toBeVisible();
  await expect(dashboard.rows).toHaveCount(1);
  await dashboard.button("Resume (1 new)").click();
  await expect(dashboard.rows).toHaveCount(2);
});

test("clear deletes the exchanges of the session", async ({ dashboard }) => {
  await dashboard.send("/carts/42");
  await dashboard.open("#/traffic");
  await dashboard.button("Clear").click();
  await expect(dashboard.rows).toHaveCount(0);
  await dashboard.page.reload();
  await expect(dashboard.page.getByText("No traffic yet.")).toBeVisible();
});

test("arrow keys, Home and End move between rows, and Enter opens one", async ({ dashboard }) => {
  for (const id of [41, 42, 43]) await dashboard.send(`/carts/${id}`);
  await dashboard.open("#/traffic");
  await dashboard.traffic.getByRole("link", { name: "/carts/43" }).focus();
  await dashboard.page.keyboard.press("ArrowDown");
  await expect(dashboard.traffic.getByRole("link", { name: "/carts/42" })).toBeFocused();
  await dashboard.page.keyboard.press("End");
  await expect(dashboard.traffic.getByRole("link", { name: "/carts/41" })).toBeFocused();
  await dashboard.page.keyboard.press("Enter");
  await expect(dashboard.exchange).toContainText("/carts/41");
  await dashboard.page.keyboard.press("Home");
  await expect(dashboard.traffic.getByRole("link", { name: "/carts/43" })).toBeFocused();
});

test("the focus stays on its row while others arrive", async ({ dashboard }) => {
  await dashboard.send("/carts/42");
  await dashboard.open("#/traffic");
  const link = dashboard.traffic.getByRole("link", { name: "/carts/42" });
  await link.focus();
  await dashboard.send("/carts/43");
  await expect(dashboard.rows).toHaveCount(2);
  await expect(link).toBeFocused();
});

test("after a click new rows still come into sight, and after a key the row in focus stays where it is", async ({ dashboard, page }) => {
  await dashboard.send("/carts/41");
  await dashboard.open("#/traffic");
  const top = async () => page.locator(".scroll", { has: dashboard.traffic }).evaluate((scroller) => scroller.scrollTop);
  await dashboard.rows.first().click();
  for (let id = 42; id < 70; id += 1) await dashboard.send(`/carts/${id}`);
  await expect(dashboard.rows.first()).toContainText("/carts/69");
  expect(await top()).toBe(0);
  await dashboard.traffic.getByRole("link", { name: "/carts/69" }).focus();
  await page.keyboard.press("ArrowDown");
  await dashboard.send("/carts/70");
  await expect(dashboard.rows.first()).toContainText("/carts/70");
  expect(await top()).toBeGreaterThan(0);
  await expect(dashboard.traffic.getByRole("link", { name: "/carts/68" })).toBeFocused();
});

test("of ten thousand exchanges only those in sight are elements", async ({ page, startServer }) => {
  test.slow();
  const server = await startServer();
  const dashboard = await new Dashboard(page, "many", server.url).open("#/traffic");
  await dashboard.send("/carts/41");
  await sendMany(dashboard, MANY - 1);
  await expect(dashboard.traffic).toHaveAttribute("aria-rowcount", String(MANY + 1), { timeout: 60_000 });
  expect(await dashboard.rows.count()).toBeLessThan(100);
  await dashboard.traffic.getByRole("link").first().focus();
  await page.keyboard.press("End");
  const oldest = dashboard.traffic.getByRole("link", { name: "/carts/41" });
  await expect(oldest).toBeFocused();
  await expect(dashboard.rows.last()).toHaveAttribute("aria-rowindex", String(MANY + 1));
  expect(await dashboard.rows.count()).toBeLessThan(100);

  const place = await oldest.boundingBox();
  await dashboard.send("/carts/43");
  await expect(dashboard.rows.last()).toHaveAttribute("aria-rowindex", String(MANY + 2));
  expect(await oldest.boundingBox()).toEqual(place);
  await oldest.press("Enter");
  await expect(dashboard.exchange).toContainText("The journal has dropped this exchange; the page still has it.");
});

/** Send requests over a few connections. */
async function sendMany(dashboard: Dashboard, count: number): Promise<void> {
  let sent = 0;
  const sendNext = async () => {
    while (sent < count) {
      sent += 1;
      await (await dashboard.send("/carts/42")).arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: 16 }, sendNext));
}
