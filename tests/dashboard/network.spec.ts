// The network of the session: its delay and its fault.
import { control } from "./control";
import { expect, test } from "./dashboard";

test("a delay is typed or slid, and taken back", async ({ dashboard }) => {
  const { page } = await dashboard.open();
  const network = () => control(dashboard, "GET", "session/network");
  await page.getByLabel("Delay").fill("300ms");
  await expect.poll(network).toEqual({ delay: "300ms" });
  await expect(page.getByRole("slider", { name: "Milliseconds to wait" })).toHaveValue("300");
  await page.getByRole("slider", { name: "Milliseconds to wait" }).fill("150");
  await expect.poll(network).toEqual({ delay: "150ms" });
  expect((await dashboard.send()).headers.get("x-mock-delay")).toBe("150ms");
  await dashboard.button("Clear network").click();
  await expect.poll(network).toEqual({});
  await expect(page.getByLabel("Delay")).toHaveValue("");
  await expect(dashboard.button("Clear network")).toBeHidden();
});

test("a fault is chosen, with how often it comes and what it waits", async ({ dashboard }) => {
  const { page } = await dashboard.open();
  const network = () => control(dashboard, "GET", "session/network");
  await page.getByLabel("Fault").selectOption("service-unavailable");
  await expect.poll(network).toEqual({ fault: "service-unavailable" });
  const answer = await dashboard.send();
  expect([answer.status, answer.headers.get("x-mock-fault")]).toEqual([503, "service-unavailable"]);
  await page.getByRole("slider", { name: "How often" }).fill("25");
  await page.getByLabel("Retry-After").fill("1s");
  await page.getByLabel("Only for").selectOption("update-a-cart");
  await expect.poll(network).toEqual({ fault: "service-unavailable; retry-after=1s; probability=0.25", operation: "update-a-cart" });
  await page.getByLabel("Fault").selectOption("none");
  await expect.poll(network).toEqual({});
});

test("every fault of the documentation can be chosen", async ({ dashboard }) => {
  const { page } = await dashboard.open();
  const names = await page.getByLabel("Fault").locator("option").allTextContents();
  await expect(control(dashboard, "PUT", "session/network", { fault: "unknown" })).rejects.toThrow(
    ["valid:", names.slice(1).sort().join(", ")].join(" "),
  );
});

test("a delay that is not valid is refused beside its field, and the network stays", async ({ dashboard }) => {
  await control(dashboard, "PUT", "session/network", { delay: "lognormal(200ms, 0.5)" });
  const { page } = await dashboard.open();
  await expect(page.getByLabel("Delay")).toHaveValue("lognormal(200ms, 0.5)");
  await page.getByLabel("Delay").fill("soon");
  await expect(page.getByRole("alert")).toContainText("expected a delay");
  await expect(page.getByLabel("Delay")).toHaveAttribute("aria-invalid", "true");
  expect(await control(dashboard, "GET", "session/network")).toEqual({ delay: "lognormal(200ms, 0.5)" });
  await page.getByLabel("Delay").fill("20");
  await expect.poll(() => control(dashboard, "GET", "session/network")).toEqual({ delay: "20ms" });
  await expect(page.getByRole("alert")).toHaveCount(0);
});
