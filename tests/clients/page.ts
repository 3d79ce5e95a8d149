// A page of another origin than the mock server's: an application under test, which here is blank.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test as base, type Page } from "@playwright/test";

export const MOCK = process.env.MOCK_URL!;
const headers: Record<string, string> = {
  Authorization: "Bearer flt_sk_demo",
  "Content-Type": "application/json",
};
export const bearer = { headers };

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: any;
}

/** Serve the page, and scripts as `worker`, on a free port, which `use` is called with, until `use` is done. */
export async function serveBlankPage(use: (port: number) => Promise<void>, worker = ""): Promise<void> {
  const server = createServer((request, response) => {
    const script = request.url!.endsWith(".js");
    response.setHeader("Content-Type", script ? "text/javascript" : "text/html");
    response.end(script ? worker : "<!doctype html><title>Shop</title>");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  await use((server.address() as AddressInfo).port);
  server.close();
  server.closeAllConnections();
}

/** A test with a session key, and with a page that has the mock server's host and another port. */
export const test = base.extend<{ key: string }, { port: number; tab: Page }>({
  port: [async ({}, use) => serveBlankPage(use), { scope: "worker" }],
  tab: [async ({ browser }, use) => use(await browser.newPage()), { scope: "worker" }],
  key: async ({}, use) => use(randomUUID()),
  page: async ({ tab, port }, use) => {
    await tab.context().clearCookies();
    await tab.goto(`http://127.0.0.1:${port}/`);
    await use(tab);
  },
});

/** What the page's own `fetch` gets, with the headers that the page may read; rejects as `fetch` does. */
export function fetchFrom(page: Page, url: string, init: RequestInit): Promise<Reply> {
  return page.evaluate(
    async ([url, init]) => {
      const response = await fetch(url, init);
      const text = await response.text();
      const headers = Object.fromEntries(response.headers.entries());
      return { status: response.status, headers, body: text && JSON.parse(text) };
    },
    [url, init] as const,
  );
}
