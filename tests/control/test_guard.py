"""Access control of the control API: loopback hosts and origins, or the control token."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import create_app
from mockserver.control.guard import Caller, Forbidden, Guard, TokenNeeded, caller, host_name, is_loopback
from mockserver.http.message import Head
from mockserver.settings import Settings
from mockserver.settings.control_token import InvalidToken
from tests.support.console import open_console, problem

SECRET = "the-control-token"
ON_LOOPBACK = Guard(None, frozenset({"mock.test"}), frozenset({"https://app.test"}))
BEYOND = Guard(SECRET, frozenset(), frozenset({"https://app.test"}), is_token_required=True)
WITH_TOKEN = Guard(SECRET, frozenset({"mock.test"}), frozenset({"https://app.test"}))  # on loopback
PREFLIGHT = {"origin": "https://app.test", "access-control-request-method": "PUT"}
WELCOME = [
    "http://localhost:3000",
    "http://127.0.0.1:5173",
    "http://[::1]:80",
    "http://app.localhost",
    "https://app.test",
]
FOREIGN = [
    "https://evil.test",
    "http://localhost.evil.test",
    "https://app.test:444",
    "http://app.test",
    "null",
    "",
    "http://[",
    "file://",
    "http://localhost:3000@evil.test",
    "http://[::1]evil.test",
    "http://localhost/page",
    "http://localhost:99999",
    "localhost",
]


def admitted(
    guard: Guard,
    method: str = "GET",
    own_host: str = "127.0.0.1",
    *,
    is_local: bool = True,
    **headers: str,
) -> str:
    """What comes of a call: `yes`, or why not."""
    sent = [(name.replace("_", "-"), value) for name, value in headers.items()]
    try:
        guard.admit(Head(method, "/__mock/session", "", sent), Caller(own_host, is_local))
    except (Forbidden, TokenNeeded) as refusal:
        return type(refusal).__name__
    return "yes"


# On loopback: host names and origins


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:4010",
        "127.8.9.1",
        "localhost:4010",
        "LOCALHOST",
        "[::1]:4010",
        "app.localhost",
        "mock.test",
        "MOCK.test:80",
    ],
)
def test_on_loopback_a_call_comes_in_under_a_loopback_name_or_an_allowed_one(host):
    assert admitted(ON_LOOPBACK, host=host) == "yes"


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "evil.test:4010",
        "localhost.evil.test",
        "127.0.0.1.evil.test",
        "192.168.1.5",
        "0.0.0.0",
        "",
        "[",
        "mock.test.evil",
        "2130706433",
    ],
)
def test_on_loopback_a_foreign_host_name_is_refused_for_it_may_be_a_rebound_one(host):
    assert admitted(ON_LOOPBACK, host=host) == "Forbidden"


def test_on_loopback_a_call_without_a_host_name_is_refused():
    assert admitted(ON_LOOPBACK) == "Forbidden"


@pytest.mark.parametrize("origin", WELCOME)
def test_pages_of_loopback_and_of_allowed_origins_may_call(origin):
    assert admitted(ON_LOOPBACK, host="localhost", origin=origin) == "yes"


@pytest.mark.parametrize("origin", FOREIGN)
def test_pages_of_other_origins_may_not_call(origin):
    assert admitted(ON_LOOPBACK, host="localhost", origin=origin) == "Forbidden"


@pytest.mark.parametrize(
    ("host", "origin", "expected"),
    [
        ("mock.test:4010", "http://mock.test:4010", "yes"),
        ("mock.test:4010", "http://MOCK.test:4010", "yes"),
        ("mock.test:4010", "http://mock.test:3000", "Forbidden"),
    ],
    ids=["its own pages", "its own pages in capitals", "pages of another port"],
)
def test_under_an_allowed_name_the_server_s_own_pages_may_call(host, origin, expected):
    assert admitted(ON_LOOPBACK, host=host, origin=origin) == expected


# Beyond loopback: the token


@pytest.mark.parametrize(
    "headers",
    [
        {"x_mock_token": SECRET},
        {"authorization": f"Bearer {SECRET}"},
        {"authorization": f"bearer   {SECRET} "},
    ],
    ids=["X-Mock-Token", "Authorization", "Authorization, spaced"],
)
def test_beyond_loopback_the_token_opens_under_any_host_name(headers):
    assert admitted(BEYOND, host="mock.example", **headers) == "yes"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x_mock_token": ""},
        {"x_mock_token": SECRET[:-1]},
        {"x_mock_token": SECRET + "x"},
        {"x_mock_token": "wrong", "authorization": f"Bearer {SECRET}"},
        {"authorization": SECRET},
        {"authorization": f"Basic {SECRET}"},
        {"authorization": "Bearer"},
        {"host": "127.0.0.1"},
    ],
    ids=[
        "none",
        "empty",
        "cut off",
        "too long",
        "X-Mock-Token first",
        "no scheme",
        "Basic",
        "no value",
        "loopback Host",
    ],
)
def test_beyond_loopback_nothing_but_the_token_opens(headers):
    assert admitted(BEYOND, **headers) == "TokenNeeded"


@given(st.text(st.characters(max_codepoint=255)))
def test_no_other_text_opens(token):
    assert (admitted(BEYOND, x_mock_token=token) == "yes") == (token == SECRET)


def test_a_token_beyond_ascii_is_compared_by_the_bytes_that_come():
    guard = Guard("clé", frozenset(), frozenset())
    assert admitted(guard, x_mock_token="clé".encode().decode("latin-1")) == "yes"


def test_beyond_loopback_a_foreign_page_is_refused_though_it_has_the_token():
    assert (
        admitted(BEYOND, host="mock.example", origin="https://evil.test", x_mock_token=SECRET) == "Forbidden"
    )


@pytest.mark.parametrize("guard", [ON_LOOPBACK, BEYOND], ids=["on loopback", "beyond"])
def test_a_welcome_page_s_preflight_needs_no_token_since_browsers_send_none(guard):
    sent = {name.replace("-", "_"): value for name, value in PREFLIGHT.items()}
    assert admitted(guard, "OPTIONS", host="localhost", **sent) == "yes"
    assert (
        admitted(guard, "OPTIONS", host="localhost", **{**sent, "origin": "https://evil.test"}) == "Forbidden"
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_in_host_and_origin_is_let_in_or_refused(host, origin):
    assert admitted(ON_LOOPBACK, host=host, origin=origin) in ("yes", "Forbidden")


# On loopback: where the call comes from


@pytest.mark.parametrize(
    "client",
    [
        ("127.0.0.1", 50000),
        ("127.255.3.4", 1),
        ("::1", 50000),
        ("::1%lo", 50000),
        ("::ffff:127.0.0.1", 1),
        ["127.0.0.1", 1],
        ("testclient", 50000),
        ("", 0),
        None,
    ],
    ids=repr,
)
def test_callers_of_this_machine_are_local_and_those_without_an_ip_address(client):
    assert caller({"client": client}).is_local
    assert caller({"client": client, "server": ("127.0.0.1", 80)}).is_local
    assert caller({"client": client, "server": ("/run/mock.sock", None)}).is_local


@pytest.mark.parametrize(
    "address",
    ["192.0.2.7", "10.0.0.1", "0.0.0.0", "::", "128.0.0.1", "126.255.255.255", "::2", "fe80::1%eth0",
     "fe80::1%", "::ffff:192.0.2.7", "::127.0.0.1", "64:ff9b::7f00:1", "2001:db8::1"],
)  # fmt: skip
def test_callers_of_other_machines_are_not_local(address):
    assert not caller({"client": (address, 50000), "server": ("127.0.0.1", 80)}).is_local


@given(st.ip_addresses(v=4) | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_an_ipv4_mapped_address_is_local_if_its_ipv4_address_is(address):
    is_local = caller({"client": (str(address), 1)}).is_local
    assert is_local == (str(address).startswith("127."))
    assert caller({"client": (f"::ffff:{address}", 1)}).is_local == is_local


def test_a_client_that_left_before_its_address_was_read_is_local_only_if_no_other_could_connect():
    assert not caller({"client": None, "server": ("192.0.2.7", 80)}).is_local
    assert not caller({"client": None, "server": ("2001:db8::1", 80)}).is_local
    assert caller({"client": None, "server": ("::1", 80)}).is_local


def test_a_call_in_process_without_a_server_address_needs_a_host_name():
    assert caller({}).own_host is None
    nowhere = Head("GET", "/__mock/session", "", [])
    with pytest.raises(Forbidden):
        ON_LOOPBACK.admit(nowhere, caller({}))


@pytest.mark.parametrize("host", ["127.0.0.1:4010", "localhost", "mock.test", "evil.test"])
def test_a_call_of_another_machine_is_refused_whatever_its_host_says(host):
    assert admitted(ON_LOOPBACK, host=host, is_local=False) == "Forbidden"
    assert admitted(WITH_TOKEN, host=host, is_local=False) == "TokenNeeded"
    assert admitted(WITH_TOKEN, host=host, is_local=False, x_mock_token="wrong") == "TokenNeeded"


@pytest.mark.parametrize("host", ["127.0.0.1:4010", "mock.example"])
def test_a_call_of_another_machine_is_admitted_with_the_token(host):
    assert admitted(WITH_TOKEN, host=host, is_local=False, x_mock_token=SECRET) == "yes"
    assert admitted(WITH_TOKEN, host=host, is_local=False, authorization=f"Bearer {SECRET}") == "yes"


@pytest.mark.parametrize(
    "header",
    [
        "forwarded",
        "via",
        "x_real_ip",
        "x_forwarded_for",
        "x_forwarded_host",
        "x_forwarded_proto",
        "x_forwarded_by",
        "x_forwarded",
        "x_original_forwarded_for",
        "x_client_ip",
        "true_client_ip",
        "x_connecting_ip",
    ],
)
@pytest.mark.parametrize("value", ["", "127.0.0.1", "for=127.0.0.1"])
def test_a_call_that_a_proxy_passed_on_is_not_local(header, value):
    sent = {"host": "localhost", header: value}
    assert admitted(ON_LOOPBACK, **sent) == "Forbidden"
    assert admitted(WITH_TOKEN, **sent) == "TokenNeeded"
    assert admitted(WITH_TOKEN, x_mock_token=SECRET, **sent) == "yes"


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-", max_size=30))
def test_every_header_of_the_x_forwarded_family_says_that_a_proxy_passed_the_call_on(rest):
    assert admitted(ON_LOOPBACK, host="localhost", **{f"x-forwarded-{rest}": "1"}) == "Forbidden"


@pytest.mark.parametrize("name", ["x_forwarded_for", "x_real_ip", "x-forwarded_proto"])
def test_an_underscore_counts_as_a_hyphen_in_the_name_of_a_proxy_s_header(name):
    head = Head("GET", "/__mock/session", "", [("host", "localhost"), (name, "192.0.2.7")])
    with pytest.raises(Forbidden, match=name):
        ON_LOOPBACK.admit(head, Caller("127.0.0.1"))


@pytest.mark.parametrize("header", ["viaduct", "x_via", "x_forward", "forwarded_for_me"])
def test_headers_of_other_names_say_nothing_of_a_proxy(header):
    assert admitted(ON_LOOPBACK, host="localhost", **{header: "1"}) == "yes"


def test_on_loopback_a_local_call_needs_no_token_where_one_is_set():
    assert admitted(WITH_TOKEN, host="localhost") == "yes"
    assert admitted(WITH_TOKEN, host="evil.test") == "Forbidden"


def test_a_foreign_page_is_refused_from_everywhere_though_it_has_the_token():
    for is_local in (True, False):
        sent = {"host": "localhost", "origin": "https://evil.test", "x_mock_token": SECRET}
        assert admitted(WITH_TOKEN, is_local=is_local, **sent) == "Forbidden"


@pytest.mark.parametrize("order", [1, -1], ids=["foreign last", "foreign first"])
def test_of_two_origins_neither_may_be_foreign(order):
    origins = [("origin", "http://localhost"), ("origin", "https://evil.test")][::order]
    with pytest.raises(Forbidden, match=r"https://evil\.test"):
        ON_LOOPBACK.admit(Head("GET", "/", "", [("host", "localhost"), *origins]), Caller("127.0.0.1"))


def test_an_opaque_origin_is_foreign_to_a_call_that_names_no_host():
    assert admitted(WITH_TOKEN, host="", origin="null", x_mock_token=SECRET) == "Forbidden"


def test_a_refused_call_without_a_host_name_says_that_it_is_missing():
    with pytest.raises(Forbidden, match="names no host"):
        ON_LOOPBACK.admit(Head("GET", "/", "", []), Caller("127.0.0.1"))


def test_a_refused_call_says_what_to_do():
    with pytest.raises(
        Forbidden, match=r"from another machine, .*: start the server with --control-token TOKEN"
    ):
        ON_LOOPBACK.admit(Head("GET", "/", "", []), Caller("127.0.0.1", is_local=False))
    with pytest.raises(
        Forbidden, match=r"through a proxy \(it has the header via\), .* --control-token TOKEN"
    ):
        ON_LOOPBACK.admit(Head("GET", "/", "", [("via", "1.1 a")]), Caller("127.0.0.1", is_local=True))
    with pytest.raises(TokenNeeded, match="--control-token"):
        WITH_TOKEN.admit(Head("GET", "/", "", []), Caller("127.0.0.1", is_local=False))


# Names


@pytest.mark.parametrize(
    ("authority", "host"),
    [
        ("Host.test:80", "host.test"),
        ("host.test", "host.test"),
        ("[::1]:80", "::1"),
        ("[::1]", "::1"),
        ("", ""),
        (":80", ""),
    ],
)
def test_a_host_s_name_stands_before_the_port(authority, host):
    assert host_name(authority) == host


@pytest.mark.parametrize("host", ["localhost", "a.b.localhost", "127.0.0.1", "127.255.255.254", "::1"])
def test_this_machine_goes_by_these_names(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "::", "0.0.0.0", "128.0.0.1", "localhost.test", "notlocalhost", "fe80::1", "127.1"]
)
def test_this_machine_does_not_go_by_these_names(host):
    assert not is_loopback(host)


# The whole way


def test_a_refusal_is_a_problem_and_changes_nothing():
    with open_console() as opened:
        opened.patch("42", {"acquisition_mode": "BUY"})
        refused = opened.call("POST session/reset", headers={"origin": "https://evil.test"})
        assert problem(refused) == "403 forbidden"
        assert refused.header("access-control-allow-origin") is None
        assert problem(opened.call("DELETE requests", headers={"host": "evil.test"})) == "403 forbidden"
        assert len(opened.exchanges()) == 1


def test_beyond_loopback_the_refusal_asks_for_a_bearer_token():
    with open_console(Settings(host="0.0.0.0", control_token=SECRET)) as opened:
        refused = opened.call("GET session")
        assert problem(refused) == "401 control-token"
        assert refused.header("www-authenticate") == "Bearer"
        assert opened.call("GET session", headers={"x-mock-token": SECRET}).status == 200


def test_beyond_loopback_a_token_is_made_where_none_is_given():
    settings = Settings(host="0.0.0.0")
    with open_console(settings) as opened, open_console(settings) as other:
        token, other_token = opened.app.generated_token, other.app.generated_token
        assert token is not None
        assert len(token) >= 32
        assert token != other_token
        assert opened.call("GET session", headers={"x-mock-token": token}).status == 200
        assert opened.call("GET session", headers={"x-mock-token": str(other_token)}).status == 401


@pytest.mark.parametrize(
    "token", ["", " ", "\t\n", " padded", "padded ", "clé", "a\nb", "a\x7f", "\0"], ids=repr
)
def test_a_token_that_no_header_carries_is_refused_and_not_shown(token):
    with pytest.raises(
        InvalidToken, match="expected a non-empty token of printable ASCII characters, found"
    ) as error:
        create_app(Settings(control_token=token))
    assert not token.strip() or token not in str(error.value)


@pytest.mark.parametrize(
    "headers",
    [{}, {"host": "evil.test"}, {"origin": "https://evil.test"}, {"x-forwarded-for": "192.0.2.7"}],
    ids=["no token", "Host", "Origin", "a proxy"],
)
def test_health_is_open_to_all(headers):
    with open_console(Settings(host="0.0.0.0", control_token=SECRET)) as opened:
        assert opened.call("GET health", headers=headers).status == 200


def test_the_mocked_api_is_open_to_every_page_and_host():
    with open_console(Settings(host="0.0.0.0", control_token=SECRET)) as opened:
        reply = opened.patch(headers={"host": "evil.test", "origin": "https://evil.test"})
        assert (reply.status, reply.header("access-control-allow-origin")) == (200, "https://evil.test")


@pytest.mark.parametrize("origin", ["http://localhost:3000", "https://app.test"])
def test_a_welcome_page_may_read_the_answer_and_ask_before(origin):
    with open_console(Settings(allow_origins=("https://app.test",))) as opened:
        reply = opened.call("GET session", headers={"origin": origin})
        assert (reply.status, reply.header("access-control-allow-origin")) == (200, origin)
        asked = opened.call(
            "OPTIONS session/scenario",
            headers={
                "origin": origin,
                "access-control-request-method": "PUT",
                "access-control-request-headers": "x-mock-session",
            },
        )
        assert (asked.status, asked.header("access-control-allow-origin")) == (204, origin)
        assert "PUT" in str(asked.header("access-control-allow-methods"))
        assert asked.header("access-control-allow-headers") == "x-mock-session"


def test_a_welcome_page_may_read_a_problem_too():
    with open_console() as opened:
        reply = opened.call("GET requests/x9", headers={"origin": "http://localhost:3000"})
        assert (problem(reply), reply.header("access-control-allow-origin")) == (
            "404 unknown-exchange",
            "http://localhost:3000",
        )
