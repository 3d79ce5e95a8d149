// mock-server.ts: globalSetup for Playwright and Vitest; the runner calls the returned function at the end
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export default async function startMockServer() {
  const server = spawn("mockserver", ["-p", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => server.kill()); // in case the runner ends without calling it
  process.env.MOCK_URL = await new Promise<string>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`mockserver ended with ${code}`)));
    // keep reading after the ready line, because a full pipe would block the server
    createInterface({ input: server.stdout }).on("line", (line) => {
      const url = /^mockserver is listening on (http\S+)$/.exec(line)?.[1];
      if (url) resolve(url);
    });
  });
  return async () => {
    server.kill();
    await once(server, "exit");
  };
}
