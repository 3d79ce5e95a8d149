"""A world is read from plain data, and every error has a pointer."""

import pytest
from hypothesis import given

from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import BadData, DataError
from mockserver.models.carts.dumping import dump
from mockserver.models.carts.loading import read_world
from mockserver.models.carts.world import World
from tests.support.bundled import WORLD
from tests.support.worlds import few, worlds

DEVICE: dict[str, Json] = {"product": 201, "country": "FR"}


def errors_in(data: Json) -> tuple[DataError, ...]:
    with pytest.raises(BadData) as bad:
        read_world(data)
    return bad.value.errors


def cart(**fields: Json) -> Json:
    """The bundled world with these fields in cart 42."""
    return merge_patch(dump(WORLD), {"carts": {"42": fields}})


def world(**collections: Json) -> Json:
    return merge_patch(dump(WORLD), collections)


def prices(by_mode: Json) -> Json:
    return world(products={"201": {"prices": {"EUR": by_mode}}})


@few
@given(worlds())
def test_a_dumped_world_is_loaded_to_the_same_world(some: World) -> None:
    assert read_world(dump(some)) == some


def test_what_may_be_null_may_be_left_out() -> None:
    data: Json = {
        "default_company": 1,
        "companies": {"1": {"name": "A", "currency": "EUR"}},
        "carts": {"5": {"company": 1, "state": "cart", "mode": "BUY"}},
        "tokens": {"flt_sk_x": {}},
    }
    read = read_world(data)
    assert read.carts["5"].devices == ()
    assert read.tokens["flt_sk_x"].company is None
    assert read.next_device_id == 1


@few
@given(worlds())
def test_both_spellings_of_the_world_s_settings_mean_the_same(some: World) -> None:
    data = dump(some)
    del data["world"]
    names: Json = {"default_company": some.default_company, "next_device_id": some.next_device_id}
    assert read_world(merge_patch(data, names)) == some


def test_a_key_of_the_file_goes_before_the_item_of_the_state() -> None:
    assert read_world(world(default_company=2)).default_company == 2
    assert read_world(world(next_device_id=77_777)).next_device_id == 77_777


def test_devices_without_an_id_are_counted_up_from_the_highest() -> None:
    read = read_world(cart(devices=[DEVICE, {**DEVICE, "id": 50_000}, DEVICE]))
    assert [device.id for device in read.carts["42"].devices] == [50_001, 50_000, 50_002]
    assert read.next_device_id == 50_003


def test_the_count_of_devices_goes_on_from_where_the_file_says() -> None:
    assert read_world(world(next_device_id=77_777)).next_device_id == 77_777


@pytest.mark.parametrize(
    ("data", "pointer", "message"),
    [
        pytest.param([], "", "expected an object, found an array", id="no object"),
        pytest.param(
            world(cart={}), "/cart", "unknown key 'cart'; did you mean 'carts'?", id="unknown collection"
        ),
        pytest.param(
            world(carts=[]), "/carts", "expected an object, found an array", id="collection of the wrong type"
        ),
        pytest.param(
            world(carts={"42": 7}), "/carts/42", "expected an object, found a number", id="entry no object"
        ),
        pytest.param({**dump(WORLD), "carts": {"42": None}}, "/carts/42", "found null", id="entry null"),
        pytest.param(
            world(world={"company": {"default": None}}),
            "/world/company/default",
            "found nothing",
            id="no default company",
        ),
        pytest.param(
            world(world=None), "/default_company", "found nothing", id="no default company by either name"
        ),
        pytest.param(
            world(world={"company": {"default": 4}}),
            "/world/company/default",
            "unknown company 4",
            id="default company unknown",
        ),
        pytest.param(
            world(default_company=4),
            "/default_company",
            "unknown company 4",
            id="default company by the file's name",
        ),
        pytest.param(
            world(next_device_id="5"),
            "/next_device_id",
            "expected an integer",
            id="device by the file's name",
        ),
        pytest.param(
            world(world={"device": {"next_id": 0}}), "/world/device/next_id", "0 is less than 1", id="device"
        ),
        pytest.param(
            world(world={"compny": {}}), "/world/compny", "did you mean 'company'?", id="world's item"
        ),
        pytest.param(
            world(world={"device": {"next": 1}}), "/world/device/next", "'next_id'?", id="world's member"
        ),
        pytest.param(world(carts={"042": {}}), "/carts/042", "expected an id", id="id with a nought before"),
        pytest.param(world(users={"x": {}}), "/users/x", "expected an id", id="id in letters"),
        pytest.param(world(users={"٤٢": {}}), "/users/٤٢", "expected an id", id="id in other digits"),
        pytest.param(
            world(users={"9" * 19: {}}), "/users/" + "9" * 19, "at most 18 digits", id="id too long"
        ),
        pytest.param(
            world(countries={"fr": {"name": "x"}}), "/countries/fr", "country code", id="country code"
        ),
        pytest.param(world(tokens={"sk/1": {}}), "/tokens/sk~11", "expected a token", id="token form"),
        pytest.param(cart(stat="cart"), "/carts/42/stat", "did you mean 'state'?", id="unknown key"),
        pytest.param(cart(state="order"), "/carts/42/state", "did you mean 'ordered'?", id="unknown state"),
        pytest.param(cart(state=None), "/carts/42/state", "expected a state, found nothing", id="no state"),
        pytest.param(cart(mode="LEASE"), "/carts/42/mode", "did you mean 'LEASING'?", id="unknown mode"),
        pytest.param(cart(company="1"), "/carts/42/company", "an integer, found a string", id="id as text"),
        pytest.param(cart(company=True), "/carts/42/company", "an integer, found a boolean", id="id as true"),
        pytest.param(cart(purchaser=0), "/carts/42/purchaser", "0 is less than 1", id="id nought"),
        pytest.param(
            cart(purchaser=112), "/carts/42/purchaser", "user 112; did you mean '12'?", id="user unknown"
        ),
        pytest.param(
            cart(purchaser=21), "/carts/42/purchaser", "user 21 belongs to company 2", id="user foreign"
        ),
        pytest.param(
            cart(shipping_address=81),
            "/carts/42/shipping_address",
            "belongs to company 2",
            id="address foreign",
        ),
        pytest.param(cart(devices={}), "/carts/42/devices", "expected an array", id="devices no list"),
        pytest.param(
            cart(devices=[{**DEVICE, "product": 2001}]),
            "/carts/42/devices/0/product",
            "unknown product 2001; did you mean '201'?",
            id="product unknown",
        ),
        pytest.param(
            cart(devices=[{**DEVICE, "country": "FF"}]),
            "/carts/42/devices/0/country",
            "unknown country 'FF'; did you mean 'FR'?",
            id="country unknown",
        ),
        pytest.param(
            cart(devices=[{**DEVICE, "layout": "FRENCH_AZERT"}]),
            "/carts/42/devices/0/layout",
            "did you mean 'FRENCH_AZERTY'?",
            id="layout unknown",
        ),
        pytest.param(
            cart(devices=[{**DEVICE, "user": 22}]),
            "/carts/42/devices/0/user",
            "belongs to company 2",
            id="device user foreign",
        ),
        pytest.param(
            cart(devices=[DEVICE, {**DEVICE, "id": 9002}]),
            "/carts/44/devices/0/id",
            "the device id 9002 occurs twice, first at /carts/42/devices/1",
            id="device given twice",
        ),
        pytest.param(
            world(users={"12": {"company": 9}}), "/users/12/company", "unknown company 9", id="user nowhere"
        ),
        pytest.param(
            world(tokens={"flt_sk_x": {"company": 9}}),
            "/tokens/flt_sk_x/company",
            "company 9",
            id="token nowhere",
        ),
        pytest.param(
            world(tokens={"flt_sk_x": {"scopes": ["cart:write"]}}),
            "/tokens/flt_sk_x/scopes/0",
            "did you mean 'carts:write'?",
            id="unknown scope",
        ),
        pytest.param(
            world(addresses={"56": {"country": "FX"}}),
            "/addresses/56/country",
            "did you mean 'FR'?",
            id="address nowhere",
        ),
        pytest.param(
            world(products={"201": {"countries": ["FR", "XX"]}}),
            "/products/201/countries/1",
            "unknown country 'XX'",
            id="sold nowhere",
        ),
        pytest.param(
            world(companies={"1": {"currency": "euro"}}),
            "/companies/1/currency",
            "such as 'EUR'",
            id="currency",
        ),
        pytest.param(
            prices({"LEASING": 12.5}), "/products/201/prices/EUR/LEASING", "as a string", id="amount as float"
        ),
        pytest.param(
            prices({"BUY": "-1.00"}), "/products/201/prices/EUR/BUY", "from 0", id="amount below nought"
        ),
        pytest.param(
            prices({"BUY": "1.005"}), "/products/201/prices/EUR/BUY", "two decimals", id="three decimals"
        ),
        pytest.param(
            prices({"BUY": "NaN"}), "/products/201/prices/EUR/BUY", "an amount", id="amount not a number"
        ),
        pytest.param(
            prices({"BUY": "1e999999"}), "/products/201/prices/EUR/BUY", "from 0", id="amount without end"
        ),
        pytest.param(
            prices({"RENT": "1.00"}), "/products/201/prices/EUR/RENT", "unknown key", id="price of no mode"
        ),
        pytest.param(
            world(products={"201": {"prices": {"eur": {}}}}),
            "/products/201/prices/eur",
            "'EUR'",
            id="price currency",
        ),
        pytest.param(
            world(products={"101": {"prices": {"EUR": {"BUY": "9.00"}}}}),
            "/products/101/prices/EUR/BUY",
            "expected an object, found a string",
            id="one price for all layouts",
        ),
        pytest.param(
            world(products={"101": {"prices": {"EUR": {"BUY": {"AZERTY": "9.00"}}}}}),
            "/products/101/prices/EUR/BUY/AZERTY",
            "did you mean 'FRENCH_AZERTY'?",
            id="price of no layout",
        ),
    ],
)
def test_an_error_has_its_pointer(data: Json, pointer: str, message: str) -> None:
    (error,) = errors_in(data)
    assert error.pointer == pointer
    assert message in error.message


def test_all_errors_are_raised_together() -> None:
    found = errors_in(
        cart(state="gone", purchaser=999, colour="red", devices=[{"product": 999, "country": "FR"}])
    )
    assert {error.pointer for error in found} == {
        "/carts/42/state",
        "/carts/42/purchaser",
        "/carts/42/colour",
        "/carts/42/devices/0/product",
    }
