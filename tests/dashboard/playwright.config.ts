import { defineConfig } from "@playwright/test";
import clients from "./clients.config";

export default defineConfig({ ...clients, workers: 2, fullyParallel: true });
