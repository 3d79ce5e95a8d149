"""Control calls about mutations, which change answers on purpose."""

import pytest

from tests.support.console import problem

NULL = "update-a-cart 200 null /data/purchaser_id"
GONE = "update-a-cart 409 error ORDER_NOT_CART"
BROKEN = "update-a-cart 200 wrong-type /data/id"


def row(console, name: str) -> dict[str, object]:
    rows = console.call("GET mutations").json()["mutations"]
    return next(each for each in rows if each["name"] == name)


def test_a_session_s_answers_are_changed_until_it_is_reset_and_no_other_s(console):
    assert console.call("PUT session/mutation", {"name": NULL}).json()["within"] is True
    changed = console.patch()
    assert changed.json()["data"]["purchaser_id"] is None
    assert (changed.header("x-mock-mutation"), changed.header("x-mock-source")) == (NULL, "model")
    assert console.patch(session="other").json()["data"]["purchaser_id"] == 12
    assert console.call("GET session").json()["mutation"] == NULL
    console.call("POST session/reset")
    assert console.patch().json()["data"]["purchaser_id"] == 12


def test_the_state_is_what_it_would_be_without(console):
    console.call("PUT session/mutation", {"name": BROKEN})
    assert console.patch(body={"acquisition_mode": "BUY"}).json()["data"]["id"] == "42"
    assert console.state()["carts"]["42"]["mode"] == "BUY"
    assert console.call("DELETE session/mutation").status == 204
    assert console.patch().json()["data"]["id"] == 42


def test_an_error_takes_the_place_of_the_model_and_changes_nothing(console):
    before = console.state()
    console.call("PUT session/mutation", {"name": GONE})
    answer = console.patch(body={"acquisition_mode": "BUY"})
    assert (answer.status, answer.json()) == (409, {"error": "ORDER_NOT_CART"})
    assert answer.header("x-mock-mutation") == GONE
    assert console.state() == before


def test_what_the_client_asks_for_itself_goes_before_an_error(console):
    console.call("PUT session/mutation", {"name": GONE})
    assert console.patch(headers={"x-mock-scenario": "invalid-user"}).json() == {"error": "INVALID_USER"}
    assert console.patch(body={"purchaser_id": 0}).status == 400


def test_an_answer_that_a_mutation_breaks_says_that_it_is_off_contract_and_the_trail_says_why(console):
    console.call("PUT session/mutation", {"name": BROKEN})
    assert console.patch().header("x-mock-off-contract") == "1; intended"
    trail = console.exchanges()[0]["trail"]
    assert {"step": "mutate", "decided": "wrong-type at /data/id", "where": None} in trail


def test_a_mutation_for_all_begins_every_session_anew(console):
    console.patch(body={"acquisition_mode": "BUY"}, session="old")
    assert console.call("PUT mutation", {"name": NULL}).status == 200
    keys = [each["key"] for each in console.call("GET sessions").json()["sessions"]]
    assert keys == ["default"]
    for session in ("default", "old", "new"):
        assert console.patch(session=session).json()["data"]["purchaser_id"] is None
    assert console.state("old")["carts"]["42"]["mode"] == "LEASING"
    assert console.call("DELETE mutation").status == 204
    assert console.patch(session="old").json()["data"]["purchaser_id"] == 12


def test_a_fork_has_the_mutation_of_its_source(console):
    console.call("PUT session/mutation", {"name": NULL}, session="a")
    assert console.call("POST session/fork", {"from": "a"}, session="b").json()["mutation"] == NULL
    assert console.patch(session="b").json()["data"]["purchaser_id"] is None


def test_the_list_says_how_many_answers_each_has_changed(console):
    assert row(console, NULL)["changed"] == 0
    console.call("PUT session/mutation", {"name": NULL})
    console.patch()
    console.patch(headers={"x-mock-scenario": "order-not-cart"})  # has no purchaser
    assert row(console, NULL) == {
        "name": NULL,
        "operation": "update-a-cart",
        "response": "200",
        "kind": "null",
        "pointer": "/data/purchaser_id",
        "within": True,
        "changed": 1,
    }


def test_the_list_is_that_of_one_operation_where_one_is_named(console):
    rows = console.call("GET mutations?operation=update-a-cart").json()["mutations"]
    assert rows == console.call("GET mutations").json()["mutations"]
    assert problem(console.call("GET mutations?operation=update-cart")) == "404 unknown-operation"
    assert problem(console.call("GET mutations?kind=null")) == "422 bad-data"


def names(console, query: str = "", **options: str) -> list[str]:
    return [
        each["name"]
        for each in console.call(f"GET mutations?limit=1000{query}", **options).json()["mutations"]
    ]


def test_the_list_has_what_the_session_has_met_and_the_errors_that_can_replace_it(console):
    console.patch(session="a")
    met = names(console, session="a")
    bodies, errors = (
        [each for each in met if " error" not in each],
        [each for each in met if " error" in each],
    )
    assert {each.split()[1] for each in bodies} == {"200"}
    assert len(errors) == 12
    console.patch(session="a", headers={"x-mock-scenario": "order-not-cart"})
    assert {each.split()[1] for each in names(console, session="a") if " error" not in each} == {"200", "409"}
    assert names(console, "&operation=update-a-cart", session="a") == names(console, session="other")


def test_pages_follow_each_other_and_have_each_mutation_once(console):
    found, cursor = [], ""
    while cursor is not None:
        page = console.call(f"GET mutations?limit=20{cursor and f'&cursor={cursor}'}").json()
        found += [each["name"] for each in page["mutations"]]
        cursor = page["next"]
    assert found == names(console)
    assert problem(console.call("GET mutations?cursor=x")) == "422 bad-data"


@pytest.mark.parametrize("call", ["PUT session/mutation", "PUT mutation"])
def test_an_unknown_mutation_is_refused_with_the_nearest_and_nothing_changes(console, call):
    console.patch(session="old")
    refused = console.call(call, {"name": NULL + "s"})
    assert problem(refused) == "404 unknown-mutation"
    assert f"did you mean {NULL!r}?" in refused.json()["detail"]
    assert "old" in [each["key"] for each in console.call("GET sessions").json()["sessions"]]
