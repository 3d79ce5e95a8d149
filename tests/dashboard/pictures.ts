// Takes the pictures that the documentation shows; PICTURES is the folder that they are written to.
import { Dashboard, expect, test } from "./dashboard";

const WIDE = { width: 1280, height: 800 };
const PICTURES = [
  { name: "dashboard", viewport: WIDE, colorScheme: "light", view: "exchange" },
  { name: "dashboard-dark", viewport: WIDE, colorScheme: "dark", view: "exchange" },
  { name: "dashboard-narrow", viewport: { width: 360, height: 740 }, colorScheme: "light", view: "traffic" },
  { name: "dashboard-state", viewport: WIDE, colorScheme: "light", view: "state" },
] as const;

for (const { name, view, ...screen } of PICTURES) {
  test.describe(() => {
    test.use(screen);

    test(name, async ({ page }) => {
      const dashboard = new Dashboard(page, `shop-${name}`);
      await sendRequests(dashboard);
      await dashboard.open(`#/${view === "exchange" ? "traffic" : view}`);
      if (view === "exchange") await dashboard.rows.filter({ hasText: "validation" }).first().click();
      await page.getByRole("button", { name: "Dismiss" }).click({ timeout: 500 }).catch(() => undefined);
      await expect(page.locator(".panel:not([hidden])").last()).toContainText(/\w/);
      await page.waitForTimeout(500); // until everything is loaded
      await page.screenshot({ path: `${process.env.PICTURES}/${name}.png`, animations: "disabled" });
    });
  });
}

async function sendRequests(dashboard: Dashboard): Promise<void> {
  const scenario = (name: string) => ({ headers: { "X-Mock-Scenario": name } });
  const line = { product_id: 101, delivery_country: "FR", keyboard_layout: "FRENCH_AZERTY" };
  await dashboard.send("/carts/42", { purchaser_id: 12 });
  await dashboard.send("/carts/42", { order_items: [line] });
  await dashboard.send("/carts/42", {}, scenario("order-not-cart"));
  await dashboard.send("/carts/9999");
  await dashboard.send("/carts/42", { order_items: [line] }, scenario("gateway-down"));
  await dashboard.send("/cart/42", null, { method: "GET" });
  await dashboard.send("/carts/42", { purchaser_id: 0, order_items: [{ product_id: "101", delivery_country: "FR" }] });
  await dashboard.send("/carts/43", { acquisition_mode: "BUY" });
}
