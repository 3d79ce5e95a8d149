import assert from "node:assert/strict";
import { test } from "node:test";
import adyen from "@adyen/api-library";

const { CheckoutAPI, Client, HttpClientException } = adyen;
const amount = { value: 1000, currency: "EUR" };
const order = { merchantAccount: "ShopECOM", reference: "ORDER-1", amount };
const returnUrl = "https://example.com/back";

function connect(name, options = {}) {
  const client = new Client({ apiKey: "AQE-test", environment: "TEST", ...options });
  const api = new CheckoutAPI(client)[name];
  api.baseUrl = `${process.env.MOCK_URL}/v72`; // the library speaks HTTPS only: mockserver --tls
  return api;
}

const payments = connect("PaymentsApi");

test("a session is made and read", async () => {
  const request = { ...order, returnUrl, countryCode: "NL" };
  const session = await payments.sessions(request, { idempotencyKey: "8d4f1f8e" });
  assert.ok(session.id);
  assert.ok((await payments.getResultOfPaymentSession(session.id, "result")).status);
});

test("payment methods are listed", async () => {
  const request = { merchantAccount: "ShopECOM", countryCode: "NL", channel: "Web", amount };
  assert.ok((await payments.paymentMethods(request)).paymentMethods.length > 0);
});

for (const paymentMethod of [
  { type: "ideal" },
  { type: "scheme", encryptedCardNumber: "test_4111", encryptedSecurityCode: "test_737" },
  { type: "klarna" },
]) {
  test(`a payment is made by ${paymentMethod.type}`, async () => {
    assert.ok((await payments.payments({ ...order, returnUrl, paymentMethod })).resultCode);
  });
}

test("details of a payment are sent", async () => {
  const details = { redirectResult: "eyJ0cmFuc1N0YXR1cyI6IlkifQ==" };
  assert.ok((await payments.paymentsDetails({ details })).resultCode);
});

test("a payment is captured, refunded and cancelled", async () => {
  const modifications = connect("ModificationsApi");
  const change = { merchantAccount: "ShopECOM", amount };
  assert.equal((await modifications.captureAuthorisedPayment("9936", change)).status, "received");
  assert.equal((await modifications.refundCapturedPayment("9936", change)).status, "received");
  const cancel = { merchantAccount: "ShopECOM" };
  assert.equal((await modifications.cancelAuthorisedPaymentByPspReference("9936", cancel)).status, "received");
});

test("a payment link is made, read and ended", async () => {
  const links = connect("PaymentLinksApi");
  const link = await links.paymentLinks({ ...order, expiresAt: new Date("2027-12-17T10:05:29Z") });
  assert.ok((await links.getPaymentLink(link.id)).id);
  assert.ok((await links.updatePaymentLink(link.id, { status: "expired" })).status);
});

test("stored methods are listed", async () => {
  const stored = await connect("RecurringApi").getTokensForStoredPaymentDetails("shopper-1", "ShopECOM");
  assert.ok(stored.storedPaymentMethods.length > 0);
});

test("a missing member is named", async () => {
  await assert.rejects(payments.sessions({ merchantAccount: "ShopECOM", returnUrl }), (error) => {
    assert.ok(error instanceof HttpClientException, error);
    assert.match(error.message, /amount/);
    return true;
  });
});

for (const status of [400, 401, 403, 422, 500]) {
  test(`the documented ${status} is an exception of the library`, async () => {
    const options = { headers: { Prefer: `code=${status}` } };
    const request = { ...order, returnUrl, paymentMethod: { type: "ideal" } };
    await assert.rejects(payments.payments(request, options), (error) => {
      assert.ok(error instanceof HttpClientException, error);
      assert.equal(error.statusCode, status);
      return true;
    });
  });
}

test("a slow answer is an error", async () => {
  const slow = connect("PaymentsApi", { connectionTimeoutMillis: 200 });
  const options = { headers: { "X-Mock-Delay": "5s" } };
  await assert.rejects(slow.paymentMethods({ merchantAccount: "ShopECOM" }, options));
});

test("a broken connection is an error", async () => {
  const options = { headers: { "X-Mock-Fault": "connection-reset" } };
  await assert.rejects(
    payments.paymentMethods({ merchantAccount: "ShopECOM" }, options),
    { message: /ECONNRESET|socket hang up/ },
  );
});
