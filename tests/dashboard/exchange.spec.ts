// One exchange: why it was answered so, what is wrong with it, and what can be done with it.
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dashboard, expect, test } from "./dashboard";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("a click on a row shows the exchange, and its address leads back to it", async ({ dashboard, context }) => {
  await dashboard.send("/carts/42?colour=red", { purchaser_id: 12 });
  await dashboard.open("#/traffic");
  await dashboard.rows.first().click();
  for (const text of ["/carts/42", "colour", "red", "200", "Tern 14 laptop", "The model answered."]) {
    await expect(dashboard.exchange).toContainText(text);
  }
  const other = await context.newPage();
  await other.goto(dashboard.page.url());
  await expect(other.getByRole("region", { name: "Exchange" })).toContainText("Tern 14 laptop");
});

test("the trail is told in sentences, with file and line", async ({ dashboard }) => {
  await dashboard.sendAndOpen("/carts/42", {}, { headers: { "X-Mock-Scenario": "order-not-cart" } });
  await expect(dashboard.exchange).toContainText("The scenario order-not-cart answered.");
  const steps = dashboard.exchange.getByRole("listitem");
  await expect(steps.filter({ hasText: "Operation" })).toContainText(/The request is for the operation update-a-cart\. +carts\.yaml:\d+/);
  await expect(steps.filter({ hasText: "Choice" })).toContainText(/was chosen by header\. +order-not-cart\.yaml:\d+/);
});

test("violations are marked at their locations in the body", async ({ dashboard }) => {
  await dashboard.sendAndOpen("/carts/42", { purchaser_id: 0, order_items: [{ product_id: "x", delivery_country: "FR" }] });
  const marked = dashboard.exchange.locator("[data-pointer]");
  await expect(marked).toHaveCount(2);
  await expect(dashboard.exchange.locator('[data-pointer="/purchaser_id"]')).toHaveText('"purchaser_id": 0,');
  await expect(dashboard.exchange.locator('[data-pointer="/purchaser_id"] + .note')).toContainText("exclusive minimum");
  await expect(dashboard.exchange.locator('[data-pointer="/order_items/0/product_id"]')).toContainText('"x"');
});

test("a violation of a path, query or header is listed with its location", async ({ dashboard }) => {
  await dashboard.sendAndOpen("/carts/abc");
  await expect(dashboard.exchange.getByRole("list", { name: "Violations" })).toContainText("path order_id");
});

test("a fault is told, in the row and in the reason", async ({ dashboard }) => {
  await dashboard.send("/carts/42", {}, { headers: { "X-Mock-Fault": "connection-reset" } }).catch(() => undefined);
  await dashboard.send("/carts/42", {}, { headers: { "X-Mock-Fault": "bad-gateway" } });
  await dashboard.open("#/exchange/x1");
  await expect(dashboard.exchange).toContainText("The model answered. The answer is broken on purpose: connection-reset.");
  await expect(dashboard.rows.last()).toContainText("connection-reset");
  await dashboard.rows.first().click();
  await expect(dashboard.exchange).toContainText("A gateway answers on purpose: bad-gateway.");
});

test("of a long body the journal has the beginning, and the page says so", async ({ dashboard }) => {
  await dashboard.sendAndOpen("/carts/42", { note: "long ".repeat(20_000) });
  await expect(dashboard.exchange).toContainText("Only the beginning of this body is in the journal.");
  await expect(dashboard.exchange.locator("pre").first()).toContainText('{"note":"long long');
});

test("numbers keep their digits", async ({ dashboard }) => {
  await dashboard.sendAndOpen("/carts/42", '{"purchaser_id": 12345678901234567890123}');
  await expect(dashboard.exchange).toContainText('"purchaser_id": 12345678901234567890123');
});

for (const body of ["{}", `{"note": "it's \\"quoted\\" $HOME \`id\` {$url}"}`, '{"broken', "plain text"]) {
  test(`the curl command of a request with the body ${body} sends it again`, async ({ dashboard }) => {
    await dashboard.open();
    const type = body.startsWith("{") ? "application/json" : "text/plain";
    const id = await dashboard.sendAndOpen("/carts/42?a[]=b c", body, { headers: { "Content-Type": type } });
    await dashboard.button("Copy as curl").click();
    await expect(dashboard.button("Copied")).toBeVisible();
    const command = await dashboard.page.evaluate(() => navigator.clipboard.readText());
    const answer = execFileSync("sh", ["-c", command], { encoding: "utf-8", stdio: ["ignore", "pipe", "ignore"] });
    const [first, again] = await Promise.all([recorded(dashboard, id), recorded(dashboard, /x-mock-exchange: (\S+)/.exec(answer)![1]!)]);
    expect([again.operation, again.request.path, again.request.query, again.request.body, again.response.status]).toEqual(
      [first.operation, first.request.path, first.request.query, first.request.body, first.response.status],
    );
  });
}

test("a request is sent again, and its new exchange is shown", async ({ dashboard }) => {
  const id = await dashboard.sendAndOpen("/carts/42", { purchaser_id: 12 }, { headers: { "X-Mock-Scenario": "order-not-cart" } });
  await dashboard.button("Send again").click();
  await expect(dashboard.exchange).toContainText(`${id} was sent again, and this is the answer.`);
  await expect(dashboard.exchange).toContainText("409");
  await expect(dashboard.rows).toHaveCount(2);
});

test("an answer is kept as a stub, which can be removed again", async ({ dashboard }) => {
  await dashboard.sendAndOpen("/carts/42", {}, { headers: { "X-Mock-Scenario": "order-not-cart" } });
  await dashboard.button("Keep as a stub").click();
  await expect(dashboard.exchange).toContainText("PATCH /carts/42 gets this answer in this session.");
  const kept = await dashboard.send("/carts/42");
  expect([kept.status, kept.headers.get("x-mock-source")]).toEqual([409, "stub"]);
  expect((await dashboard.send("/carts/43")).headers.get("x-mock-source")).toBe("model");
  await dashboard.button("Remove the stub").click();
  await expect(dashboard.exchange).toContainText("is removed");
  expect((await dashboard.send("/carts/42")).status).toBe(200);
});

test("an answer that breaks the contract is kept, and says so", async ({ dashboard }) => {
  await dashboard.sendAndOpen("/carts/42", {}, { headers: { Authorization: "" } });
  await expect(dashboard.exchange).toContainText("401");
  await dashboard.button("Keep as a stub").click();
  await expect(dashboard.exchange).toContainText("says that this is intended");
});

for (const [name, body, headers] of [
  ["of the model", "{}", {}],
  ["of a scenario", "{}", { "X-Mock-Scenario": "free-text-error" }],
  ["that quotes the request", '{"purchaser_id": "{$url} \u2028 \\ud83d\\ude00 #: -"}', {}],
  ["of an unauthorized request", "{}", { Authorization: "" }],
  ["of a gateway", "{}", { "X-Mock-Fault": "bad-gateway" }],
] as const) {
  test(`an answer ${name} is saved as a scenario file that check accepts`, async ({ dashboard }) => {
    await dashboard.sendAndOpen("/carts/42", body, { headers });
    const download = dashboard.page.waitForEvent("download");
    await dashboard.button("Save as a scenario file").click();
    const folder = mkdtempSync(join(tmpdir(), "scenarios-"));
    const file = await download;
    await file.saveAs(join(folder, file.suggestedFilename()));
    const openKeys = async () => {
      const { sessions } = await (await fetch(`${dashboard.url}/__mock/sessions`)).json();
      return sessions.map(({ key }: { key: string }) => key);
    };
    // Tests of other workers may have one open at this moment.
    await expect.poll(openKeys).not.toContainEqual(expect.stringMatching(/^page-check/));
    const report = execFileSync("mockserver", ["check", "--scenarios", folder], { encoding: "utf-8" });
    expect(report).toContain("1 scenario,");
  });
}

test("an exchange that is not in the journal is told", async ({ dashboard }) => {
  await dashboard.open("#/exchange/x999999");
  await expect(dashboard.exchange).toContainText("There is no exchange x999999 here.");
});

test("a large body is shown in parts", async ({ dashboard }) => {
  await dashboard.sendAndOpen("/carts/42", { order_items: Array.from({ length: 1500 }, (_, index) => index) });
  await dashboard.exchange.getByRole("button", { name: /^Show \d+ more lines$/ }).first().click();
  await expect(dashboard.exchange.locator(".json").first()).toContainText("1499");
});

async function recorded(dashboard: Dashboard, id: string): Promise<any> {
  const headers = { "X-Mock-Session": dashboard.key };
  return (await fetch(`${dashboard.url}/__mock/requests/${id}`, { headers })).json();
}
