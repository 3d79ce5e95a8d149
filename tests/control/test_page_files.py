"""The dashboard's files are served below the prefix, to anyone but the pages of foreign origins."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mockserver
from mockserver.control.page_files import page_files
from mockserver.settings import Settings
from tests.support.asgi import in_process
from tests.support.console import open_console, problem

FOLDER = Path(mockserver.__file__).parent / "control/page"
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "require-trusted-types-for": "'script'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def policy(reply):
    directives = reply.header("content-security-policy").split(";")
    return dict(directive.strip().split(" ", 1) for directive in directives)


@pytest.mark.parametrize("name", sorted(page_files()))
def test_each_file_is_served_with_its_type_and_the_policy(console, name):
    reply = console.send("GET", f"/__mock/{name}")
    assert (reply.status, reply.body) == (200, (FOLDER / name).read_bytes())
    assert reply.header("content-type").partition(";")[0] == TYPES[Path(name).suffix]
    assert policy(reply) == POLICY
    assert reply.header("x-content-type-options") == "nosniff"


def test_every_file_of_the_folder_is_served():
    served = {FOLDER / name for name in page_files()}
    assert served == {path for path in FOLDER.rglob("*") if path.is_file()}


def test_the_prefix_with_a_slash_is_the_index(console):
    index = console.send("GET", "/__mock/")
    assert index.body == console.send("GET", "/__mock/index.html").body
    assert index.body.startswith(b"<!doctype html>")


def test_the_page_names_its_own_icon_and_uses_relative_addresses_only(console):
    index = console.send("GET", "/__mock/").body.decode()
    assert re.search(r'<link rel="icon" href="icon\.svg"', index)
    assert not re.findall(r'(?:src|href)="(?:/|[a-z]+:)', index)


def references(text: str) -> list[str]:
    """What a page, a style sheet or a module loads, as it names it; all views for `./views/${name}.js`."""
    named = re.findall(r"""(?:src|href)="([^"#]+)"|["'`](\.{1,2}/[^"'`]+)["'`]""", text)
    views = sorted(path.stem for path in (FOLDER / "views").iterdir())
    return ["".join(each).replace("${name}", view) for each in named for view in views]


@pytest.mark.parametrize("prefix", ["/__mock", "/tools/mock"])
def test_all_that_the_page_loads_is_found_behind_a_proxy_with_a_path_of_its_own(prefix):
    proxied = "http://proxy.example/apps/carts"
    found, waiting = set(), [urljoin(f"{proxied}/", f".{prefix}/")]
    with open_console(Settings(control_prefix=prefix)) as console:
        assert urljoin(f"{proxied}{prefix}", console.send("GET", prefix).header("location")) == waiting[0]
        while waiting:
            url = waiting.pop()
            reply = console.send("GET", url.removeprefix(proxied))
            assert reply.status == 200, url
            found.add(url)
            waiting += {urljoin(url, each) for each in references(reply.body.decode())} - found - {*waiting}
    names = {url.removeprefix(f"{proxied}{prefix}/") for url in found}
    assert names - {""} == page_files().keys() - {"index.html"}


def test_no_file_is_larger_than_what_a_page_may_weigh():
    assert sum(len(file.content) for file in page_files().values()) < 200_000


def test_head_has_the_headers_of_get_and_no_body(console):
    shown, asked = console.send("GET", "/__mock/"), console.send("HEAD", "/__mock/")
    assert (asked.status, asked.body, asked.headers) == (200, b"", shown.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_refused(console, method):
    reply = console.send(method, "/__mock/", b"x")
    assert (problem(reply), reply.header("allow")) == ("405 wrong-method", "GET, HEAD")


@pytest.mark.parametrize("sent", ["{}", "W/{}", '"other", {}', "*"])
def test_a_browser_that_has_a_file_gets_it_no_second_time(console, sent):
    tag = console.send("GET", "/__mock/icon.svg").header("etag")
    reply = console.send("GET", "/__mock/icon.svg", headers={"if-none-match": sent.replace("{}", tag)})
    assert (reply.status, reply.body, reply.header("etag")) == (304, b"", tag)
    assert policy(reply) == POLICY


def test_a_browser_with_another_version_gets_the_file(console):
    reply = console.send("GET", "/__mock/icon.svg", headers={"if-none-match": '"another"'})
    assert reply.status == 200


@pytest.mark.parametrize(
    "path",
    [
        "../page_files.py",
        "%2e%2e/page_files.py",
        "..%2fopenapi.yaml",
        "..\\openapi.yaml",
        "views/../../guard.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "icon.svg/",
        "icon.svg%00",
        "./icon.svg",
        "ICON.SVG",
    ],
)
def test_no_path_leads_out_of_the_folder(console, path):
    assert problem(console.send("GET", f"/__mock/{path}")) == "404 unknown-call"


@given(st.text("./%2efabcx\\", max_size=30))
def test_any_path_is_a_file_of_the_folder_or_unknown(path):
    with open_console() as console:
        reply = console.send("GET", f"/__mock/x{path}")
        assert problem(reply) == "404 unknown-call"


@pytest.mark.parametrize(
    ("prefix", "location"),
    [("/__mock", "./__mock/"), ("/tools/mock", "./mock/"), ("/a b:c", "./a%20b%3Ac/")],
)
def test_the_prefix_without_a_slash_leads_to_the_page(prefix, location):
    with open_console(Settings(control_prefix=prefix)) as console:
        path = prefix.replace(" ", "%20")
        assert console.send("GET", path).header("location") == location
        redirect = console.send("GET", f"{path}?__session=a%20b")
        assert (redirect.status, redirect.header("location")) == (302, f"{location}?__session=a%20b")
        assert console.send("GET", f"{path}/").status == 200


def test_the_page_leaves_nothing_in_the_journal_and_opens_no_session(console):
    for path in ("/__mock", "/__mock/?__session=a", "/__mock/icon.svg"):
        console.send("GET", path)
    assert console.exchanges() == []
    assert [each["key"] for each in console.call("GET sessions").json()["sessions"]] == ["default"]


def test_beyond_loopback_the_page_needs_no_token_and_its_calls_do():
    with open_console(Settings(host="0.0.0.0", control_token="secret")) as console:
        headers = {"host": "mock.example:4010"}
        assert console.send("GET", "/__mock/", headers=headers).status == 200
        assert problem(console.send("GET", "/__mock/session", headers=headers)) == "401 control-token"


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}])
def test_a_foreign_host_or_origin_gets_no_page(console, headers):
    for path in ("/__mock/", "/__mock"):
        assert problem(console.send("GET", path, headers=headers)) == "403 forbidden"


def test_a_path_with_a_session_key_is_the_mocked_api(console):
    reply = console.send("GET", "/__mock/as/KEY/", headers=BROWSER)
    assert problem(reply) == "404 unknown-path"
    assert reply.header("x-mock-session") == "KEY"


def test_with_a_port_of_its_own_the_page_may_send_requests_to_the_mocked_api():
    with open_console() as console, in_process(console.app.control_api) as process:
        console.server.port = 4010
        console.app.move_control_api(4011)
        control = replace(console, process=process)
        for host, origin in (("localhost", "http://localhost:4010"), ("[::1]", "http://*:4010")):
            reply = control.send("GET", "/__mock/", headers={"host": f"{host}:4011"})
            assert policy(reply)["connect-src"] == f"'self' {origin}"
        assert control.send("GET", "/", headers=BROWSER).header("location") == "./__mock/"
        assert problem(control.send("GET", "/")) == "404 unknown-call"
