// Cypress's configuration and support file in Node, where Cypress itself is not: its functions are replaced.
import { afterEach, expect, test, vi } from "vitest";
import config from "./cypress.config";

type Action = (argument?: object) => unknown;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test("the configuration starts a server, whose address the tests find, and stops it at the end", async () => {
  vi.stubEnv("MOCK_URL", "");
  const on = vi.fn();
  const options = { env: {} as Record<string, string> };
  await config.e2e!.setupNodeEvents!(on, options as Cypress.PluginConfigOptions);
  const [[event, stop]] = on.mock.calls as [[string, Action]];
  expect(event).toBe("after:run");
  const health = `${options.env.MOCK_URL}/__mock/health`;
  expect((await fetch(health)).status).toBe(200);
  await stop();
  await expect(fetch(health)).rejects.toThrow();
});

test("each test has an address of its own, which its windows have before they load", async () => {
  const variables: Record<string, string> = { MOCK_URL: process.env.MOCK_URL! };
  const hooks: Action[] = [];
  const events: Record<string, Action> = {};
  vi.stubGlobal("beforeEach", (hook: Action) => hooks.push(hook));
  vi.stubGlobal("cy", { on: (event: string, action: Action) => (events[event] = action) });
  vi.stubGlobal("Cypress", {
    env: (name: string, value?: string) => (value ? (variables[name] = value) : variables[name]),
  });
  // @ts-expect-error: a script, not a module
  await import("./cypress/support/e2e");

  const addresses = [1, 2].map(() => {
    const window = { API_URL: "" };
    hooks.forEach((hook) => hook());
    events["window:before:load"]!(window);
    expect(window.API_URL).toBe(variables.API_URL);
    return window.API_URL;
  });
  const answers = await Promise.all(addresses.map((each) => fetch(`${each}/carts/42`, { method: "PATCH" })));
  const sessions = answers.map((each) => each.headers.get("x-mock-session"));
  expect(sessions).toEqual(addresses.map((each) => each.split("/").at(-1)));
  expect(new Set(sessions).size).toBe(2);
});
