import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "./mock-server.ts",
    include: ["*.test.ts"],
    minWorkers: 1,
    maxWorkers: 2,
    testTimeout: 60_000, // a loaded machine starts servers slowly
  },
});
