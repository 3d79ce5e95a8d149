// The handler of docs/javascript.md in a service worker: the mock server answers what a page sends to its backend.
import { readFile } from "node:fs/promises";
import { expect } from "@playwright/test";
import { build } from "esbuild";
import { bearer, fetchFrom, MOCK, serveBlankPage, test } from "./page";

declare const startMsw: (apiUrl: string) => Promise<unknown>;

test("a page behind MSW reaches the mock server, in the session of its test", async ({ browser, key }) => {
  const worker = await readFile("node_modules/msw/lib/mockServiceWorker.js", "utf-8");
  const { outputFiles } = await build({ entryPoints: ["msw-worker.ts"], bundle: true, write: false });
  await serveBlankPage(async (port) => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.addScriptTag({ content: outputFiles[0]!.text });
    await page.evaluate((apiUrl) => startMsw(apiUrl), `${MOCK}/__mock/as/${key}`);
    const change = { ...bearer, method: "PATCH", body: '{"purchaser_id": 0}' };
    const { status, headers } = await fetchFrom(page, "https://api.shop.example/carts/42", change);
    expect(status).toBe(400);
    expect(headers).toMatchObject({ "x-mock-source": "validation", "x-mock-session": key });
    await page.context().close();
  }, worker);
});
