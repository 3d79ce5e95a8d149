// cypress.config.ts: start the mock server for the run
import { defineConfig } from "cypress";
import startMockServer from "./mock-server";

export default defineConfig({
  e2e: {
    async setupNodeEvents(on, config) {
      on("after:run", await startMockServer());
      config.env.MOCK_URL = process.env.MOCK_URL;
      return config;
    },
  },
});
