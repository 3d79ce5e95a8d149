// globalSetup returns when a server runs, stops it at the end, and fails if it cannot start.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { ModuleKind, transpileModule } from "typescript";
import { afterEach, expect, test, vi } from "vitest";
import startMockServer from "./mock-server";

afterEach(() => vi.unstubAllEnvs());

test("the server is ready, and gone after it was stopped", async () => {
  vi.stubEnv("MOCK_URL", "");
  const stop = await startMockServer();
  const health = `${process.env.MOCK_URL}/__mock/health`;
  expect((await fetch(health)).status).toBe(200);
  await stop();
  await expect(fetch(health)).rejects.toThrow();
});

test("more exchanges than a pipe holds lines of do not stop it", async () => {
  const path = `/carts/${"4".repeat(2000)}`;
  for (let sent = 0; sent < 100; sent++) {
    const answer = await fetch(process.env.MOCK_URL + path, {
      method: "PATCH",
      signal: AbortSignal.timeout(5000),
    });
    expect(answer.status).toBe(401);
  }
});

test("it ends with a runner that does not stop it", async () => {
  const compilerOptions = { module: ModuleKind.ESNext };
  const { outputText } = transpileModule(readFileSync("mock-server.ts", "utf-8"), { compilerOptions });
  const runner = `${outputText}\nawait startMockServer(); console.log(process.env.MOCK_URL); process.exit();`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", runner], {
    encoding: "utf-8",
  });
  expect(stdout).toMatch(/^http:/);
  await vi.waitFor(() => expect(fetch(stdout.trim())).rejects.toThrow(), { timeout: 10_000 });
});

test("a server that ends at once is an error", async () => {
  vi.stubEnv("MOCKSERVER_SCENARIO", "no-such-scenario");
  await expect(startMockServer()).rejects.toThrow("mockserver ended with");
});

test("a server that is not installed is an error", async () => {
  vi.stubEnv("PATH", "");
  await expect(startMockServer()).rejects.toThrow("ENOENT");
});
