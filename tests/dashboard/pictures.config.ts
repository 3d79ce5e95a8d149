import { defineConfig } from "@playwright/test";
import clients from "./clients.config.ts";

export default defineConfig({ ...clients, testMatch: "pictures.ts", workers: 1 });
