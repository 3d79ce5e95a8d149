"""The answer to a request below a base URL with a session key leads back below this base URL."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.answers.base_url import with_base_path
from mockserver.http.message import Answer, Head, Request, json_answer

BASE = "/__mock/as/k"
HOST = "127.0.0.1:4010"
OWN = f"http://{HOST}"
REFERENCES = [
    ("/carts/42", f"{BASE}/carts/42"),
    ("/", f"{BASE}/"),
    ("/?page=2", f"{BASE}/?page=2"),
    (OWN, f"{OWN}{BASE}"),
    (f"{OWN}/", f"{OWN}{BASE}/"),
    (f"{OWN}/carts?page=2#a", f"{OWN}{BASE}/carts?page=2#a"),
    (f"{OWN}?page=2", f"{OWN}{BASE}?page=2"),
    (f"https://{HOST}/behind-a-proxy", f"https://{HOST}{BASE}/behind-a-proxy"),
    (f"//{HOST}/carts", f"//{HOST}{BASE}/carts"),
]
ABOVE_THE_ROOT = [
    ("/..", f"{BASE}/"),
    ("../carts", f"{BASE}/carts"),
    ("a/../../%2E%2e/b?page=2", f"{BASE}/b?page=2"),
    (f"{OWN}/../a", f"{OWN}{BASE}/a"),
]
UNCHANGED = [
    "", "carts", "./carts", "a/../carts", "?page=2", "#a", "//other.example/carts", "https://other.example/carts",
    "http://127.0.0.1/carts", "http://127.0.0.1:40101/carts", "mailto:a@b.example", f"{BASE}/carts", BASE,
    f"{OWN}{BASE}/carts", "/__mock/session", "/__mock", f"{OWN}/__mock?a",
]  # fmt: skip


def changed(answer: Answer, host: str | None = HOST, path: str = "/carts", base: str = BASE) -> Answer:
    headers = [] if host is None else [("host", host)]
    return with_base_path(answer, Request(Head("GET", path, "", headers), base_path=base))


def header(name: str, value: str, host: str | None = HOST, path: str = "/carts") -> str:
    ((kept, found),) = changed(Answer(200, [(name, value)]), host, path).headers
    assert kept == name
    return found


@pytest.mark.parametrize("name", ["Location", "content-location"])
@pytest.mark.parametrize(
    ("reference", "expected"), [*REFERENCES, *ABOVE_THE_ROOT, *((each, each) for each in UNCHANGED)]
)
def test_a_header_that_is_a_reference(name, reference, expected):
    assert header(name, reference) == expected


@pytest.mark.parametrize(("reference", "expected"), [*REFERENCES, *((each, each) for each in UNCHANGED)])
def test_the_targets_of_links(reference, expected):
    value = '<{0}>; rel="next"; title="a, </b>; \\" </c>", <{0}>; rel=prev,<x>;rel=first'
    assert header("link", value.format(reference)) == value.format(expected)


@pytest.mark.parametrize("lead", ["5; url=", "0;URL='", '1.5, url = "', "0;", "3 ; "])
@pytest.mark.parametrize(("reference", "expected"), REFERENCES)
def test_the_target_of_a_refresh(lead, reference, expected):
    end = lead[-1:] if lead[-1:] in "'\"" else ""
    assert header("refresh", f"{lead}{reference}{end}") == f"{lead}{expected}{end}"


def test_a_refresh_without_a_target_stays():
    assert header("refresh", "5") == "5"


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        ("a=b; Path=/x", f"a=b; Path={BASE}/x"),
        ("a=b; Path=/x/; Secure", f"a=b; Path={BASE}/x/; Secure"),
        ("a=b; Path=/", f"a=b; Path={BASE}"),
        ("a=b;path=/ ;HttpOnly", f"a=b;path={BASE} ;HttpOnly"),
        ("a=b; Path = /x; Path=/y", f"a=b; Path = {BASE}/x; Path={BASE}/y"),
        (f"a=b; Path={BASE}/x", f"a=b; Path={BASE}/x"),
        ("a=b; Path=x", "a=b; Path=x"),
        ("a=/x; Max-Age=5", "a=/x; Max-Age=5"),
        ("path=/x", "path=/x"),
        ("__Host-a=b; Secure; Path=/", "__Host-a=b; Secure; Path=/"),
        ("__Secure-a=b; Secure; Path=/", f"__Secure-a=b; Secure; Path={BASE}"),
    ],
)
def test_the_path_of_a_cookie(cookie, expected):
    assert header("set-cookie", cookie) == expected


@pytest.mark.parametrize("cookie", ["a=b", "a=b; Path=", "a=b; Path=x"])
def test_a_cookie_without_a_path_stays_below_the_base_path_itself(cookie):
    """A client that requested /__mock/as/k would otherwise return it to all of /__mock/as."""
    assert header("set-cookie", cookie, path="/") == f"{cookie}; Path={BASE}"


def test_other_headers_keep_their_paths_but_not_their_own_urls():
    assert header("x-next", f"{OWN}/carts?page=2") == f"{OWN}{BASE}/carts?page=2"
    assert header("x-next", "/carts") == "/carts"
    assert header("access-control-allow-origin", OWN) == OWN


@pytest.mark.parametrize(
    ("reference", "expected"), [each for each in REFERENCES if each[0].startswith("http")]
)
def test_own_urls_in_a_body(reference, expected):
    body = {"next": reference, "all": [reference], "other": "https://other.example/carts", "path": "/carts"}
    answer = changed(json_answer(200, body))
    assert json.loads(answer.body) == body | {"next": expected, "all": [expected]}
    text = f'<a href="{reference}">See {reference}</a>'
    assert changed(Answer(200, body=text.encode())).body.decode() == text.replace(reference, expected)


@pytest.mark.parametrize("url", [f"{OWN}{BASE}/a", f"{OWN}/__mock/", "http://127.0.0.1:40101/a", f"x{OWN}/a"])
def test_other_urls_in_a_body_stay(url):
    answer = json_answer(200, {"url": url})
    assert changed(answer) == answer


@given(st.binary())
def test_a_body_without_a_url_of_this_server_stays_the_same_object(body):
    answer = Answer(200, body=body, value=1)
    assert changed(answer).body is body
    assert changed(answer).value == 1


@given(st.binary(), st.binary())
def test_bytes_around_a_url_stay_as_they_are(before, after):
    body = before + b'"http://127.0.0.1:4010/a"' + after
    assert changed(Answer(200, body=body)).body.replace(BASE.encode(), b"") == body.replace(
        BASE.encode(), b""
    )


@pytest.mark.parametrize(
    ("host", "url"),
    [
        (None, "http://localhost/a"),
        ("localhost", "http://localhost:80/a"),
        ("localhost", "https://localhost:443/a"),
        ("localhost:443", "https://localhost/a"),
        ("Mock.Test:8080", "http://mock.test:8080/a"),
        ("[::1]", "http://[::1]/a"),
        ("[::1]:4010", "http://[::1]:4010/a"),
    ],
)
def test_the_host_is_the_one_that_the_request_named(host, url):
    expected = url.removesuffix("/a") + BASE + "/a"
    assert header("location", url, host) == expected
    assert json.loads(changed(json_answer(200, url), host).body) == expected


@given(st.sampled_from(["location", "link", "refresh", "set-cookie", "x-next"]), st.text())
def test_an_answer_that_leads_below_the_base_url_stays(name, value):
    once = header(name, value)
    assert header(name, once) == once
