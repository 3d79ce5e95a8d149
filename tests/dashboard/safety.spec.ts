// What clients send is shown as text, and never runs; the browser would not let it, either.
import { Dashboard, expect, test } from "./dashboard";

const ATTACK = `"><img src=x onerror="window.attacked=1"><script>window.attacked=1</script>`;

test("whatever a client controls does nothing", async ({ dashboard }) => {
  const { page } = await dashboard.open("#/traffic");
  const encoded = encodeURIComponent(ATTACK);
  await dashboard.send(`/carts/${encoded}?${encoded}=${encoded}`, { [ATTACK]: ATTACK });
  await dashboard.send("/carts/42", ATTACK, { headers: { "Content-Type": "text/html", "X-Attack": ATTACK, Cookie: `a=${ATTACK}` } });
  await dashboard.send("/carts/42", {}, { headers: { "X-Mock-Scenario": ATTACK } });
  await dashboard.send(`/${encoded}`, null, { method: "GET" });
  await expect(dashboard.rows).toHaveCount(4);
  for (const index of [0, 1, 2, 3]) {
    await dashboard.rows.nth(index).click();
    await expect(dashboard.exchange.getByRole("button", { name: "Send again" })).toBeVisible();
  }
  await expect(dashboard.exchange).toContainText("onerror");
  expect(await page.evaluate(() => [(window as any).attacked, document.querySelectorAll("img, main script").length])).toEqual([undefined, 0]);
});

for (const address of [`?__session=${encodeURIComponent(ATTACK)}`, `#/exchange/${encodeURIComponent(ATTACK)}`, `#/${encodeURIComponent(ATTACK)}`]) {
  test(`the address ${address.slice(0, 14)}… does nothing`, async ({ page }) => {
    await page.goto(`${process.env.MOCK_URL}/__mock/${address}`);
    await expect(page.getByRole("button", { name: "Reset session" })).toBeVisible();
    expect(await page.evaluate(() => [(window as any).attacked, document.querySelectorAll("img").length])).toEqual([undefined, 0]);
  });
}

test("the browser refuses inline scripts, markup as a string, and other hosts", async ({ page, key }) => {
  await new Dashboard(page, key).open();
  const refused = await page.evaluate(async () => {
    const attempt = (act: () => unknown) => {
      try {
        act();
        return "done";
      } catch (error) {
        return (error as Error).name;
      }
    };
    const markup = attempt(() => (document.body.innerHTML = "<p>"));
    const inline = document.createElement("script");
    const text = attempt(() => (inline.text = "window.attacked = 1"));
    const elsewhere = await fetch("http://localhost:9/").then(() => "done", () => "refused");
    return [markup, text, elsewhere, (window as any).attacked];
  });
  expect(refused).toEqual(["TypeError", "TypeError", "refused", undefined]);
});

test("opening the page leaves nothing in the journal, and asks only its own server", async ({ dashboard, page }) => {
  const hosts = new Set<string>();
  page.on("request", (request) => hosts.add(new URL(request.url()).origin));
  await dashboard.open();
  for (const tab of await page.getByRole("tab").all()) await tab.click();
  expect([...hosts]).toEqual([dashboard.url]);
  const headers = { "X-Mock-Session": dashboard.key };
  expect(await (await fetch(`${dashboard.url}/__mock/requests`, { headers })).json()).toEqual({ requests: [], next: null });
});
