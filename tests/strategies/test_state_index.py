"""The values of a state, by name: ids, members of items, and objects with the same members."""

from mockserver.strategies.state_index import MOST_ITEMS, Address, StateIndex

STATE = {
    "companies": {"1": {"name": "One"}, "2": {"name": "Two"}},
    "users": {"11": {"company": 1}, "12": {"company": 1}, "21": {"company": 2}},
    "orders": {
        "7": {"company": 1, "buyer": 12, "lines": [{"product": 101, "colour": "red", "note": None}]},
        "8": {"company": 2, "buyer": 21, "lines": []},
    },
    "products": {"101": {"sku": "a"}, "102": {"sku": "b"}},
}
INDEX = StateIndex(STATE, {}, ())


def values(name: str, collection: str | None) -> list[object]:
    return [each.value for each in INDEX.accepted(name, collection, "any", lambda _: True)]


def test_ids_are_strings_and_numbers():
    assert values("user_id", "users") == ["11", 11, "12", 12, "21", 21]


def test_a_name_refers_to_the_only_collection_that_has_all_its_values_as_ids():
    assert INDEX.collection("buyer_id") == "users"


def test_a_name_that_refers_to_no_collection_has_the_values_of_members_with_its_name():
    assert INDEX.collection("paint_colour") is None
    assert values("paint_colour", None) == ["red"]


def test_the_objects_of_the_state_are_records_with_the_names_of_the_properties():
    (record,) = INDEX.records(("product_id", "colour", "note", "amount"))
    assert record.members == {"product_id": 101, "colour": "red", "note": None}
    assert record.items == (Address("orders", "7"),)


def test_an_example_is_a_record_unless_it_names_what_the_state_lacks():
    examples = ({"product_id": 102, "colour": "blue"}, {"product_id": 999, "colour": "green"})
    records = StateIndex(STATE, {}, examples).records(("product_id", "colour"))
    assert [each.members["colour"] for each in records] == ["blue", "red"]


def test_items_of_different_owners_do_not_agree():
    order = Address("orders", "7")
    assert INDEX.agree(order, Address("users", "12"))
    assert INDEX.agree(order, Address("companies", "1"))
    assert INDEX.agree(order, Address("products", "102"))  # belongs to nobody
    assert not INDEX.agree(order, Address("users", "21"))
    assert not INDEX.agree(order, Address("companies", "2"))


def test_a_large_collection_is_known_by_its_first_and_last_items():
    index = StateIndex({"rows": {str(number): {} for number in range(1_000)}}, {}, ())
    keys = index.keys("rows")
    assert (len(keys), keys[0], keys[-1]) == (2 * MOST_ITEMS, "0", "999")
