"""Control calls about the stubs, the network and the chosen scenarios of a session."""

import json
from pathlib import Path

import pytest

from mockserver.data.source import InvalidFiles
from mockserver.data.yaml import read_yaml
from mockserver.loading import load_backend
from mockserver.scenarios.stub_files import MOST_STUBS
from mockserver.settings import Settings
from tests.support.console import Console, open_console, problem
from tests.support.patches import BUNDLED

REFUSE = {"operation": "update-a-cart", "respond": {"error": "ORDER_NOT_CART"}}
TWICE = {**REFUSE, "times": 2}
DOWN = {
    "operation": "update-a-cart",
    "respond": {"status": 503, "offContract": True, "headers": {"Retry-After": "1"}},
    "times": 2,
}
SLOW = {"delay": "1ms"}
EVERYTHING = {
    "summary": "All that a stub may say.",
    "operation": "update-a-cart",
    "match": {
        "method": "PATCH",
        "path": "/carts/42",
        "pathPattern": "^/carts/[0-9]+$",
        "header": {"X-Tenant": "north"},
        "query": {"page": "2"},
        "body": {"purchaser_id": 12},
        "bodyPartial": {"purchaser_id": 12},
        "bodySchema": {"required": ["purchaser_id"]},
    },
    "validate": True,
    "steps": [
        {"times": 2, "respond": {"status": 503, "offContract": True}, "fault": "timeout", "probability": 0.5},
        {"event": "submit", "expect": {"status": 409, "error": "ORDER_NOT_CART"}},
        {"respond": {"status": 200, "body": "responses/filled-cart.json", "delay": "1ms"}},
    ],
    "delay": {"lognormal": {"median": "1ms", "sigma": 0.5}},
    "fault": {"name": "slow-body", "duration": "1ms", "probability": 0.1},
    "times": 3,
    "expect": {"status": 200},
    "request": {"path": {"order_id": 42}, "headers": {"X-Tenant": "north"}, "body": {}},
}


def lay(console: Console, stub: object, session: str | None = None) -> str:
    """The id of a stub that is laid."""
    answer = console.call("POST session/stubs", stub, session=session)
    assert answer.status == 201, answer.body
    return str(answer.json()["id"])


def stubs(console: Console, session: str | None = None) -> list[dict[str, object]]:
    found: list[dict[str, object]] = console.call("GET session/stubs", session=session).json()["stubs"]
    return found


def errors(console: Console, call: str, body: object) -> dict[str, str]:
    """The message of each pointer that a call refuses."""
    answer = console.call(call, body)
    assert problem(answer) == "422 bad-data"
    return {each["pointer"]: each["message"] for each in answer.json()["faults"]}


# One more stub, the list, one stub


def test_a_stub_that_is_laid_comes_back_with_its_id_and_its_own_path(console):
    answer = console.call("POST session/stubs", TWICE)
    assert answer.status == 201
    assert answer.json() == {"id": "s1", "matched": 0, **TWICE}
    assert answer.header("location") == "/__mock/session/stubs/s1"
    assert console.send("GET", "/__mock/session/stubs/s1").json() == answer.json()


def test_the_location_is_under_the_prefix_of_the_control_api():
    with open_console(Settings(control_prefix="/own")) as console:
        location = console.call("POST session/stubs", REFUSE).header("location")
        assert location == "/own/session/stubs/s1"
        assert console.send("GET", location).status == 200


def test_a_session_has_no_stubs_at_first(console):
    assert console.call("GET session/stubs").json() == {"stubs": []}


def test_the_list_is_newest_first_and_the_newest_that_matches_answers(console):
    ids = [
        lay(console, {**REFUSE, "respond": {"error": code}}) for code in ("ORDER_NOT_CART", "INVALID_USER")
    ]
    assert [each["id"] for each in stubs(console)] == ids[::-1]
    assert console.patch().json() == {"error": "INVALID_USER"}


def test_the_newest_that_disturbs_goes_with_the_newest_that_answers(console):
    lay(console, {"fault": "slow-body; duration=1ms"})
    lay(console, REFUSE)
    lay(console, SLOW)
    answer = console.patch()
    assert answer.json() == {"error": "ORDER_NOT_CART"}
    assert [each["matched"] for each in stubs(console)] == [1, 1, 0]


def test_a_stub_says_how_often_it_matched(console):
    key = lay(console, {**REFUSE, "match": {"bodyPartial": {"purchaser_id": 12}}})
    for purchaser in (12, 13, 12):
        console.patch(body={"purchaser_id": purchaser})
    assert console.call(f"GET session/stubs/{key}").json()["matched"] == 2


def test_what_is_refused_before_is_not_counted(console):
    lay(console, REFUSE)
    assert console.patch(token="nobody").status == 401
    assert console.patch(body={"purchaser_id": "x"}).status == 400
    assert console.patch(headers={"x-mock-scenario": "invalid-user"}).json() == {"error": "INVALID_USER"}
    assert stubs(console)[0]["matched"] == 0


def test_a_stub_that_is_used_up_stays_listed_and_matches_no_more(console):
    lay(console, {**REFUSE, "respond": {"error": "INVALID_USER"}})
    lay(console, TWICE)
    answered = [console.patch().json()["error"] for _ in range(3)]
    assert answered == ["ORDER_NOT_CART", "ORDER_NOT_CART", "INVALID_USER"]
    assert [(each["id"], each["matched"]) for each in stubs(console)] == [("s2", 2), ("s1", 1)]


def test_fail_twice_then_succeed(console):
    lay(console, DOWN)
    answers = [console.patch() for _ in range(3)]
    assert [each.status for each in answers] == [503, 503, 200]
    assert [each.header("retry-after") for each in answers] == ["1", "1", None]
    assert [each.header("x-mock-source") for each in answers] == ["stub", "stub", "model"]


def test_one_stub_is_removed_and_the_others_stay(console):
    first, second = lay(console, REFUSE), lay(console, SLOW)
    assert console.call(f"DELETE session/stubs/{first}").status == 204
    assert [each["id"] for each in stubs(console)] == [second]
    assert problem(console.call(f"GET session/stubs/{first}")) == "404 unknown-stub"


def test_ids_are_not_used_again(console):
    console.call(f"DELETE session/stubs/{lay(console, REFUSE)}")
    assert lay(console, REFUSE) == "s2"
    console.call("PUT session/stubs", {"stubs": [REFUSE]})
    assert stubs(console)[0]["id"] == "s3"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_stub_is_a_problem_that_lists_the_valid_ids_and_names_the_nearest(console, method):
    lay(console, REFUSE)
    answer = console.call(f"{method} session/stubs/s11")
    assert problem(answer) == "404 unknown-stub"
    assert answer.json()["valid"] == ["s1"]
    assert answer.json()["detail"] == "the session has no stub 's11'; did you mean 's1'?"


def test_the_calls_of_a_story_are_forgotten_with_its_stub(console):
    key = lay(console, {"operation": "update-a-cart", "steps": [{"times": 2}, {"respond": {"status": 409}}]})
    console.patch(headers={"x-mock-scenario": "submitted-elsewhere"})
    console.patch()
    counted = [each["scenario"] for each in console.call("GET session").json()["progress"]]
    assert counted == ["submitted-elsewhere", f"the stub {key}"]
    console.call("PUT session/stubs", {"stubs": []})
    counted = [each["scenario"] for each in console.call("GET session").json()["progress"]]
    assert counted == ["submitted-elsewhere"]


def test_all_stubs_are_removed_and_what_has_a_name_stays(console):
    lay(console, REFUSE)
    console.call("PUT session/scenario", {"name": "invalid-user"})
    console.call("PUT session/network", SLOW)
    assert console.call("DELETE session/stubs").status == 204
    session = console.call("GET session").json()
    assert (session["stubs"], session["scenario"], session["network"]) == ([], "invalid-user", SLOW)


# Replacing all of them


def test_what_is_listed_can_be_put_and_is_counted_from_0(console):
    lay(console, EVERYTHING)
    lay(console, TWICE)
    console.patch()
    listed = console.call("GET session/stubs").json()
    assert [each["matched"] for each in listed["stubs"]] == [1, 0]
    put = console.call("PUT session/stubs", listed)
    assert put.status == 200
    assert put.json() == console.call("GET session/stubs").json()
    assert put.json()["stubs"] == [
        {"id": "s4", "matched": 0, **TWICE},
        {"id": "s3", "matched": 0, **EVERYTHING},
    ]


@pytest.mark.parametrize("ignored", [{"id": "s9"}, {"id": 7}, {"matched": -1}, {"matched": None, "id": None}])
def test_an_id_and_a_count_of_the_client_are_ignored(console, ignored):
    console.call("PUT session/stubs", {"stubs": [{**REFUSE, **ignored}]})
    assert stubs(console) == [{"id": "s1", "matched": 0, **REFUSE}]


def test_a_put_lays_all_or_nothing_and_points_to_each_error(console):
    lay(console, SLOW)
    bad = {"stubs": [REFUSE, {"operation": "update-a-cart", "respond": {"status": 503}}, {"delays": "1ms"}]}
    found = errors(console, "PUT session/stubs", bad)
    assert {"/stubs/1/respond/status", "/stubs/2/delays"} <= found.keys()
    assert [each["id"] for each in stubs(console)] == ["s1"]


@pytest.mark.parametrize(
    "body", [{}, [], {"stubs": {}}, {"stubs": None}, {"stubs": [], "more": 1}, {"stubs": [1]}]
)
def test_a_body_that_is_no_list_of_stubs_is_refused(console, body):
    assert problem(console.call("PUT session/stubs", body)) == "422 bad-data"


def test_an_empty_list_removes_all(console):
    lay(console, REFUSE)
    assert console.call("PUT session/stubs", {"stubs": []}).json() == {"stubs": []}
    assert console.patch().status == 200


def test_a_session_has_a_bounded_number_of_stubs(console):
    most = {"stubs": [SLOW] * MOST_STUBS}
    assert console.call("PUT session/stubs", most).status == 200
    assert "at most 1,000" in errors(console, "POST session/stubs", SLOW)[""]
    assert len(stubs(console)) == MOST_STUBS
    assert "/stubs" in errors(console, "PUT session/stubs", {"stubs": [SLOW] * (MOST_STUBS + 1)})


def test_stubs_that_take_too_much_memory_are_refused_as_a_state_is():
    backend = BUNDLED
    with open_console(Settings(memory_limit=4 * 1024 * 1024), backend) as console:
        large = {**REFUSE, "match": {"body": "x" * 1_200_000}}
        assert problem(console.call("POST session/stubs", large)) == "507 state-full"
        assert stubs(console) == []


# What breaks the contract


def test_a_body_that_breaks_the_contract_is_refused_with_its_pointer_and_the_rule(console):
    cart = json.loads((BUNDLED.fixtures / "responses/filled-cart.json").read_bytes())
    cart["data"]["devices"] = 7
    found = errors(console, "POST session/stubs", {**REFUSE, "respond": {"status": 200, "body": cart}})
    assert list(found) == ["/respond/body/data/devices"]
    assert "(/components/schemas/" in found["/respond/body/data/devices"]
    assert found["/respond/body/data/devices"].endswith("expected an array, found 7")


def test_in_a_list_the_pointer_leads_to_the_stub(console):
    bad = {**REFUSE, "respond": {"status": 200, "body": {"data": 7}}}
    found = errors(console, "PUT session/stubs", {"stubs": [REFUSE, bad]})
    assert list(found) == ["/stubs/1/respond/body/data"]


def test_a_step_is_judged_as_an_answer_is(console):
    steps = [{"respond": {"error": "ORDER_NOT_CART"}}, {"respond": {"status": 200, "body": {"data": 7}}}]
    found = errors(console, "POST session/stubs", {"operation": "update-a-cart", "steps": steps})
    assert list(found) == ["/steps/1/respond/body/data"]


def test_a_status_that_the_contract_lacks_is_refused(console):
    found = errors(console, "POST session/stubs", {**REFUSE, "respond": {"status": 503}})
    assert "the contract documents no 503 for update-a-cart" in found["/respond/status"]
    assert "'offContract: true'" in found["/respond/status"]


@pytest.mark.parametrize(
    "respond",
    [
        {"status": 503},
        {"status": 200, "body": {"data": 7}},
        {"status": 418, "text": "x"},
        {"status": 409, "error": "TOO_LATE"},
        {"status": 418, "error": "ORDER_NOT_CART"},
    ],
)
def test_off_contract_lays_it_all_the_same(console, respond):
    lay(console, {**REFUSE, "respond": {**respond, "offContract": True}})
    answer = console.patch()
    assert answer.status == respond["status"]
    assert answer.header("x-mock-off-contract").endswith("; intended")


# Unknown names, and members that are for verifications


@pytest.mark.parametrize(
    ("stub", "pointer", "nearest"),
    [
        ({**REFUSE, "operation": "update-a-carts"}, "/operation", "update-a-cart"),
        ({**REFUSE, "respond": {"error": "ORDER_NOT_CAR"}}, "/respond/error", "ORDER_NOT_CART"),
        ({**REFUSE, "respnd": {}}, "/respnd", "respond"),
        ({**REFUSE, "respond": {"erorr": "ORDER_NOT_CART"}}, "/respond/erorr", "error"),
        ({**REFUSE, "match": {"bodyPartal": {}}}, "/match/bodyPartal", "bodyPartial"),
        ({"respond": {"status": 200, "body": "responses/filed-cart.json"}}, "/respond/body", "filled-cart"),
        ({"fault": "connection-rest"}, "/fault", "connection-reset"),
        ({"operation": "update-a-cart", "steps": [{"event": "submitt"}]}, "/steps/0/event", "submit"),
        ({"operation": "update-a-cart", "given": {"cart": {}}}, "/given/cart", "carts"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_refused_with_the_nearest(console, stub, pointer, nearest):
    found = errors(console, "POST session/stubs", stub)
    assert "did you mean" in found[pointer]
    assert nearest in found[pointer]
    assert stubs(console) == []


@pytest.mark.parametrize("member", ["status", "scenario", "valid", "operation"])
def test_what_only_a_verification_may_match_is_refused(console, member):
    value = {"status": 200, "scenario": "x", "valid": True, "operation": "update-a-cart"}[member]
    found = errors(console, "POST session/stubs", {**REFUSE, "match": {member: value}})
    assert list(found) == [f"/match/{member}"]


@pytest.mark.parametrize(
    ("stub", "pointer"),
    [
        ({}, ""),
        ([], ""),
        (None, ""),
        ({"operation": "update-a-cart"}, ""),
        ({"respond": {}}, "/respond"),
        ({"respond": {"status": 204, "body": {}}}, "/respond/body"),
        ({"respond": {"error": "TOO_LATE", "offContract": True}}, "/respond/error"),
        ({**REFUSE, "steps": [{}]}, ""),
        ({**REFUSE, "times": 0}, "/times"),
        ({**REFUSE, "times": 1.5}, "/times"),
        ({**REFUSE, "operation": None}, "/operation"),
        ({**REFUSE, "match": []}, "/match"),
        ({**REFUSE, "match": {"pathPattern": "("}}, "/match/pathPattern"),
        ({**REFUSE, "match": {"bodySchema": {"type": "objekt"}}}, "/match/bodySchema/type"),
        ({**REFUSE, "validate": "no"}, "/validate"),
        ({**REFUSE, "summary": 7}, "/summary"),
        ({**REFUSE, "delay": "soon"}, "/delay"),
        ({"delay": "1ms", "probability": 0.5}, "/probability"),
        ({"given": {}}, "/given"),
        ({"operation": "update-a-cart", "steps": []}, "/steps"),
        ({**REFUSE, "expect": {"status": "409"}}, "/expect/status"),
        ({"respond": {"status": 200}, "expect": {"statos": 409}}, "/expect/statos"),
        ({"steps": [{"expect": 7}]}, "/steps/0/expect"),
        ({**REFUSE, "request": {"body": {}, "url": "/"}}, "/request/url"),
    ],
)
def test_what_is_no_stub_is_refused_with_the_pointer_and_nothing_is_laid(console, stub, pointer):
    answer = console.send("POST", "/__mock/session/stubs", json.dumps(stub).encode())
    assert problem(answer) == "422 bad-data"
    assert pointer in [each["pointer"] for each in answer.json()["faults"]]
    assert stubs(console) == []


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"a": NaN}'])
def test_a_body_that_is_no_json_is_refused(console, content):
    assert problem(console.send("POST", "/__mock/session/stubs", content)) == "400 bad-body"


def test_a_string_with_half_a_surrogate_pair_is_laid_or_refused_but_never_an_error_of_ours(console):
    content = b'{"delay": "1ms", "summary": "\\ud800", "match": {"body": "\\udc00"}}'
    laid = console.send("POST", "/__mock/session/stubs", content)
    assert laid.status in (201, 400, 422)
    assert console.send("GET", "/__mock/session/stubs?format=yaml").status == 200
    assert console.patch().status == 200


# A file for --stubs


def test_the_stubs_as_yaml_read_back_as_the_same_json(console):
    for stub in (
        EVERYTHING,
        DOWN,
        SLOW,
        {**SLOW, "match": {"body": {"yes": "no", "1e3": [0x10, "0x10", None]}}},
    ):
        lay(console, stub)
    answer = console.call("GET session/stubs?format=yaml")
    assert answer.header("content-type") == "application/yaml"
    listed = console.call("GET session/stubs?format=json").json()["stubs"]
    for stub in listed:
        del stub["id"], stub["matched"]
    assert read_yaml(answer.body.decode())[0] == {"stubs": listed}


@pytest.mark.parametrize("query", ["format=xml", "format=YAML", "fromat=yaml", "format=yaml&format=json"])
def test_another_format_is_refused(console, query):
    assert problem(console.call(f"GET session/stubs?{query}")) == "422 bad-data"


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_each_new_session_begins_with_the_stubs_of_a_file(console, tmp_path, suffix):
    lay(console, SLOW)
    lay(console, TWICE)
    form = "yaml" if suffix == "yaml" else "json"
    path = tmp_path / f"stubs.{suffix}"
    path.write_bytes(console.call(f"GET session/stubs?format={form}").body)
    with open_with(path) as again:
        for session in ("one", "two"):
            assert [{**each, "id": ""} for each in stubs(again, session)] == [
                {"id": "", "matched": 0, **TWICE}, {"id": "", "matched": 0, **SLOW},
            ]  # fmt: skip
            assert [again.patch(session=session).status for _ in range(3)] == [409, 409, 200]


def open_with(*paths: Path, **others: object):
    settings = Settings(stubs=paths, **others)  # type: ignore[arg-type]
    return open_console(settings, load_backend(settings))


def write(path: Path, *laid: object) -> Path:
    path.write_text(json.dumps({"stubs": laid}), encoding="utf-8")
    return path


def test_of_several_files_the_last_has_the_newest(tmp_path):
    first = write(tmp_path / "first.yaml", {**REFUSE, "summary": "a"}, {**REFUSE, "summary": "b"})
    second = write(tmp_path / "second.json", {**REFUSE, "summary": "c"})
    with open_with(first, second) as console:
        assert [each["summary"] for each in stubs(console)] == ["c", "a", "b"]


def test_what_a_file_lays_can_be_put_though_its_bodies_are_beside_the_file(tmp_path):
    (tmp_path / "own.json").write_text('{"error": "ORDER_NOT_CART"}', encoding="utf-8")
    of_file = {"operation": "update-a-cart", "respond": {"status": 409, "body": "own.json"}}
    with open_with(write(tmp_path / "stubs.json", of_file)) as console:
        assert console.call("PUT session/stubs", console.call("GET session/stubs").json()).status == 200
        assert console.patch().json() == {"error": "ORDER_NOT_CART"}
        other = {**of_file, "times": 2}
        assert (
            "there is no fixture 'own.json'" in errors(console, "POST session/stubs", other)["/respond/body"]
        )


def test_a_file_has_no_more_stubs_than_a_session(tmp_path):
    with pytest.raises(InvalidFiles, match="at most 1,000 stubs, and these are 1,001"):
        open_with(write(tmp_path / "stubs.json", *[SLOW] * (MOST_STUBS + 1)))


def test_a_file_that_is_no_list_of_stubs_is_refused_with_file_and_line(tmp_path):
    path = tmp_path / "stubs.yaml"
    text = "stubs:\n- delay: 1ms\n- operation: update-a-cart\n  respond:\n    status: 503\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        InvalidFiles, match=r"stubs\.yaml:5: /stubs/1/respond/status: the contract documents no"
    ):
        open_with(path)


def test_reset_brings_back_what_the_flags_lay(tmp_path):
    path = write(tmp_path / "stubs.json", TWICE)
    with open_with(path, delay="2ms", fault="slow-body; duration=1ms", scenario="invalid-user") as console:
        born = console.call("GET session").json()
        console.patch()
        console.call("PUT session/stubs", {"stubs": [REFUSE, REFUSE]})
        console.call("PUT session/network", SLOW)
        console.call("PUT session/scenario", {"name": "order-not-cart"})
        for call in ("DELETE session/network", "DELETE session/scenario"):
            assert console.call(call).status == 204
        cleared = console.call("GET session").json()
        assert (cleared["network"], cleared["scenario"]) == (None, None)
        console.call("POST session/reset")
        again = console.call("GET session").json()
        for name in ("stubs", "network", "scenario", "scenarios", "progress"):
            assert again[name] == born[name]
        assert again["network"] == {"delay": "2ms", "fault": "slow-body; duration=1ms"}


# Reset, fork, sessions


def test_reset_clears_stubs_network_and_choices(console):
    lay(console, REFUSE)
    console.call("PUT session/network", SLOW)
    console.call("PUT session/scenario", {"name": "invalid-user"})
    session = console.call("POST session/reset").json()
    assert (session["scenario"], session["scenarios"], session["network"]) == (None, [], None)
    assert stubs(console) == []
    assert console.patch().status == 200


def test_a_fork_takes_stubs_choices_and_network_along_but_no_journal(console):
    lay(console, TWICE)
    console.patch()
    console.call("PUT session/network", SLOW)
    console.call("PUT session/scenario", {"name": "invalid-user"})
    console.call("POST session/fork", {"from": "default"}, session="copy")
    assert stubs(console, "copy") == stubs(console) == [{"id": "s1", "matched": 1, **TWICE}]
    session = console.call("GET session", session="copy").json()
    assert (session["scenario"], session["network"], session["exchanges"]) == ("invalid-user", SLOW, 0)
    console.patch(session="copy")
    assert [stubs(console, "copy")[0]["matched"], stubs(console)[0]["matched"]] == [2, 1]


def test_a_stub_is_of_its_session_alone(console):
    lay(console, REFUSE, "mine")
    assert console.patch(session="mine").status == 409
    assert console.patch(session="yours").status == 200
    assert stubs(console, "yours") == []


def test_a_secret_in_a_stub_is_masked_in_the_journal_of_changes_and_in_messages(console):
    secret = "flt_sk_hidden_4711"
    lay(console, {**REFUSE, "match": {"header": {"Authorization": f"Bearer {secret}"}}})
    changes = console.call("GET session/changes")
    assert "POST /session/stubs" in changes.body.decode()
    assert secret not in changes.body.decode()
    refused = console.call("POST session/stubs", {**REFUSE, "operation": secret})
    assert refused.status == 422
    assert secret not in refused.body.decode()


def test_each_change_is_in_the_journal_of_changes(console):
    key = lay(console, REFUSE)
    console.call("PUT session/network", SLOW)
    console.call(f"DELETE session/stubs/{key}")
    console.call("DELETE session/network")
    text = console.call("GET session/changes").body.decode()
    for call in (
        "POST /session/stubs",
        "PUT /session/network",
        "DELETE /session/stubs/s1",
        "DELETE /session/network",
    ):
        assert call in text


def test_strict_sessions_want_a_key_for_one_stub_too():
    with open_console(Settings(strict_sessions=True)) as console:
        key = lay(console, REFUSE, "mine")
        for method in ("GET", "DELETE"):
            assert problem(console.send(method, f"/__mock/session/stubs/{key}")) == "400 no-session-key"
            assert console.call(f"{method} session/stubs/{key}", session="mine").status < 300


@pytest.mark.parametrize(
    "headers", [{"host": "mock.example"}, {"origin": "http://page.example"}], ids=["host", "origin"]
)
@pytest.mark.parametrize("call", ["POST session/stubs", "GET session/stubs", "PUT session/network"])
def test_pages_of_other_origins_and_foreign_hosts_are_refused(console, call, headers):
    assert console.call(call, SLOW, headers=headers).status == 403
    assert stubs(console) == []


# The network


def test_the_network_is_shown_as_it_was_put(console):
    network = {"delay": "lognormal(1ms, 0.5)", "fault": "slow-body; probability=0.1; duration=1ms"}
    network["operation"] = "update-a-cart"
    assert console.call("GET session/network").json() == {}
    assert console.call("PUT session/network", network).json() == network
    assert console.call("GET session/network").json() == network
    assert console.call("GET session").json()["network"] == network
    assert console.call("DELETE session/network").status == 204
    assert console.call("GET session/network").json() == {}


def test_a_new_network_replaces_the_one_before(console):
    console.call("PUT session/network", {"delay": "1ms"})
    console.call("PUT session/network", {"fault": "bad-gateway"})
    assert console.call("GET session/network").json() == {"fault": "bad-gateway"}


@pytest.mark.parametrize(
    ("fault", "status"),
    [("bad-gateway", 502), ("service-unavailable", 503), ("gateway-timeout", 504), ("rate-limited", 429)],
)
def test_a_gateway_that_is_down_answers_each_request_until_the_network_is_cleared(console, fault, status):
    console.call("PUT session/network", {"fault": f"{fault}; retry-after=1s"})
    for request in (console.patch(), console.patch(token="nobody"), console.send("GET", "/nothing")):
        assert (request.status, request.header("retry-after")) == (status, "1")
        assert request.header("x-mock-fault").startswith(fault)
    assert console.state()["carts"]["42"]["state"] == "cart"
    console.call("DELETE session/network")
    assert console.patch().status == 200


def test_a_network_may_be_that_of_one_operation(console):
    console.call("PUT session/network", {"fault": "bad-gateway", "operation": "PATCH /carts/{order_id}"})
    assert console.patch().status == 502
    assert console.send("GET", "/nothing").status == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ([], ""),
        ({"operation": "update-a-cart"}, ""),
        ({"delay": None}, "/delay"),
        ({"delay": "61s"}, "/delay"),
        ({"fault": "bad-gatway"}, "/fault"),
        ({"fault": "timeout; retry-after=1s"}, "/fault"),
        ({"delay": "1ms", "x": 1}, "/x"),
        ({"fault": "timeout", "probability": 2}, "/probability"),
        ({"delay": "1ms", "operation": "update"}, "/operation"),
    ],
)
def test_what_is_no_network_is_refused_and_the_one_before_stays(console, body, pointer):
    console.call("PUT session/network", SLOW)
    assert pointer in errors(console, "PUT session/network", body)
    assert console.call("GET session/network").json() == SLOW


# The chosen scenarios


@pytest.fixture
def two(tmp_path):
    """A console of a contract with two operations, and scenarios for both."""
    spec = tmp_path / "api.yaml"
    spec.write_text(TWO, encoding="utf-8")
    folder = tmp_path / "scenarios"
    folder.mkdir()
    for name, text in SCENARIOS.items():
        (folder / f"{name}.yaml").write_text(f"summary: .\n{text}\n", encoding="utf-8")
    settings = Settings(specs=(spec,))
    with open_console(settings, load_backend(settings)) as console:
        yield console


TWO = """\
openapi: 3.1.0
info: {title: Two, version: "1"}
paths:
  /a:
    get: &operation
      operationId: get-a
      responses: &responses
        "200": {description: ., content: {application/json: {schema: {type: object}, example: {ok: true}}}}
        "409": {description: ., content: {application/json: {schema: {type: object}, example: {error: NO}}}}
    patch: {operationId: patch-a, responses: *responses}
"""
SCENARIOS = {
    "get-taken": "operation: get-a\nrespond: {status: 409}",
    "get-other": "operation: get-a\nrespond: {status: 200, body: {other: true}}",
    "get-slow": "operation: get-a\nrespond: {delay: 1ms}",
    "patch-taken": "operation: patch-a\nrespond: {status: 409}",
}


def statuses(console: Console) -> tuple[int, int]:
    return console.send("GET", "/a").status, console.send("PATCH", "/a").status


def choose(console: Console, name: str, **others: object) -> int:
    return console.call("PUT session/scenario", {"name": name, **others}).status


def test_the_choice_is_kept_for_each_operation(two):
    choose(two, "get-taken")
    choose(two, "patch-taken")
    assert statuses(two) == (409, 409)
    choose(two, "get-other")
    assert statuses(two) == (200, 409)


def test_several_names_are_chosen_at_once(two):
    choose(two, "get-taken, get-slow,patch-taken")
    assert statuses(two) == (409, 409)
    assert [(each["operation"], each["names"]) for each in two.call("GET session").json()["scenarios"]] == [
        ("patch-a", ["patch-taken"]), ("get-a", ["get-taken", "get-slow"]),
    ]  # fmt: skip


def test_times_is_for_the_next_calls_alone(two):
    choose(two, "get-taken", times=2)
    assert [two.send("GET", "/a").status for _ in range(3)] == [409, 409, 200]
    assert two.call("GET session").json()["scenarios"] == []


def test_the_session_shows_how_many_calls_are_left(two):
    choose(two, "get-taken", times=2)
    two.send("PATCH", "/a")
    two.send("GET", "/a")
    [choice] = two.call("GET session").json()["scenarios"]
    assert choice == {"operation": "get-a", "names": ["get-taken"], "times": 1}


def test_one_choice_is_cleared_or_all_are(two):
    choose(two, "get-taken,patch-taken")
    assert two.call("DELETE session/scenario?operation=get-a").status == 204
    assert statuses(two) == (200, 409)
    choose(two, "get-taken")
    assert two.call("DELETE session/scenario").status == 204
    assert statuses(two) == (200, 200)


@pytest.mark.parametrize("name", ["patch-a", "PATCH /a", "patch /a"])
def test_the_operation_has_all_its_names(two, name):
    choose(two, "patch-taken")
    answer = two.call(f"DELETE session/scenario?operation={name.replace(' ', '%20')}")
    assert (answer.status, statuses(two)) in (((204), (200, 200)), ((404), (200, 409)))
    assert answer.status == 204 or name == "patch /a"


@pytest.mark.parametrize("query", ["operation=get-b", "operation="])
def test_an_unknown_operation_is_a_problem_and_clears_nothing(two, query):
    choose(two, "get-taken")
    assert problem(two.call(f"DELETE session/scenario?{query}")) == "404 unknown-operation"
    assert statuses(two) == (409, 200)


@pytest.mark.parametrize("name", ["get-taken,nothing", "", ",", "get-taken,", "get-taken,,patch-taken"])
def test_an_unknown_name_among_several_chooses_none(two, name):
    answer = two.call("PUT session/scenario", {"name": name})
    assert problem(answer) == "404 unknown-scenario"
    assert answer.json()["valid"] == sorted(SCENARIOS)
    assert statuses(two) == (200, 200)


@pytest.mark.parametrize("times", [0, -1, 1.5, "1", None, True])
def test_times_is_a_positive_integer(two, times):
    assert "/times" in errors(two, "PUT session/scenario", {"name": "get-taken", "times": times})


def test_a_stub_goes_before_the_choice_and_the_answer_says_so(two):
    choose(two, "get-taken")
    lay(two, {"operation": "get-a", "respond": {"status": 200, "body": {"stub": True}}})
    answer = two.send("GET", "/a")
    assert answer.json() == {"stub": True}
    assert "get-taken" in answer.header("x-mock-note")


@pytest.mark.parametrize("stub", [{}, {"validate": False}], ids=["with checks", "without checks"])
def test_a_path_that_the_contract_lacks_is_no_violation_if_a_stub_answers(console, stub):
    lay(console, {**stub, "respond": {"status": 200}})
    assert console.send("GET", "/beta/features").status == 200
    assert console.call("GET violations").json()["count"] == 0
    assert console.call("GET requests/x1").json()["valid"] is True


def test_a_path_that_the_contract_lacks_is_a_violation_if_no_stub_answers(console):
    lay(console, {"match": {"path": "/other"}, "respond": {"status": 200}})
    assert console.send("GET", "/beta/features").status == 404
    (found,) = console.call("GET violations").json()["violations"]
    assert "the contract has no path /beta/features" in found["message"]


def test_a_path_that_the_contract_lacks_is_a_violation_if_a_gateway_answers(console):
    console.call("PUT session/network", {"fault": "bad-gateway"})
    assert console.send("GET", "/beta/features").status == 502
    (found,) = console.call("GET violations").json()["violations"]
    assert found["message"] == "the contract has no operation for the request"


def test_the_trail_says_which_stub_skips_the_checks(console):
    lay(console, {**REFUSE, "validate": False})
    assert console.send("PATCH", "/carts/42").status == 409
    decided = [each["decided"] for each in console.call("GET requests/x1").json()["trail"]]
    assert "skipped: the stub s1 says 'validate: false'" in decided
