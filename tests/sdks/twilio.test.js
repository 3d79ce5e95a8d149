import assert from "node:assert/strict";
import { test } from "node:test";
import twilio from "twilio";

const ACCOUNT = "AC0123456789abcdef0123456789abcdef";
const MOST = 100; // a list of a mock that has more items does not end

function connect(timeout, headers = {}) {
  const httpClient = new twilio.RequestClient({ timeout });
  Object.assign(httpClient.axios.defaults.headers.common, headers);
  const client = twilio(ACCOUNT, "secret", { httpClient });
  client.api.baseUrl = process.env.MOCK_URL;
  return client;
}

const client = connect(30_000);

test("a message is sent and read", async () => {
  const message = await client.messages.create({ to: "+15558675310", from: "+15017122661", body: "Ahoy" });
  assert.match(message.sid, /^(SM|MM)/);
  assert.ok((await client.messages(message.sid).fetch()).dateCreated instanceof Date);
});

test("a message with several media is accepted", async () => {
  const mediaUrl = ["https://example.com/1.png", "https://example.com/2.png"];
  assert.ok((await client.messages.create({ to: "+15558675310", from: "+15017122661", mediaUrl })).sid);
});

for (const name of ["messages", "calls", "recordings", "queues", "incomingPhoneNumbers", "addresses", "keys"]) {
  test(`the list of ${name} ends`, async () => {
    assert.ok((await client[name].list({ pageSize: 2, limit: MOST })).length < MOST);
  });
}

test("filters by date are accepted", async () => {
  await client.messages.list({ dateSentAfter: new Date("2026-01-31T12:00:00Z"), limit: MOST });
  await client.usage.records.list({ startDate: new Date("2026-01-01"), limit: MOST });
});

test("a call is made, changed and deleted", async () => {
  const call = await client.calls.create({
    to: "+15558675310", from: "+15017122661", url: "https://example.com/answer", record: true,
    statusCallback: "https://example.com/status", statusCallbackEvent: ["initiated", "answered"],
  });
  assert.ok((await client.calls(call.sid).update({ status: "completed" })).sid);
  assert.equal(await client.calls(call.sid).remove(), true);
});

test("a queue is made and deleted", async () => {
  const queue = await client.queues.create({ friendlyName: "Support", maxSize: 20 });
  assert.equal(await client.queues(queue.sid).remove(), true);
});

test("the account is read", async () => {
  assert.match((await client.api.accounts(ACCOUNT).fetch()).sid, /^AC/);
});

test("an invalid value is named", async () => {
  await assert.rejects(client.queues.create({ friendlyName: "Support", maxSize: "many" }), (error) => {
    assert.equal(error.constructor.name, "RestException");
    assert.match(error.message, /MaxSize/);
    return true;
  });
});

test("a slow answer is a timeout", async () => {
  await assert.rejects(connect(200, { "X-Mock-Delay": "5s" }).messages.list({ limit: 1 }), /timeout/);
});

test("a broken connection is an error", async () => {
  await assert.rejects(
    connect(30_000, { "X-Mock-Fault": "connection-reset" }).messages.list({ limit: 1 }),
    /ECONNRESET|socket hang up/,
  );
});
