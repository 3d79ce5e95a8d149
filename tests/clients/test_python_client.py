"""openapi-python-client makes a typed client from `/__mock/contract.json`, and its calls pass."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.documents import HEAD
from tests.support.live import Live, serve

SHELVES = """
paths:
  /shelves/{shelf}/books:
    parameters:
      - {name: shelf, in: path, required: true, schema: {type: integer}}
    get:
      operationId: list-books
      tags: [books]
      parameters:
        - {name: tag, in: query, schema: {type: array, minItems: 1, items: {type: string, enum: [new, old]}}}
        - {name: X-Page, in: header, schema: {type: integer, minimum: 1}}
      responses:
        "200":
          description: The books.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Book"}}}}
        "422":
          description: The request breaks this contract.
          content: {application/json: {schema: {$ref: "#/components/schemas/Fault"}}}
    post:
      tags: [books]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}
      responses:
        "201":
          description: It is there now.
          content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}
components:
  schemas:
    Book:
      type: object
      required: [title, subtitle]
      properties:
        title: {type: string, example: Emma}
        subtitle: {type: string, nullable: true, example: null}
        bound: {type: string, format: date, example: "1815-12-23"}
    Fault: {type: object, required: [error], properties: {error: {type: string}}}
"""


def generated(url: str, folder: Path, name: str) -> ModuleType:
    """The client of the contract that a server tells, as a package imported from `folder`.

    A warning of the generator is a failure: it may mean that a part of the contract has no call.
    """
    document, config = folder / "contract.json", folder / "config.json"
    document.write_text(httpx.get(f"{url}/__mock/contract.json").text, encoding="utf-8")
    config.write_text(json.dumps({"post_hooks": []}), encoding="utf-8")  # nobody reads the code: no linter
    options = ["--config", config, "--meta", "none", "--output-path", folder / name, "--fail-on-warning"]
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", document, *options],
        cwd=folder, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        return importlib.import_module(name)


@pytest.fixture(scope="module")
def carts(live_server: Live, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return generated(live_server.url, tmp_path_factory.mktemp("generated"), "carts_of_the_contract")


@pytest.fixture(scope="module")
def models(carts: ModuleType) -> ModuleType:
    return importlib.import_module(f"{carts.__name__}.models")


@pytest.fixture(scope="module")
def update_a_cart(carts: ModuleType) -> ModuleType:
    return importlib.import_module(f"{carts.__name__}.api.default.update_a_cart")


@pytest.fixture
def calling(carts: ModuleType, live_server: Live) -> Iterator[Callable[..., Any]]:
    """Makes clients, each with a session of its own and further headers."""
    with ExitStack() as stack:

        def make(headers: dict[str, str] | None = None) -> Any:
            session = {"X-Mock-Session": f"client-{uuid4()}"}
            client = carts.AuthenticatedClient(
                base_url=live_server.url, token="flt_sk_demo", headers=session | (headers or {})
            )
            return stack.enter_context(client)

        yield make


@pytest.fixture
def client(calling: Callable[..., Any]) -> Any:
    return calling()


def test_a_change_is_answered_by_a_typed_cart(client, models, update_a_cart):
    line = models.PatchCartBodyOrderItemsItem(
        product_id=101,
        delivery_country="FR",
        keyboard_layout=models.PatchCartBodyOrderItemsItemKeyboardLayout.FRENCH_AZERTY,
    )
    cart = update_a_cart.sync("42", client=client, body=models.PatchCartBody(order_items=[line]))
    assert isinstance(cart, models.GetCartResponse)
    assert (cart.data.id, cart.data.num_devices, cart.data.currency) == (42, 1, "EUR")
    [device] = cart.data.devices
    assert (device.product_id, device.rent) == (101, cart.data.rent)


def test_what_may_be_null_is_none(client, models, update_a_cart):
    body = models.PatchCartBody(acquisition_mode=models.PatchCartBodyAcquisitionMode.BUY)
    assert update_a_cart.sync("42", client=client, body=body).data.rent is None


def test_an_invalid_request_is_answered_by_a_sentence_and_the_violations(client, models, update_a_cart):
    answer = update_a_cart.sync_detailed("42", client=client, body=models.PatchCartBody(purchaser_id=0))
    assert answer.status_code == 400
    assert isinstance(answer.parsed, models.PatchCartBadRequestResponseType0)
    [violation] = answer.parsed["violations"]
    assert (violation["pointer"], violation["keyword"]) == ("/purchaser_id", "exclusiveMinimum")


def test_a_cart_that_is_not_there(client, models, update_a_cart):
    answer = update_a_cart.sync_detailed("404", client=client, body=models.PatchCartBody())
    assert (answer.status_code, answer.parsed.error) == (
        404,
        models.PatchCartNotFoundErrorResponseError.CART_NOT_FOUND,
    )


def test_a_scenario_by_header(calling, models, update_a_cart):
    forced = calling({"X-Mock-Scenario": "order-not-cart"})
    answer = update_a_cart.sync_detailed("42", client=forced, body=models.PatchCartBody())
    assert answer.status_code == 409
    assert answer.parsed.error is models.PatchCartConflictErrorResponseError.ORDER_NOT_CART


def test_a_session_by_header_keeps_its_carts_to_itself(calling, models, update_a_cart):
    def purchaser(caller: Any, **change: int) -> int | None:
        return update_a_cart.sync("43", client=caller, body=models.PatchCartBody(**change)).data.purchaser_id

    here, elsewhere = calling(), calling()
    before = purchaser(here)
    assert before != 12
    assert purchaser(here, purchaser_id=12) == purchaser(here) == 12
    assert purchaser(elsewhere) == before


def test_a_401_is_outside_the_contract_so_the_client_calls_it_unexpected(carts, live_server, update_a_cart):
    body = importlib.import_module(f"{carts.__name__}.models").PatchCartBody()
    with carts.Client(base_url=live_server.url, raise_on_unexpected_status=True) as anonymous:
        unexpected = importlib.import_module(f"{carts.__name__}.errors").UnexpectedStatus
        with pytest.raises(unexpected, match="401"):
            update_a_cart.sync("42", client=anonymous, body=body)


def test_a_document_of_the_user_s_own_has_a_client_too(tmp_path):
    path = tmp_path / "shelves.yaml"
    path.write_text(HEAD.replace("3.1.0", "3.0.3") + SHELVES, encoding="utf-8")
    with serve(str(path)) as live:
        shelves = generated(live.url, tmp_path, "shelves_of_the_contract")
        books = {
            name: importlib.import_module(f"{shelves.__name__}.api.books.{name}")
            for name in ("list_books", "post_shelves_shelf_books")
        }
        models = importlib.import_module(f"{shelves.__name__}.models")
        with shelves.Client(base_url=live.url) as client:
            new = [models.ListBooksTagItem.NEW]
            [listed] = books["list_books"].sync(7, client=client, tag=new, x_page=1)
            assert (listed.title, listed.subtitle, listed.bound.year) == ("Emma", None, 1815)
            refused = books["list_books"].sync_detailed(7, client=client, x_page=0)
            assert (refused.status_code, type(refused.parsed)) == (422, models.Fault)
            made = books["post_shelves_shelf_books"].sync(7, client=client, body=listed)
            assert made == listed
