// The dashboard as tests see it: by the roles and names that assistive technology finds.
import { randomUUID } from "node:crypto";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { Server } from "./server";

export { expect };
export const HEADERS = { Authorization: "Bearer flt_sk_demo", "Content-Type": "application/json" };

/** One page with the dashboard in one session. */
export class Dashboard {
  constructor(readonly page: Page, readonly key: string, readonly url = process.env.MOCK_URL!) {}

  async open(fragment = ""): Promise<this> {
    await this.page.goto(this.address(fragment));
    await expect(this.page.locator(".connection")).toHaveText("live");
    return this;
  }

  address(fragment = ""): string {
    const query = this.key === "default" ? "" : `?__session=${encodeURIComponent(this.key)}`;
    return `${this.url}/__mock/${query}${fragment}`;
  }

  /** Send a request of an app that is in the session; returns the answer. */
  send(path = "/carts/42", body: unknown = {}, init: RequestInit = {}): Promise<Response> {
    const headers = { ...HEADERS, "X-Mock-Session": this.key, ...init.headers };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return fetch(this.url + path, { method: "PATCH", ...(body === null ? {} : { body: text }), ...init, headers });
  }

  get traffic(): Locator {
    return this.page.getByRole("table", { name: "Traffic" });
  }

  /** The rows of exchanges, without the row of headings. */
  get rows(): Locator {
    return this.traffic.locator("tbody").getByRole("row");
  }

  get exchange(): Locator {
    return this.page.getByRole("region", { name: "Exchange" });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Send a request, and open its exchange. */
  async sendAndOpen(path?: string, body?: unknown, init?: RequestInit): Promise<string> {
    const answer = await this.send(path, body, init);
    const id = answer.headers.get("x-mock-exchange")!;
    await this.page.goto(this.address(`#/exchange/${id}`));
    await expect(this.exchange.getByRole("heading", { name: `Exchange ${id}` })).toBeVisible();
    return id;
  }
}

interface Fixtures {
  key: string;
  dashboard: Dashboard;
  startServer: (...args: string[]) => Promise<Server>;
}

export const test = base.extend<Fixtures>({
  key: async ({}, use) => use(`test-${randomUUID()}`),
  dashboard: async ({ page, key }, use) => {
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(error.stack ?? error.message));
    page.on("dialog", (dialog) => broken.push(`a dialog opened: ${dialog.message()}`));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith("Failed to load")) broken.push(message.text());
    });
    await use(new Dashboard(page, key));
    expect(broken).toEqual([]);
  },
  startServer: async ({}, use) => {
    const servers: Server[] = [];
    await use((...args) => {
      const server = new Server(args);
      servers.push(server);
      return server.start();
    });
    await Promise.all(servers.map((server) => server.stop()));
  },
});
