import assert from "node:assert/strict";
import { test } from "node:test";
import Stripe from "stripe";
import { readAll } from "./read-all.js";

const { hostname, port, protocol } = new URL(process.env.MOCK_URL);

function connect(key = "sk_test_123", options = {}) {
  const server = { host: hostname, port, protocol: protocol.slice(0, -1) };
  return new Stripe(key, { ...server, maxNetworkRetries: 0, telemetry: false, ...options });
}

const stripe = connect();

test("an invoice is made, read, changed and deleted", async () => {
  const invoice = await stripe.invoices.create({
    customer: "cus_1", collection_method: "send_invoice", days_until_due: 30, metadata: { order: "7" },
    expand: ["customer", "payments"],
  });
  assert.equal(invoice.object, "invoice");
  assert.equal((await stripe.invoices.retrieve(invoice.id, { expand: ["customer"] })).object, "invoice");
  assert.equal((await stripe.invoices.update(invoice.id, { metadata: { order: "" } })).object, "invoice");
  assert.equal((await stripe.invoices.del(invoice.id)).deleted, true);
});

test("nested lists and objects of a form are accepted", async () => {
  const preview = await stripe.invoices.createPreview({
    customer: "cus_1", invoice_items: [{ amount: 1000, currency: "eur" }], discounts: [{ coupon: "SPRING" }],
  });
  assert.equal(preview.object, "invoice");
});

test("filters of a list are accepted", async () => {
  const filters = { created: { gte: 1735689600, lt: 1738368000 }, limit: 3, expand: ["data.customer"] };
  await readAll(stripe.invoices.list(filters));
});

for (const name of ["invoices", "products", "events", "creditNotes", "files", "disputes", "fileLinks"]) {
  test(`the list of ${name} ends`, async () => {
    await readAll(stripe[name].list({ limit: 3 }));
  });
}

test("a search ends", async () => {
  await readAll(stripe.invoices.search({ query: "status:'open'" }));
});

test("a nested resource is made and listed", async () => {
  const tax = await stripe.customers.createTaxId("cus_1", { type: "eu_vat", value: "DE123456789" });
  assert.equal(tax.object, "tax_id");
  await readAll(stripe.customers.listTaxIds("cus_1"));
});

test("a file is uploaded", async () => {
  const file = { data: Buffer.from("not a real picture"), name: "evidence.png", type: "image/png" };
  assert.equal((await stripe.files.create({ purpose: "dispute_evidence", file })).object, "file");
});

test("an invalid parameter is named", async () => {
  await assert.rejects(stripe.invoices.create({ customer: "cus_1", days_until_due: "soon" }), (error) => {
    assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError, error.constructor.name);
    assert.match(error.message, /days_until_due/);
    return true;
  });
});

test("a request without a key is an authentication error", async () => {
  const anonymous = connect(null, { authenticator: async () => {} });
  await assert.rejects(anonymous.products.list(), Stripe.errors.StripeAuthenticationError);
});

test("a slow answer is a connection error", async () => {
  const slow = connect("sk_test_123", { timeout: 200 });
  const options = { additionalHeaders: { "X-Mock-Delay": "5s" } };
  await assert.rejects(
    slow.rawRequest("GET", "/v1/products", undefined, options),
    Stripe.errors.StripeConnectionError,
  );
});

test("a broken connection is a connection error", async () => {
  const options = { additionalHeaders: { "X-Mock-Fault": "connection-reset" } };
  await assert.rejects(
    stripe.rawRequest("GET", "/v1/products", undefined, options),
    Stripe.errors.StripeConnectionError,
  );
});
