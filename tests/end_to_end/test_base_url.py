"""A client that is given nothing but a base URL with a session key stays in that session."""

import json
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver import create_app
from mockserver.settings import Settings
from mockserver.testing.in_process_server import serve_in_process
from mockserver.testing.transport import in_process_transport
from tests.support.asgi import InProcess, Reply, in_process
from tests.support.library import LIBRARY
from tests.support.live import Live, serve
from tests.support.uvicorn_process import uvicorn_process

BASE = "/__mock/as/k"
ELSEWHERE = "/elsewhere"
BY_HEADER = ((b"x-mock-session", b"k"),)
ORIGIN = {"Origin": "https://app.example"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
WORDS = (
    "books",
    "login",
    "readers",
    "me",
    "123",
    "",
    ".",
    "..",
    "a%2Fb",
    "%C3%A9",
    "%",
    "é",
    "__mock",
    "as",
    "k",
    "session",
)
QUERIES = (
    "",
    "?",
    "?page=2",
    "?page=x",
    "?__session=other",
    "?__code=404",
    "?__dynamic=true",
    "?a=%2F__mock&a",
)
TARGETS = st.one_of(
    st.sampled_from(("/", "/books", "/login", "/readers/me", "/books/1")),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(lambda words: "/" + "/".join(words)),
)  # fmt: skip
HEADERS = st.lists(
    st.sampled_from(
        (
            (b"cookie", b"sid=abc; mock_session=other"), (b"baggage", b"mock-session=other"),
            (b"origin", b"https://app.example"), (b"content-type", b"application/json"),
            (b"prefer", b"dynamic=true"), (b"x-mock-fault", b"rate-limited"), (b"accept", b"text/html"),
            (b"access-control-request-method", b"PUT"),
        )
    ),
    unique=True, max_size=4,
)  # fmt: skip


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "library.yaml"
    path.write_text(LIBRARY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def live(document: Path) -> Iterator[Live]:
    with serve(str(document), "--strict-sessions", "--control-token", "secret") as live:
        yield live


@pytest.fixture(scope="module")
def plain(document: Path) -> Iterator[InProcess]:
    """The application of which all paths of the examples belong to the mocked API."""
    with in_process(create_app(Settings(specs=(document,), control_prefix=ELSEWHERE))) as client:
        yield client


@pytest.fixture(scope="module")
def based(document: Path) -> Iterator[InProcess]:
    with in_process(create_app(Settings(specs=(document,)))) as client:
        yield client


def without_base(value: str) -> str:
    return value.replace(BASE, "").replace(ELSEWHERE, "/__mock")


def comparable(reply: Reply) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body, without the base path."""
    headers = [(name.decode(), value.decode("latin-1")) for name, value in reply.headers]
    kept = [
        (name, without_base(value)) for name, value in headers if name not in ("content-length", "set-cookie")
    ]
    cookies = [value.partition(";")[0] for name, value in headers if name == "set-cookie"]
    return reply.status, [*kept, ("set-cookie", ",".join(cookies))], without_base(reply.body.decode())


def journal(client: InProcess, prefix: str) -> list[Any]:
    """The requests of the session as the journal shows them, and why each was answered so; none is left."""
    control = (*BY_HEADER, (b"host", b"localhost"))
    listed = client.send("GET", f"{prefix}/requests".encode(), control)
    client.send("DELETE", f"{prefix}/session".encode(), control)
    rows = json.loads(without_base(listed.body.decode()))["requests"]
    for row in rows:
        row["request"]["headers"].pop("x-mock-session", None)
        row["response"].pop("headers"), row["response"].pop("size"), row.pop("at"), row.pop("duration_ms")
    return rows


@given(
    st.sampled_from(METHODS), TARGETS, st.sampled_from(QUERIES), HEADERS, st.sampled_from((b"", b"{}", b"["))
)
def test_the_answer_is_that_of_the_session_but_for_the_base_url(
    plain, based, method, path, query, headers, body
):
    target = (path + query).encode()
    expected = plain.send(method, target, [*BY_HEADER, *headers], body)
    found = based.send(method, BASE.encode() + target, headers, body)
    assert comparable(found) == comparable(expected)
    assert journal(based, "/__mock") == journal(plain, ELSEWHERE)


@pytest.mark.parametrize("key", ["one", "two"])
def test_a_client_with_cookies_follows_redirects_within_the_session(live, key):
    base = f"{live.url}/__mock/as/{key}"
    for _ in range(2):  # the second time, the server knows the heads
        with httpx.Client(base_url=base, follow_redirects=True) as client:
            answer = client.post("/login")
            assert (answer.status_code, answer.json()["name"]) == (200, "Momo")
            assert answer.json()["loans"] == f"{base}/readers/me/loans"
            assert answer.headers["x-mock-session"] == key
            assert [each.path for each in client.cookies.jar] == [f"/__mock/as/{key}/readers"]
            assert str(client.get("/books/1").url) == f"{base}/books?page=2"
            page = client.get("/books")
            assert client.get(page.links["next"]["url"]).headers["x-mock-session"] == key
            assert client.get("/").json() == {
                "books": f"{base}/books",
                "publisher": "https://publisher.example/",
            }


def test_curl_follows_redirects_and_returns_cookies_within_the_session(live, tmp_path):
    jar = str(tmp_path / "jar")
    command = ["curl", "-sS", "-L", "-i", "-b", jar, "-c", jar, "-d", "", f"{live.url}/__mock/as/curl/login"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert shown.count("x-mock-session: curl") == 2
    assert "HTTP/1.1 200 OK" in shown
    assert "/__mock/as/curl/readers\t" in Path(jar).read_text(encoding="utf-8")


def test_cookies_of_one_session_are_not_returned_to_another_one(live):
    with httpx.Client(follow_redirects=True) as client:
        client.post(f"{live.url}/__mock/as/mine/login")
        client.get(f"{live.url}/__mock/as/mine")  # sets a cookie without a path
        client.get(f"{live.url}/__mock/as/yours")
        assert client.get(f"{live.url}/__mock/as/mine/readers/me").status_code == 200
        refused = client.get(f"{live.url}/__mock/as/yours/readers/me")
    assert refused.status_code == 422
    shown = httpx.get(f"{live.url}/__mock/requests?__session=yours", headers={"X-Mock-Token": "secret"})
    cookies = [each["request"]["headers"].get("cookie") for each in shown.json()["requests"]]
    assert len(cookies) == 2
    assert cookies[1] is None


def test_the_key_in_the_path_goes_before_all_others(live):
    headers = {"X-Mock-Session": "a", "Baggage": "mock-session=b", "Cookie": "mock_session=c"}
    for _ in range(2):
        answer = httpx.get(f"{live.url}/__mock/as/first/books?__session=d", headers=headers)
        assert answer.headers["x-mock-session"] == "first"


def test_it_is_the_mocked_api_to_a_page_of_any_origin_and_host(live):
    asked = {**ORIGIN, "Access-Control-Request-Method": "PUT", "Host": "mock.example"}
    preflight = httpx.options(f"{live.url}{BASE}/books/1", headers=asked)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (
        204,
        ORIGIN["Origin"],
    )
    answer = httpx.put(f"{live.url}{BASE}/books/1", json={}, headers={**ORIGIN, "Host": "mock.example"})
    assert answer.headers["access-control-allow-origin"] == ORIGIN["Origin"]
    assert answer.headers["link"].startswith("</__mock/requests/x")
    assert answer.headers["link"].endswith('?__session=k>; rel="describedby"')


def test_control_calls_are_not_below_it(live):
    assert problem(httpx.get(f"{live.url}{BASE}/__mock/health")) == "404 unknown-path"
    assert httpx.delete(f"{live.url}{BASE}/__mock/session").headers["x-mock-source"] == "mock"


def problem(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json()['type'].removeprefix('urn:mockserver:problem:')}"


@pytest.mark.parametrize("key", ["", "a%20b", "k%2Fl", "k" * 129, "%C3%A9", "*"])
@pytest.mark.parametrize("path", ["/books", "/unknown", ""])
def test_a_key_that_is_not_valid_is_refused_whatever_follows(live, key, path):
    for _ in range(2):
        refused = httpx.get(f"{live.url}/__mock/as/{key}{path or '/'}")
        assert problem(refused) == "400 bad-session-key"
        assert "in the path" in refused.json()["detail"]


@pytest.mark.parametrize("path", ["/__mock/as", "/__mock/as/", "/__mock/as?page=2"])
def test_a_path_that_ends_before_the_key_says_what_is_missing(live, path):
    refused = httpx.get(f"{live.url}{path}", headers={"X-Mock-Token": "secret"})
    assert problem(refused) == "404 unknown-call"
    assert "the session key is missing" in refused.json()["detail"]
    assert "/__mock/as/KEY" in refused.json()["detail"]


@pytest.fixture
def control(live: Live) -> Iterator[httpx.Client]:
    """A client of the control API, in the session `seen`."""
    headers = {"X-Mock-Session": "seen", "X-Mock-Token": "secret"}
    with httpx.Client(base_url=f"{live.url}/__mock", headers=headers) as control:
        yield control


def test_journal_violations_log_and_explanation_show_the_path_without_the_base(live, control):
    httpx.get(f"{live.url}/__mock/as/seen/books?page=x")
    explained = control.post(
        "/explain", json={"method": "GET", "path": "/__mock/as/seen/books?page=x"}
    ).json()
    (listed,) = control.get("/requests").json()["requests"]
    assert explained["request"] | {"headers": None} == listed["request"] | {"headers": None}
    assert explained["trail"] == listed["trail"]
    assert (listed["request"]["path"], listed["session"]) == ("/books", "seen")
    assert [each["path"] for each in control.get("/violations").json()["violations"]] == ["/books"]
    verified = control.post("/requests/verify", json={"match": {"path": "/books"}, "count": 1})
    assert verified.json()["count"] == 1
    assert "/__mock/as" not in live.log()


def test_what_a_stub_answers_leads_below_it(live, control):
    respond = {
        "status": 302,
        "headers": {"Location": "{$url}/new"},
        "body": {"see": "{$url}"},
        "offContract": True,
    }
    control.post("/session/stubs", json={"match": {"path": "/old"}, "respond": respond}).raise_for_status()
    answer = httpx.get(f"{live.url}/__mock/as/seen/old")
    assert answer.headers["location"] == f"{live.url}/__mock/as/seen/old/new"
    assert answer.json() == {"see": f"{live.url}/__mock/as/seen/old"}
    control.delete("/session").raise_for_status()


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/__mock/as/other/", ("other", "/", 200)), ("/__mock/as/not valid/books", ("default", "/books", 400))],
)
def test_an_explanation_is_one_in_the_session_of_the_path(control, path, expected):
    call = {"method": "GET", "path": path, "headers": {"X-Mock-Session": "mine"}}
    explained = control.post("/explain", json=call).json()
    assert (explained["session"], explained["request"]["path"], explained["response"]["status"]) == expected


def test_an_evicted_session_is_refused_until_it_is_reset(document):
    with serve(str(document), "--max-sessions", "2") as live:
        for key in ("a", "b", "c"):
            httpx.get(f"{live.url}/__mock/as/{key}/books")
        assert problem(httpx.get(f"{live.url}/__mock/as/a/books")) == "410 session-evicted"
        httpx.post(f"{live.url}/__mock/session/reset?__session=a").raise_for_status()
        assert httpx.get(f"{live.url}/__mock/as/a/books").status_code == 200


def test_with_another_prefix_and_a_control_port(document):
    with serve(str(document), "--control-prefix", "/tools/mock", "--control-port", "0") as live:
        base = f"{live.url}/tools/mock/as/k"
        answer = httpx.get(f"{base}/books/1", follow_redirects=True)
        assert str(answer.url) == f"{base}/books?page=2"
        assert problem(httpx.get(f"{base}/tools/mock/session")) == "404 unknown-path"
        assert problem(httpx.get(f"{live.url}/__mock/as/k/books")) == "404 unknown-path"
        elsewhere = httpx.get(f"{live.control_url}/as/k/books")
        assert problem(elsewhere) == "404 unknown-call"
        assert f"the mocked API is on port {live.address[1]}" in elsewhere.json()["detail"]
        invalid = httpx.get(f"{base}/books?page=x")
        described = invalid.headers["link"].partition(">")[0].removeprefix("<")
        assert httpx.get(described).json()["request"]["path"] == "/books"


def test_over_https(document):
    with serve(str(document), "--tls") as live:
        answer = httpx.get(
            f"{live.url}{BASE}/books/1",
            follow_redirects=True,
            verify=ssl.create_default_context(cafile=live.ca),
        )
        assert str(answer.url) == f"{live.url}{BASE}/books?page=2"


def test_under_a_server_that_is_not_ours():
    with uvicorn_process("--factory", "mockserver.app:create_app", "--port", "0") as port:
        headers = {"Authorization": "Bearer flt_sk_a"}
        answer = httpx.patch(f"http://127.0.0.1:{port}{BASE}/carts/42", json={}, headers=headers)
        assert (answer.status_code, answer.headers["x-mock-session"]) == (200, "k")


def test_in_process(document):
    with serve_in_process(create_app(Settings(specs=(document,)))) as server:
        transport = in_process_transport(server, "own")
        with httpx.Client(
            transport=transport, base_url=f"http://mock.test{BASE}", follow_redirects=True
        ) as client:
            answer = client.post("/login")
            assert (answer.status_code, answer.headers["x-mock-session"]) == (200, "k")
            assert answer.json()["loans"] == f"http://mock.test{BASE}/readers/me/loans"
