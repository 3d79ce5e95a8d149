// The types that openapi-typescript generates from the live contract, compared with the server's answers.
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import { expect, expectTypeOf, test } from "vitest";
import type { components, paths } from "./api";
import type { paths as controlPaths } from "./control";

const baseUrl = process.env.MOCK_URL;
const params = { path: { order_id: "42" } };
type Cart = components["schemas"]["GetCartResponse"]["data"];

function clients() {
  const headers = { "X-Mock-Session": randomUUID() };
  return {
    api: createClient<paths>({ baseUrl, headers: { ...headers, Authorization: "Bearer flt_sk_demo" } }),
    control: createClient<controlPaths>({ baseUrl: `${baseUrl}/__mock`, headers }),
  };
}

test("the compiler refuses what the contract forbids, and so does the server", async () => {
  const { api } = clients();
  // @ts-expect-error: a purchaser is a number
  const { response } = await api.PATCH("/carts/{order_id}", { params, body: { purchaser_id: "12" } });
  expect(response.status).toBe(400);
  // @ts-expect-error: an item needs its product and country
  const { error } = await api.PATCH("/carts/{order_id}", { params, body: { order_items: [{}] } });
  expect(error?.error).toContain("product_id");
  // @ts-expect-error: there is no such path
  expect((await api.PATCH("/baskets/{order_id}", { params, body: {} })).response.status).toBe(404);
});

test("an answer has the type that the contract gives it", async () => {
  const body = {
    order_items: [{ product_id: 101, delivery_country: "FR", keyboard_layout: "FRENCH_AZERTY" as const }],
  };
  const { data, error } = await clients().api.PATCH("/carts/{order_id}", { params, body });
  expect(error).toBeUndefined();
  const cart: Cart = data!.data;
  expectTypeOf(cart.rent).toEqualTypeOf<string | null>();
  expectTypeOf(cart.devices[0]!.product_id).toEqualTypeOf<number | null>();
  expect(cart).toMatchObject({ id: 42, num_devices: 1, rent: "39.90", currency: "EUR" });
});

test("each error code of the contract is a type, and the server answers with it", async () => {
  const { api, control } = clients();
  const { data } = await control.GET("/scenarios");
  const codes = [
    "INSUFFICIENT_SCOPE",
    "CART_NOT_FOUND",
    "ORDER_NOT_CART",
    "INTERNAL_ERROR",
    "INVALID_USER",
  ] as const;
  type Code = NonNullable<Awaited<ReturnType<typeof send>>["error"]>["error"];
  const send = (name: string) =>
    api.PATCH("/carts/{order_id}", { params, headers: { "X-Mock-Scenario": name }, body: {} });
  for (const code of codes) {
    const name = code.toLowerCase().replaceAll("_", "-");
    expect(data!.scenarios.map((each) => each.name)).toContain(name);
    expect((await send(name)).error?.error).toBe(code satisfies Code);
  }
});

test("the control API has types of its own", async () => {
  const { api, control } = clients();
  await control.PUT("/session/scenario", { body: { name: "order-not-cart" } });
  const { response } = await api.PATCH("/carts/{order_id}", { params, body: {} });
  expect(response.status).toBe(409);
  const { data } = await control.GET("/requests", { params: { query: { status: 409 } } });
  expect(data!.requests).toHaveLength(1);
  const verified = await control.POST("/requests/verify", { body: { match: { method: "PATCH" }, count: 1 } });
  expect(verified.response.status).toBe(200);
});
