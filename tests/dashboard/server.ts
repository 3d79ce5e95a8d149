// A mockserver process of a test's own, for what changes the server itself: tokens, limits, restarts.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export class Server {
  url = "";
  private process: ChildProcess | null = null;

  constructor(private readonly args: readonly string[]) {}

  /** Start it, on the port that it had before if it was running already. */
  async start(): Promise<this> {
    const port = this.url ? new URL(this.url).port : "0";
    const process = spawn("mockserver", ["-p", port, ...this.args], { stdio: ["ignore", "pipe", "inherit"] });
    this.process = process;
    this.url = await new Promise<string>((resolve, reject) => {
      process.once("exit", (code) => reject(new Error(`mockserver ended with ${code}`)));
      createInterface({ input: process.stdout! }).on("line", (line) => {
        const url = /^mockserver is listening on (http\S+)$/.exec(line)?.[1];
        if (url) resolve(url.replace("0.0.0.0", "127.0.0.1"));
      });
    });
    return this;
  }

  async stop(): Promise<void> {
    if (!this.process || this.process.exitCode !== null) return;
    this.process.kill();
    await once(this.process, "exit");
  }
}
