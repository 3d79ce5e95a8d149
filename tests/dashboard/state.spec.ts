// The state: tables, events as buttons, and an editor that shows the model's refusals.
import { control, documentFile, manyPaths } from "./control";
import { Dashboard, expect, test } from "./dashboard";

const row = (dashboard: Dashboard, id: string) => dashboard.page.getByRole("row").filter({ has: dashboard.page.getByRole("rowheader", { name: id, exact: true }) });

async function edit(dashboard: Dashboard, id: string, change: (item: any) => unknown): Promise<void> {
  await dashboard.button(`Edit ${id}`).click();
  const text = dashboard.page.getByRole("textbox", { name: "JSON" });
  const changed = change(JSON.parse(await text.inputValue()));
  await text.fill(typeof changed === "string" ? changed : JSON.stringify(changed, null, 2));
  await dashboard.button("Save").click();
}

test("an event is a button in the row of its subject, and only possible ones can be pressed", async ({ dashboard }) => {
  await dashboard.open("#/state");
  const cart = row(dashboard, "42");
  await expect(cart.getByRole("cell", { name: "cart", exact: true })).toBeVisible();
  await expect(cart.getByRole("button", { name: "reopen" })).toBeDisabled();
  await cart.getByRole("button", { name: "submit" }).click();
  await expect(cart.getByRole("cell", { name: "ordered", exact: true })).toBeVisible();
  await expect(cart.getByRole("button", { name: "submit" })).toBeDisabled();
  expect((await dashboard.send("/carts/42")).status).toBe(409);
  await cart.getByRole("button", { name: "reopen" }).press("Enter");
  await expect(cart.getByRole("cell", { name: "cart", exact: true })).toBeVisible();
  await expect(cart.getByRole("button").filter({ has: dashboard.page.locator(":focus") }).or(cart.locator(":focus"))).toBeVisible();
});

test("what a request changes is shown", async ({ dashboard }) => {
  await dashboard.open("#/state");
  await expect(row(dashboard, "43").getByRole("cell", { name: "null" }).first()).toBeVisible();
  await dashboard.send("/carts/43", { purchaser_id: 13 });
  await expect(row(dashboard, "43").getByRole("cell", { name: "13", exact: true })).toBeVisible();
});

test("an item is edited as JSON", async ({ dashboard }) => {
  await dashboard.open("#/state");
  await edit(dashboard, "42", (cart) => ({ ...cart, purchaser: 13, shipping_address: 57 }));
  await expect(dashboard.page.getByRole("dialog")).toBeHidden();
  await expect(row(dashboard, "42").getByRole("cell", { name: "57", exact: true })).toBeVisible();
  await edit(dashboard, "42", (cart) => ({ ...cart, shipping_address: null }));
  await expect.poll(async () => (await control(dashboard, "GET", "session/state")).carts[42].shipping_address).toBe(null);
});

test("the editor shows what the model refuses, at its line, and nothing changes", async ({ dashboard }) => {
  const { page } = await dashboard.open("#/state");
  const before = await control(dashboard, "GET", "session/state");
  await edit(dashboard, "42", (cart) => ({ ...cart, state: "sold", devices: [{ id: "a" }] }));
  const refusals = page.getByRole("alert").getByRole("listitem");
  await expect(refusals.filter({ hasText: "/state" })).toContainText("unknown state 'sold'; valid: cancelled, cart, ordered");
  await expect(refusals.filter({ hasText: "/devices/0/id" })).toContainText("expected an integer");
  await refusals.filter({ hasText: "/state" }).getByRole("button").click();
  const selected = () => page.evaluate(() => {
    const { value, selectionStart, selectionEnd } = document.activeElement as HTMLTextAreaElement;
    return value.slice(selectionStart, selectionEnd);
  });
  expect(await selected()).toContain('"state": "sold"');
  expect(await control(dashboard, "GET", "session/state")).toEqual(before);
  await dashboard.button("Cancel").click();
  await edit(dashboard, "42", () => '{\n  "company": 1,\n  oops\n}');
  await expect(page.getByRole("alert")).toContainText(/Line 3.*not JSON/);
});

test("items are added and removed", async ({ dashboard }) => {
  const { page } = await dashboard.open("#/state/users");
  await dashboard.button("Add item").click();
  await page.getByLabel("Id").fill("99");
  await page.getByRole("textbox", { name: "JSON" }).fill('{"company": 1, "name": "Ada"}');
  await dashboard.button("Save").click();
  await expect(row(dashboard, "99")).toContainText("Ada");
  await dashboard.button("Edit 99").click();
  await dashboard.button("Remove item").click();
  await expect(row(dashboard, "99")).toHaveCount(0);
});

test("each collection has an address, and its items are searched", async ({ dashboard }) => {
  const { page } = await dashboard.open("#/state");
  await page.getByRole("navigation", { name: "Collections" }).getByRole("button", { name: "users" }).click();
  await expect(page).toHaveURL(/#\/state\/users$/);
  await page.getByRole("searchbox", { name: "Search items" }).fill("astrid");
  await expect(page.getByRole("table", { name: "users" }).locator("tbody tr")).toHaveCount(1);
});

test("a large collection is shown in parts", async ({ dashboard }) => {
  const users = Object.fromEntries([...Array(450).keys()].map((number) => [1000 + number, { company: 1, name: `User ${number}` }]));
  await control(dashboard, "PATCH", "session/state", { users });
  const { page } = await dashboard.open("#/state/users");
  const rows = page.getByRole("table", { name: "users" }).locator("tbody tr");
  await expect(rows).toHaveCount(100);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(rows).toHaveCount(200);
});

test("values of the state are only text", async ({ dashboard }) => {
  const attack = "<img src=x onerror=window.attacked=1>";
  await control(dashboard, "PATCH", "session/state", { users: { 11: { name: attack } } });
  const { page } = await dashboard.open("#/state/users");
  await expect(row(dashboard, "11")).toContainText(attack);
  await dashboard.button("Edit 11").click();
  expect(await page.evaluate(() => [(window as any).attacked, document.querySelectorAll("img").length])).toEqual([undefined, 0]);
});

test("without a model the page says how to get a state", async ({ page, key, startServer }) => {
  const { url } = await startServer(await documentFile(manyPaths(1)));
  await new Dashboard(page, key, url).open("#/state");
  await expect(page.getByText("mockserver --stateful SPEC")).toBeVisible();
  await expect(page.getByRole("button", { name: "Edit as JSON" })).toBeHidden();
});

test("integers that a double cannot hold stay as they are, and null is set where it has a meaning", async ({ page, key, startServer }) => {
  const thing = { type: "object", required: ["id", "number", "note"], properties: { id: { type: "string" }, number: { type: "integer" }, note: { type: ["string", "null"] } } };
  const json = { content: { "application/json": { schema: thing } } };
  const parameters = [{ name: "id", in: "path", required: true, schema: { type: "string" } }];
  const { url } = await startServer("--stateful", await documentFile({
    "/things": { post: { operationId: "make", requestBody: { required: true, ...json }, responses: { 201: { description: "Made.", ...json } } } },
    "/things/{id}": { get: { operationId: "get", parameters, responses: { 200: { description: "It.", ...json }, 404: { description: "None." } } } },
  }));
  const dashboard = await new Dashboard(page, key, url).open("#/state");
  await dashboard.send("/things", '{"id": "a", "number": 12345678901234567890, "note": "n"}', { method: "POST" });
  await expect(page.getByText("12345678901234567890")).toBeVisible();
  const id = await page.getByRole("rowheader").first().textContent();
  await dashboard.button(`Edit ${id}`).click();
  const text = page.getByRole("textbox", { name: "JSON" });
  await text.fill((await text.inputValue()).replace('"n"', "null"));
  await dashboard.button("Save").click();
  await expect(page.getByRole("dialog")).toBeHidden();
  const headers = { "X-Mock-Session": key };
  const state = await (await fetch(`${url}/__mock/session/state`, { headers })).text();
  expect(state).toContain('"note":null');
  expect(state).toContain("12345678901234567890");
});
