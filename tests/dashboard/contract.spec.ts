// The contract as a page, and requests that its samples fill in.
import { documentFile, manyPaths } from "./control";
import { Dashboard, expect, test } from "./dashboard";

test("'Try it' sends the sample in the session of the page, and leads to the exchange", async ({ dashboard }) => {
  const { page } = await dashboard.open("#/contract/update-a-cart");
  await expect(page.getByRole("textbox", { name: "order_id" })).toHaveValue("42");
  await expect(page.getByRole("textbox", { name: "Body" })).toHaveValue(/purchaser_id/);
  await page.getByRole("combobox", { name: "Example" }).selectOption({ label: "buy-instead" });
  await page.getByRole("textbox", { name: "order_id" }).fill("43");
  await dashboard.button("Send").click();
  const answer = page.getByRole("group", { name: "Body of the answer" });
  await expect(answer).toContainText('"id": 43');
  await expect(answer).toContainText('"rent": null');
  await dashboard.button("Why this answer?").click();
  await expect(page).toHaveURL(/#\/exchange\/x1$/);
});

test("an answer that no connection brings is told", async ({ dashboard }) => {
  const { page } = await dashboard.open("#/contract");
  await dashboard.button("connection-lost").click();
  await expect(dashboard.button("connection-lost")).toHaveAttribute("aria-pressed", "true");
  await dashboard.button("Send").click();
  await expect(page.getByRole("alert")).toContainText("No answer came");
});

test("an operation shows its parameters, its body and its answers", async ({ dashboard }) => {
  const { page } = await dashboard.open("#/contract");
  const region = page.getByRole("region", { name: "Operation" });
  await expect(region.getByRole("heading", { name: "PATCH /carts/{order_id}" })).toBeVisible();
  await expect(region.getByText("string in path")).toBeVisible();
  await region.getByText("order_items", { exact: true }).click();
  await expect(region.getByText("delivery_country", { exact: true })).toBeVisible();
  await region.getByText("The order was sent or cancelled, so there is no cart left to change.").click();
  await region.getByText("Example order-not-cart").click();
  await expect(region.getByRole("group", { name: "Example order-not-cart" })).toContainText("ORDER_NOT_CART");
});

test("schemas that contain themselves are opened one level at a time", async ({ page, key, startServer }) => {
  const schema = { $ref: "#/components/schemas/Tree" };
  const tree = { allOf: [{ type: "object", properties: { name: { type: "string" } } }, { properties: { children: { type: "array", items: schema } } }] };
  const paths = { "/trees": { post: { requestBody: { content: { "application/json": { schema } } }, responses: { 200: { description: "Planted." } } } } };
  const { url } = await startServer(await documentFile(paths, { schemas: { Tree: tree } }));
  await new Dashboard(page, key, url).open("#/contract");
  const region = page.getByRole("region", { name: "Operation" });
  for (const count of [1, 2, 3]) {
    await expect(region.getByText("children", { exact: true })).toHaveCount(count);
    await region.getByText("children", { exact: true }).last().click();
  }
});

test("five hundred operations are listed and searched, and each has an address", async ({ page, key, startServer }) => {
  const { url } = await startServer(await documentFile(manyPaths(500)));
  await new Dashboard(page, key, url).open("#/contract/get-thing-400");
  await expect(page.getByRole("heading", { name: "GET /things400/{id}" })).toBeVisible();
  const links = page.getByRole("navigation", { name: "Operations" }).getByRole("link");
  await page.getByRole("searchbox", { name: "Search the contract" }).fill("thing-77");
  await expect(links).toHaveCount(1);
  await links.click();
  await expect(page).toHaveURL(/get-thing-77$/);
});

test("on a narrow screen the list and the operation take turns", async ({ dashboard }) => {
  const { page } = dashboard;
  await page.setViewportSize({ width: 360, height: 640 });
  await dashboard.open("#/contract");
  await page.getByRole("link", { name: "PATCH /carts/{order_id}" }).click();
  await expect(dashboard.button("Send")).toBeVisible();
  await dashboard.button("All operations").click();
  await expect(dashboard.button("Send")).toBeHidden();
});
