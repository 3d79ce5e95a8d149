import { defineConfig } from "@playwright/test";
import clients from "./clients.config";

export default defineConfig({ ...clients, testMatch: "pictures.ts", workers: 1 });
