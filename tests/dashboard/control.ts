// Control calls of a test, beside the page: what somebody else does in the same session.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dashboard } from "./dashboard";

/** The JSON of a control call in the session of a dashboard; null without a body. */
export async function control(dashboard: Dashboard, method: string, path: string, body?: unknown): Promise<any> {
  const headers = { "X-Mock-Session": dashboard.key };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(`${dashboard.url}/__mock/${path}`, init);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

/** The path of a file with an OpenAPI document that has these paths. */
export async function documentFile(paths: object, components: object = {}): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), "dashboard-")), "openapi.json");
  await writeFile(file, JSON.stringify({ openapi: "3.1.0", info: { title: "Things", version: "1" }, paths, components }));
  return file;
}

/** Many operations: `GET /things0/{id}` and so on, each with three statuses. */
export function manyPaths(count: number): object {
  const responses = Object.fromEntries(["200", "404", "500"].map((status) => [status, { description: `Answer ${status}.` }]));
  const parameters = [{ name: "id", in: "path", required: true, schema: { type: "string" } }];
  const numbers = [...Array(count).keys()];
  return Object.fromEntries(numbers.map((number) => [
    `/things${number}/{id}`, { get: { operationId: `get-thing-${number}`, summary: `Get thing ${number}`, parameters, responses } },
  ]));
}
