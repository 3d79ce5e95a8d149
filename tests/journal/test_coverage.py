"""How much of the contract is covered: each status, error code, request property and enum value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.nesting import count_values
from mockserver.journal.coverage import Fact, FactBits, documented_facts, first_values, report
from tests.support.documents import contract_of, operation_of
from tests.support.patches import BUNDLED

CARTS = BUNDLED.contract.operation("update-a-cart")
NOTES = """\
paths:
  /notes:
    post:
      operationId: add
      parameters:
        - {name: sort, in: query, schema: {enum: [asc, desc]}}
        - {name: a/b, in: query, schema: {type: string}}
        - {name: id, in: header, schema: {type: string}}
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Note"}}
          text/plain: {schema: {type: string}}
      responses:
        "201": {description: Added.}
        4XX: {description: Refused.}
        default: {description: Anything else.}
components:
  schemas:
    Note:
      allOf:
        - {properties: {kind: {enum: [plain, 1, null, true]}, body: {type: string}}}
        - oneOf:
            - {properties: {tags: {type: array, items: {enum: [x, y]}}}}
            - {properties: {inner: {$ref: "#/components/schemas/Note"}}}
"""


def names(facts, kind):
    return [fact.name for fact in facts if fact.kind == kind]


def shown(operation, status=200, body=None, query=(), answer=None):
    """The documented facts that an exchange covers, by kind and name."""
    facts = list(dict.fromkeys(documented_facts(operation)))
    fact_bits = FactBits(operation, lambda fact: 1 << facts.index(fact))
    error = answer.get("error") if isinstance(answer, dict) else None
    bits = fact_bits.covered(status, error, query, body)
    return {(fact.kind, fact.name) for place, fact in enumerate(facts) if bits >> place & 1}


# What the contract documents


def test_the_bundled_contract_documents_its_statuses_codes_properties_and_values():
    facts = list(documented_facts(CARTS))
    assert names(facts, "status") == ["200", "400", "403", "404", "409", "500"]
    assert names(facts, "code") == [
        "KEYBOARD_LAYOUT_REQUIRED", "INVALID_PURCHASER", "INVALID_USER", "INVALID_ADDRESS",
        "INSUFFICIENT_SCOPE", "CART_NOT_FOUND", "COMPANY_NOT_FOUND", "DELIVERY_COUNTRY_NOT_FOUND",
        "PRODUCT_NOT_FOUND", "PRODUCT_PRICING_UNAVAILABLE", "ORDER_NOT_CART", "INTERNAL_ERROR",
    ]  # fmt: skip
    assert set(names(facts, "property")) == {
        "body/purchaser_id",
        "body/order_items",
        "body/acquisition_mode",
        *(
            f"body/order_items/*/{name}"
            for name in (
                "product_id",
                "delivery_country",
                "keyboard_layout",
                "user_id",
                "shipping_address_id",
            )
        ),
    }
    assert {"body/acquisition_mode=LEASING", "body/acquisition_mode=BUY"} <= set(names(facts, "value"))
    assert sum(name.startswith("body/order_items/*/keyboard_layout=") for name in names(facts, "value")) == 11


def test_facts_are_found_through_references_branches_arrays_and_recursion():
    facts = list(documented_facts(operation_of(NOTES)))
    assert names(facts, "status") == ["201", "4XX", "default"]
    properties = set(names(facts, "property"))
    assert {"query/sort", "query/a~1b", "body/kind", "body/tags", "body/inner"} <= properties
    assert not any("id" in name for name in properties), "headers are left out"
    assert {"query/sort=asc", "body/kind=plain", "body/kind=1", "body/tags/*=x"} <= set(names(facts, "value"))


def test_a_property_may_be_called_body():
    assert "body/body" in names(documented_facts(operation_of(NOTES)), "property")


def test_an_operation_without_inputs_documents_its_statuses():
    operation = operation_of('paths: {/a: {get: {operationId: a, responses: {"200": {description: Yes.}}}}}')
    assert list(documented_facts(operation)) == [Fact("a", "status", "200")]


# What an exchange shows


@pytest.mark.parametrize(
    ("status", "name"), [(201, "201"), (404, "4XX"), (422, "4XX"), (500, "default"), (200, "default")]
)
def test_a_status_covers_the_response_that_documents_it(status, name):
    assert ("status", name) in shown(operation_of(NOTES), status)


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ({"error": "CART_NOT_FOUND"}, {"CART_NOT_FOUND"}),
        ({"error": "a sentence"}, set()),
        ({"error": 1}, set()),
        ([], set()),
        (None, set()),
    ],
    ids=repr,
)
def test_an_answer_covers_its_error_code(answer, codes):
    assert {name for kind, name in shown(CARTS, 404, answer=answer) if kind == "code"} == codes


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, []),
        ([], []),
        ({"unheard_of": 1}, []),
        ({"purchaser_id": 12}, ["body/purchaser_id"]),
        ({"purchaser_id": None}, ["body/purchaser_id"]),
        ({"acquisition_mode": "BUY"}, ["body/acquisition_mode", "body/acquisition_mode=BUY"]),
        ({"acquisition_mode": "RENT"}, ["body/acquisition_mode"]),
        ({"order_items": []}, ["body/order_items"]),
        (
            {"order_items": [{"user_id": 1}, {"keyboard_layout": "FRENCH_AZERTY"}]},
            [
                "body/order_items",
                "body/order_items/*/user_id",
                "body/order_items/*/keyboard_layout",
                "body/order_items/*/keyboard_layout=FRENCH_AZERTY",
            ],
        ),
    ],
    ids=repr,  # lists: a set has another repr in each worker of xdist
)
def test_a_body_covers_its_properties_and_enum_values(body, expected):
    assert {name for _, name in shown(CARTS, body=body)} - {"200"} == {*expected}


def test_a_query_covers_its_parameters_and_values():
    query = [("sort", "asc"), ("a/b", "1"), ("other", "x")]
    assert {name for _, name in shown(operation_of(NOTES), 201, query=query)} == {
        "201", "query/sort", "query/sort=asc", "query/a~1b",
    }  # fmt: skip


@pytest.mark.parametrize("value", ["plain", 1, None, True])
def test_an_enum_value_may_have_any_type(value):
    assert ("value", f"body/kind={value}") in shown(operation_of(NOTES), body={"kind": value})


# Shared and recursive schemas

ORDERS = """\
paths:
  /orders:
    post:
      operationId: order
      requestBody:
        content:
          application/json:
            schema:
              properties:
                customer: {properties: {address: {$ref: "#/components/schemas/Address"}}}
                shipping: {$ref: "#/components/schemas/Address"}
                billing: {anyOf: [{$ref: "#/components/schemas/Address"}, {properties: {vat: {}}}]}
      responses: {"201": {description: Ordered.}}
components:
  schemas:
    Address:
      properties:
        country: {enum: [DE, FR]}
        former: {type: array, items: {$ref: "#/components/schemas/Address"}}
"""


def test_a_shared_schema_is_listed_once_at_the_location_nearest_to_the_top():
    facts = [fact for fact in documented_facts(operation_of(ORDERS)) if fact.kind in ("property", "value")]
    assert [fact.name for fact in facts] == [
        "body/customer",
        "body/customer/address",
        "body/shipping",
        "body/shipping/country",
        "body/shipping/country=DE",
        "body/shipping/country=FR",
        "body/shipping/former",
        "body/billing",
        "body/billing/vat",
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"shipping": {"country": "DE"}}, {"shipping", "shipping/country", "shipping/country=DE"}),
        ({"billing": {"country": "FR", "vat": 1}}, {
            "billing", "billing/vat", "shipping/country", "shipping/country=FR",
        }),
        ({"customer": {"address": {"former": [{"former": [{"country": "DE"}]}]}}}, {
            "customer", "customer/address", "shipping/former", "shipping/country", "shipping/country=DE",
        }),
    ],
    ids=["at its location", "at another location", "below itself"],
)  # fmt: skip
def test_a_member_covers_what_its_schema_lists_at_whichever_location_it_is_sent(body, expected):
    covered = {name for kind, name in shown(operation_of(ORDERS), 201, body=body) if kind != "status"}
    assert covered == {f"body/{name}" for name in expected}


def clique(size: int) -> str:
    """A document with `size` schemas, each of which has all of them as properties."""
    properties = ", ".join(f"p{n}: {{$ref: '#/components/schemas/S{n}'}}" for n in range(size))
    schemas = "\n".join(f"    S{n}: {{properties: {{{properties}}}}}" for n in range(size))
    content = "{application/json: {schema: {$ref: '#/components/schemas/S0'}}}"
    return (
        f"paths: {{/s: {{post: {{operationId: s, requestBody: {{content: {content}}}, responses: {{}}}}}}}}\n"
        f"components:\n  schemas:\n{schemas}\n"
    )


@pytest.mark.parametrize("size", [1, 5, 30])
def test_schemas_that_refer_to_each_other_are_as_many_facts_as_they_have_properties(size):
    assert len(names(documented_facts(operation_of(clique(size))), "property")) == size * size


def test_only_facts_that_an_exchange_covers_take_a_bit():
    asked: dict[Fact, int] = {}
    fact_bits = FactBits(operation_of(clique(30)), lambda fact: asked.setdefault(fact, 1))
    fact_bits.covered(200, None, (), {"p1": {"p2": {"p3": {}}}})
    assert {fact.name for fact in asked} == {"body/p1", "body/p1/p2", "body/p2/p3"}


# The report


def test_a_report_without_exchanges_covers_no_fact():
    said = report(BUNDLED.contract, set())
    [row] = said["operations"]
    assert (row["operation"], row["method"], row["path"]) == ("update-a-cart", "PATCH", "/carts/{order_id}")
    assert not any(
        fact["seen"] for kind in ("statuses", "codes", "properties", "values") for fact in row[kind]
    )
    assert said["totals"]["codes"] == {"seen": 0, "of": 12, "percent": 0.0}
    assert said["totals"]["all"]["of"] == len(set(documented_facts(CARTS)))


def test_a_contract_that_documents_nothing_of_a_kind_is_fully_covered():
    contract = contract_of('paths: {/a: {get: {operationId: a, responses: {"200": {description: Yes.}}}}}')
    totals = report(contract, {Fact("a", "status", "200")})["totals"]
    assert totals["codes"] == {"seen": 0, "of": 0, "percent": 100.0}
    assert totals["all"] == {"seen": 1, "of": 1, "percent": 100.0}


@given(st.sets(st.sampled_from(sorted(documented_facts(CARTS)))), st.booleans())
def test_totals_add_up_and_what_is_not_documented_does_not_count(covered, more):
    extra = {Fact("update-a-cart", "status", "418"), Fact("other", "status", "200")} if more else set()
    said = report(BUNDLED.contract, covered | extra)
    [row] = said["operations"]
    kinds = ("statuses", "codes", "properties", "values")
    for kind in kinds:
        total = said["totals"][kind]
        assert (total["seen"], total["of"]) == (sum(fact["seen"] for fact in row[kind]), len(row[kind]))
    every = said["totals"]["all"]
    assert every["seen"] == sum(said["totals"][kind]["seen"] for kind in kinds) == len(covered)
    assert every["percent"] == round(100 * every["seen"] / every["of"], 1)


# Long bodies

values = st.recursive(
    st.none() | st.integers(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
)


@given(values, st.integers(min_value=1, max_value=50))
def test_of_a_long_body_the_first_values_are_looked_at(value, most):
    kept = first_values(value, most)
    assert count_values(kept, most + 1) == min(most, count_values(value, most))


def test_the_first_values_are_in_document_order():
    assert first_values([[1, {"a": 2}], {"b": 3, "c": 4}], 7) == [[1, {"a": 2}], {"b": 3}]
