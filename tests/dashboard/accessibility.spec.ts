// The page by keyboard, at any width, in both colour schemes, and as axe-core judges it.
import axe from "axe-core";
import { type Page } from "@playwright/test";
import { Dashboard, expect, test } from "./dashboard";

const VIEWS = ["scenarios", "traffic", "state", "coverage", "contract"];
const SCREENS = [
  { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  { colorScheme: "light", viewport: { width: 360, height: 640 } },
  { colorScheme: "dark", viewport: { width: 360, height: 640 } },
] as const;

for (const screen of SCREENS) {
  test.describe(`${screen.colorScheme}, ${screen.viewport.width} pixels wide`, () => {
    test.use(screen);

    test("axe-core finds nothing, and nothing is wider than the screen", async ({ dashboard }) => {
      test.slow();
      await traffic(dashboard);
      const { page } = await dashboard.open();
      for (const view of [...VIEWS, "exchange/x999999"]) {
        await page.goto(dashboard.address(`#/${view}`));
        await check(page, view);
      }
      await dashboard.sendAndOpen("/carts/42", { purchaser_id: 0 });
      await check(page, "an exchange");
      await dashboard.button("Connect an app").click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await check(page, "the dialog");
    });
  });
}

test("tabs are moved between with arrow keys, and each view has an address", async ({ dashboard }) => {
  const { page } = await dashboard.open("#/traffic");
  await page.getByRole("tab", { name: "Traffic" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "State" })).toBeFocused();
  await expect(page).toHaveURL(/#\/state$/);
  await page.keyboard.press("End");
  await expect(page.getByRole("tab", { name: "Contract" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Home");
  await expect(page.getByRole("tabpanel", { name: "Traffic" })).toBeVisible();
});

test("on a narrow screen each view is behind a tab, and an exchange leads back", async ({ dashboard }) => {
  const { page } = dashboard;
  await page.setViewportSize({ width: 360, height: 640 });
  await dashboard.open();
  await expect(page.getByRole("tab")).toHaveText(["Scenarios", "Traffic", "State", "Coverage", "Contract"]);
  await dashboard.send("/carts/42");
  await page.getByRole("tab", { name: "Traffic" }).click();
  await dashboard.rows.first().click();
  await expect(dashboard.exchange).toBeVisible();
  await expect(dashboard.traffic).toBeHidden();
  await dashboard.button("Back to the traffic").click();
  await expect(dashboard.traffic).toBeVisible();
});

test("everything that the Tab key reaches shows that it has the focus", async ({ dashboard }) => {
  await traffic(dashboard);
  const { page } = await dashboard.open("#/traffic");
  await expect(dashboard.rows).toHaveCount(3);
  const reached = new Set<string>();
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement!;
      const shown = element.closest("tr") ?? element;
      const { outlineStyle, boxShadow } = getComputedStyle(shown);
      return { name: (element.textContent || element.tagName).trim(), isVisible: outlineStyle !== "none" || boxShadow !== "none", isBody: element === document.body };
    });
    if (focused.isBody) break;
    expect(focused).toMatchObject({ isVisible: true });
    reached.add(focused.name);
  }
  for (const name of ["New", "Copy link", "Reset session", "Traffic", "Pause"]) expect([...reached]).toContain(name);
});

async function traffic(dashboard: Dashboard): Promise<void> {
  await dashboard.send("/carts/42", { purchaser_id: 0 });
  await dashboard.send("/carts/42", {}, { headers: { "X-Mock-Scenario": "gateway-down" } });
  await dashboard.send("/nowhere", null, { method: "GET" });
}

async function check(page: Page, view: string): Promise<void> {
  await page.waitForFunction(() => document.querySelector(".panel:not([hidden]) .view:not([data-view=network])")?.childElementCount);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as any).axe.run({ resultTypes: ["violations"] }));
  const found = violations.map(({ id, nodes }: any) => `${view}: ${id}: ${nodes.map((node: any) => node.html).slice(0, 3)}`);
  expect.soft(found).toEqual([]);
  expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), view).toBeLessThanOrEqual(0);
}
