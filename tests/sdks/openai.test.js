import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI, { toFile } from "openai";
import { readAll } from "./read-all.js";

const url = process.env.MOCK_URL;
const client = new OpenAI({ apiKey: "sk-test", baseURL: `${url}/v1`, maxRetries: 0 });
const messages = [{ role: "system", content: "Be short." }, { role: "user", content: "Hello?" }];

test("a chat is answered by a message", async () => {
  const chat = await client.chat.completions.create({ model: "gpt-4o-mini", messages });
  assert.equal(typeof chat.choices[0].message.content, "string");
});

test("a response has a text", async () => {
  const response = await client.responses.create({ model: "gpt-4o-mini", input: "Hello?" });
  assert.equal(response.status, "completed");
  assert.equal(typeof response.output_text, "string");
});

test("embeddings are numbers", async () => {
  const request = { model: "text-embedding-3-small", input: ["one"], encoding_format: "float" };
  const embeddings = await client.embeddings.create(request);
  assert.equal(typeof embeddings.data[0].embedding[0], "number");
});

for (const name of ["models", "files", "batches", "vectorStores", "conversations.items", "fineTuning.jobs"]) {
  test(`the list of ${name} ends`, async () => {
    const resource = name.split(".").reduce((owner, part) => owner[part], client);
    await readAll(name === "conversations.items" ? resource.list("conv_1") : resource.list());
  });
}

test("a file is uploaded, read and deleted", async () => {
  const content = await toFile(Buffer.from('{"a": 1}\n'), "lines.jsonl");
  const file = await client.files.create({ file: content, purpose: "batch" });
  assert.equal((await client.files.retrieve(file.id)).object, "file");
  assert.ok((await (await client.files.content(file.id)).text()).length > 0);
  assert.equal((await client.files.delete(file.id)).deleted, true);
});

test("audio is transcribed", async () => {
  const file = await toFile(Buffer.from("not a real recording"), "hello.mp3");
  const request = { model: "whisper-1", file, timestamp_granularities: ["word"], response_format: "verbose_json" };
  assert.equal(typeof (await client.audio.transcriptions.create(request)).text, "string");
});

test("a vector store is made, changed and deleted", async () => {
  const store = await client.vectorStores.create({ name: "Handbooks", metadata: { team: "docs" } });
  assert.equal((await client.vectorStores.update(store.id, { name: "Manuals" })).object, "vector_store");
  assert.equal((await client.vectorStores.delete(store.id)).deleted, true);
});

test("an invalid request is refused", async () => {
  await assert.rejects(client.chat.completions.create({ model: "gpt-4o", messages, temperature: "hot" }), (error) => {
    // the document describes no error of this operation, so the answer is a problem of the mock itself
    assert.ok(error instanceof OpenAI.UnprocessableEntityError);
    assert.equal(error.headers.get("x-mock-source"), "validation");
    return true;
  });
});

test("a request without a key is an authentication error", async () => {
  await assert.rejects(client.models.list({ headers: { Authorization: null } }), OpenAI.AuthenticationError);
});

test("a slow answer is a timeout", async () => {
  const options = { timeout: 200, headers: { "X-Mock-Delay": "5s" } };
  await assert.rejects(client.models.list(options), OpenAI.APIConnectionTimeoutError);
});

test("a broken connection is a connection error", async () => {
  await assert.rejects(
    client.models.list({ headers: { "X-Mock-Fault": "connection-reset" } }),
    OpenAI.APIConnectionError,
  );
});
