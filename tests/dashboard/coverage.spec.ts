// Coverage as a matrix: what of the contract and the model was met, and what was not.
import { control, documentFile, manyPaths } from "./control";
import { Dashboard, expect, test } from "./dashboard";

test("the matrix follows the traffic", async ({ dashboard }) => {
  const { page } = await dashboard.open("#/coverage");
  const matrix = page.getByRole("table", { name: "Operations by status" });
  await expect(matrix.getByRole("columnheader")).toHaveText(["Operation", "200", "400", "403", "404", "409", "500", "Error codes", "Properties", "Values"]);
  const cells = matrix.getByRole("row").nth(1).getByRole("cell");
  await expect(cells.first()).toHaveText("○not seen");
  await dashboard.send("/carts/42", { purchaser_id: 12 });
  await dashboard.send("/carts/46", {});
  await expect(cells.nth(0)).toHaveText("✓seen");
  await expect(cells.nth(4)).toHaveText("✓seen");
  await expect(page.getByRole("progressbar", { name: "Statuses: 2 of 6 seen" })).toBeVisible();
  await matrix.getByRole("button", { name: "PATCH /carts/{order_id}" }).click();
  await expect(page.getByRole("heading", { name: "Error codes: 1 of 12 seen" })).toBeVisible();
  const codes = page.getByRole("listitem").filter({ hasText: "ORDER_NOT_CART" });
  await expect(codes.filter({ visible: true })).toContainText(["✓"]);
  await page.getByRole("checkbox", { name: "Only what is missing" }).check();
  await expect(matrix.getByText("ORDER_NOT_CART")).toHaveCount(0);
  await expect(matrix.getByText("CART_NOT_FOUND")).toBeVisible();
});

test("states and events of the model are listed, with what was fired", async ({ dashboard }) => {
  const { page } = await dashboard.open("#/coverage");
  const model = page.getByRole("table", { name: "States and events of carts" });
  await expect(model.getByRole("columnheader", { name: "submit not fired" })).toBeVisible();
  const items = model.getByRole("row", { name: /^ordered/ }).getByRole("cell").first();
  const before = Number(await items.textContent());
  await control(dashboard, "POST", "session/carts/42/events", { event: "submit" });
  await expect(model.getByRole("columnheader", { name: "submit fired 1×" })).toBeVisible();
  await expect(items).toHaveText(String(before + 1));
});

test("many operations are shown in parts, and are searched", async ({ page, key, startServer }) => {
  const { url } = await startServer(await documentFile(manyPaths(250)));
  await new Dashboard(page, key, url).open("#/coverage");
  const openers = page.getByRole("table", { name: "Operations by status" }).locator("tbody tr:not(.details)");
  await expect(openers).toHaveCount(100);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(openers).toHaveCount(200);
  await page.getByRole("searchbox", { name: "Search operations" }).fill("things249");
  await expect(openers).toHaveCount(1);
});
