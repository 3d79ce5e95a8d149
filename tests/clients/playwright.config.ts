import { defineConfig } from "@playwright/test";

// Debian's Chromium; it may run as root in a container, and must not make requests by itself.
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
args.push("--disable-background-networking", "--disable-component-update");
args.push("--host-resolver-rules=MAP shop.example 127.0.0.1"); // a page of an origin that is not loopback

export default defineConfig({
  globalSetup: "./mock-server.ts",
  testMatch: "*.spec.ts",
  workers: 2,
  timeout: 60_000, // a loaded machine starts browsers slowly
  forbidOnly: true,
  reporter: "list",
  outputDir: "node_modules/.playwright",
  use: { launchOptions: { executablePath: process.env.CHROMIUM, args } },
});
