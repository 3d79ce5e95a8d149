"""What was recorded answers the same requests in the same way, and is the same if it is recorded twice."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.check import off_contract_notices
from mockserver.data.source import CannotRead
from mockserver.http.message import Answer, Request
from mockserver.loading import load_backend
from mockserver.runtime import Runtime, wire
from mockserver.settings import Settings
from mockserver.upstream.recording import MOST_BYTES, Recording

JSON = [("content-type", "application/json")]
BEARER = [("authorization", "Bearer flt_sk_demo_1234567890")]
CART = {
    "data": {
        "id": 42, "purchaser_id": 12, "acquisition_mode": "RENT", "num_devices": 0, "rent": "0.00",
        "currency": "EUR", "devices": [],
    }
}  # fmt: skip
BACKEND = load_backend(Settings())
Traffic = Sequence[tuple[Request, Answer]]

texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["{$now}", "\\{$uuid}", "yes", "1e3", "…", "2020-01-01", "a\r\nb\x85", "{$request.path.x}"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from("abcde"), each, max_size=3),
    max_leaves=6,
)
bodies = st.one_of(
    st.builds(lambda value: (JSON, json.dumps(value).encode()), values),
    st.builds(lambda text: ([("content-type", "text/plain")], text.encode()), texts),
    st.builds(lambda text: ([("content-type", "text/html; charset=utf-8")], text.encode() * 500), texts),
    st.builds(lambda data: ([("content-type", "image/png")], data), st.binary(max_size=20)),
    st.builds(lambda value: (JSON, json.dumps([value] * 3000).encode()), texts),
    st.just(([], b"")),
)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    method = draw(st.sampled_from(["GET", "POST", "PATCH"]))
    path = draw(st.sampled_from(["/things", "/things/1", "/carts/42", "/carts/43", "/a.b*"]))
    query = draw(
        st.sampled_from(["", "page=1", "page=2", "page=1&size=x%20y", "page=2&page=1", "page=1&page=2"])
    )
    headers, body = draw(bodies) if method != "GET" else ([], b"")
    return Request.build(method, path, query, [*headers, *draw(st.sampled_from([BEARER, []]))], body[:2_000])


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    headers, body = draw(bodies)
    return Answer(draw(st.sampled_from([200, 201, 400, 404, 409, 503])), headers, body)


def record(folder: Path, traffic: Traffic) -> None:
    runtime = wire(BACKEND, Settings())
    recording = Recording(folder)
    for request, answer in traffic:
        begun = runtime.begin_passed(request)
        assert begun is not None
        assert recording.add(runtime.end_passed(begun, answer, 0.0), answer)
    recording.write()


def replaying(folder: Path) -> Runtime:
    own = Settings(stubs=(folder / "stubs.yaml",))
    return wire(load_backend(own), own)


def stubs(folder: Path) -> list[dict[str, Any]]:
    data = yaml.safe_load((folder / "stubs.yaml").read_text(encoding="utf-8"))
    return list(data["stubs"])


def content(folder: Path) -> dict[str, bytes]:
    files = [each for each in folder.rglob("*") if each.is_file()]
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}


def same(one: Answer, other: Answer) -> bool:
    if one.status != other.status:
        return False
    if dict(other.headers).get("content-type") == "application/json":
        return bool(json.loads(one.body) == json.loads(other.body))
    return one.body == other.body


def patch(body: object, headers: Sequence[tuple[str, str]] = BEARER) -> Request:
    return Request.build("PATCH", "/carts/42", "", [*JSON, *headers], json.dumps(body).encode())


def json_of(body: object, status: int = 200) -> Answer:
    return Answer(status, JSON, json.dumps(body).encode())


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(
    st.lists(st.tuples(requests(), answers()), min_size=1, max_size=6, unique_by=lambda each: repr(each[0]))
)
def test_recorded_stubs_answer_the_same_requests_with_the_same_status_and_body(traffic: Traffic):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        record(folder, traffic)
        before = content(folder)
        runtime = replaying(folder)
        for request, answer in traffic:
            assert same(runtime.run(request).final_answer, answer), (request, answer, before)
        record(folder, traffic)
        assert content(folder) == before


def test_equal_requests_with_other_answers_become_steps(tmp_path: Path):
    poll = Request.build("GET", "/jobs/7")
    traffic = [(poll, json_of({"state": each})) for each in ("queued", "queued", "done")]
    record(tmp_path, traffic)
    (stub,) = stubs(tmp_path)
    assert [(each.get("times", 1), each["respond"]["body"]) for each in stub["steps"]] == [
        (2, {"state": "queued"}),
        (1, {"state": "done"}),
    ]
    runtime = replaying(tmp_path)
    states = [json.loads(runtime.run(poll).final_answer.body)["state"] for _ in range(4)]
    assert states == ["queued", "queued", "done", "done"]


def test_steps_answer_requests_that_break_the_contract_too(tmp_path: Path):
    bad = patch({"purchaser_id": 0}, [])
    traffic = [(bad, json_of({"error": "UNAUTHORIZED"}, 401)), (bad, json_of({"error": "x"}, 400))]
    record(tmp_path, traffic)
    assert stubs(tmp_path)[0]["validate"] is False
    runtime = replaying(tmp_path)
    assert [runtime.run(bad).final_answer.status for _ in range(3)] == [401, 400, 400]


def test_a_stub_says_no_more_than_what_distinguishes_it(tmp_path: Path):
    headers = [("user-agent", "x"), ("x-request-id", "1"), ("accept", "*/*"), ("cookie", "sid=abcdefghijkl")]
    record(tmp_path, [(patch({"purchaser_id": 12}, [*BEARER, *headers]), json_of(CART))])
    assert stubs(tmp_path) == [
        {
            "operation": "update-a-cart",
            "match": {"path": "/carts/42", "body": {"purchaser_id": 12}},
            "respond": {"status": 200, "body": CART},
        }
    ]


def test_a_narrower_stub_comes_first(tmp_path: Path):
    pages = [Request.build("GET", "/things", query) for query in ("", "page=1", "page=1&size=2")]
    record(tmp_path, [(page, json_of({"page": index})) for index, page in enumerate(pages)])
    runtime = replaying(tmp_path)
    assert [json.loads(runtime.run(page).final_answer.body)["page"] for page in pages] == [0, 1, 2]


def test_an_answer_that_breaks_the_contract_says_so_and_check_reports_it(tmp_path: Path):
    record(tmp_path, [(patch({}), json_of({"data": {}})), (patch({"purchaser_id": 12}), json_of({}, 418))])
    assert [each["respond"].get("offContract") for each in stubs(tmp_path)] == [True, True]
    notices = off_contract_notices(load_backend(Settings(stubs=(tmp_path / "stubs.yaml",))))
    assert len(list(notices)) > 1


def test_secrets_are_masked_everywhere(tmp_path: Path):
    secret = "s3cr3t-value-0815"
    request = Request.build(
        "POST", f"/reset/{secret}", f"token={secret}&a=1",
        [*JSON, ("authorization", f"Bearer {secret}")],
        json.dumps({"user": "ann", "password": secret, "list": [1, {"token": secret}, 2]}).encode(),
    )  # fmt: skip
    answer = Answer(
        200, [*JSON, ("set-cookie", f"sid={secret}"), ("location", f"/x?token={secret}")],
        json.dumps({"access_token": secret, "note": f"you sent {secret}"}).encode(),
    )  # fmt: skip
    record(tmp_path, [(request, answer)])
    assert secret.encode() not in b"".join(content(tmp_path).values())
    (stub,) = stubs(tmp_path)
    assert stub["match"]["query"] == {"a": "1"}
    assert stub["match"]["bodyPartial"] == {"user": "ann", "list": [1, {}]} or "user" in str(stub["match"])
    assert replaying(tmp_path).run(request).final_answer.status == 200


def test_forms_that_differ_in_more_than_their_secrets_are_told_apart(tmp_path: Path):
    form = [("content-type", "application/x-www-form-urlencoded")]
    traffic = [
        (
            Request.build(
                "POST", "/login", "", form, f"user={name}&password={name}-s3cr3t-0815&x=(1)".encode()
            ),
            each,
        )
        for name, each in (("ann", json_of({"id": 1})), ("bob", json_of({"id": 2})))
    ]
    record(tmp_path, traffic)
    assert b"s3cr3t" not in b"".join(content(tmp_path).values())
    runtime = replaying(tmp_path)
    for request, answer in reversed(traffic):
        assert same(runtime.run(request).final_answer, answer)


def test_long_bodies_are_files_named_by_operation_status_and_content(tmp_path: Path):
    data = json.dumps({"items": ["x" * 100] * 100}).encode()
    record(tmp_path, [(Request.build("GET", path), Answer(200, JSON, data)) for path in ("/a", "/a/")])
    (file,) = (tmp_path / "responses").iterdir()
    assert file.name.startswith("get-a-200-")
    assert file.suffix == ".json"
    assert file.read_bytes() == data


def test_stubs_of_a_users_own_stay_as_they_are(tmp_path: Path):
    own = {"operation": "update-a-cart", "summary": "Mine.", "respond": {"error": "ORDER_NOT_CART"}}
    (tmp_path / "stubs.yaml").write_text(yaml.safe_dump({"stubs": [own]}), encoding="utf-8")
    record(tmp_path, [(Request.build("GET", "/a"), json_of(1))])
    assert stubs(tmp_path)[0] == own
    assert len(stubs(tmp_path)) == 2


def test_references_to_the_mock_server_are_relative(tmp_path: Path):
    request = Request.build("POST", "/things", "", [("host", "127.0.0.1:4010")])
    location = [("location", "http://127.0.0.1:4010/things/1"), ("date", "x"), ("x-runtime", "0.1")]
    record(tmp_path, [(request, Answer(201, [*JSON, *location], b"{}"))])
    assert stubs(tmp_path)[0]["respond"]["headers"] == {"location": "/things/1"}


@pytest.mark.parametrize(
    ("location", "recorded"),
    [
        ("http://127.0.0.1:4010/__mock/as/k/things/1", "/things/1"),
        ("/__mock/as/k/things/1", "/things/1"),
        ("/__mock/as/kk/things/1", "/__mock/as/kk/things/1"),
        ("http://127.0.0.1:4010?a=1", "?a=1"),
        ("http://127.0.0.1:40109/", "http://127.0.0.1:40109/"),
        ("https://example.com/__mock/as/k/a", "https://example.com/__mock/as/k/a"),
    ],
)
def test_references_have_no_session(tmp_path: Path, location: str, recorded: str):
    request = Request.build("POST", "/things", "", [("host", "127.0.0.1:4010")])
    request = replace(request, base_path="/__mock/as/k", session_key="k")
    record(tmp_path, [(request, Answer(201, [*JSON, ("location", location)], b"{}"))])
    assert stubs(tmp_path)[0]["respond"]["headers"] == {"location": recorded}


def test_a_file_that_is_not_one_of_stubs_is_refused(tmp_path: Path):
    (tmp_path / "stubs.yaml").write_text("a: 1", encoding="utf-8")
    with pytest.raises(CannotRead, match="expected an object with the array 'stubs'"):
        Recording(tmp_path)


def test_bodies_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert MOST_BYTES > 1024 * 1024
    monkeypatch.setattr("mockserver.upstream.recording.MOST_BYTES", 10)
    with pytest.raises(AssertionError):
        record(tmp_path, [(Request.build("GET", "/a"), Answer(200, JSON, b'"' + b"x" * 5_000 + b'"'))])
