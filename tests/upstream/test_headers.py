"""Heads on their way to the real backend and back."""

from mockserver.http.message import Head
from mockserver.upstream.headers import passed_headers, passed_target, returned_headers
from mockserver.upstream.origin import Origin

API = Origin.of_url("https://api.example.com/v1")


def passed(*headers: tuple[str, str]) -> dict[str, str]:
    head = Head("GET", "/carts", "", [("host", "127.0.0.1:4010"), *headers])
    return dict(passed_headers(head, API, "127.0.0.1", "http"))


def returned(*headers: tuple[str, str], cors: bool = True) -> dict[str, str]:
    return dict(returned_headers(headers, API, "http://127.0.0.1:4010", encrypted=False, cors=cors))


def test_the_host_is_that_of_the_backend_and_forwarded_says_what_the_client_asked():
    assert passed() == {
        "host": "api.example.com",
        "forwarded": 'for=127.0.0.1;host="127.0.0.1:4010";proto=http',
        "via": "1.1 mockserver",
    }


def test_earlier_hops_stay_in_forwarded_and_via():
    found = passed(("forwarded", "for=10.0.0.1"), ("via", "1.1 edge"))
    assert found["forwarded"].startswith("for=10.0.0.1, for=127.0.0.1;")
    assert found["via"] == "1.1 edge, 1.1 mockserver"


def test_headers_of_the_hop_are_taken_off_and_those_that_connection_lists():
    headers = [
        ("connection", "close, X-Hop"),
        ("x-hop", "1"),
        ("te", "trailers"),
        ("keep-alive", "9"),
        ("x", "2"),
    ]
    assert passed(*headers).keys() == {"host", "x", "forwarded", "via"}
    assert returned(*headers, ("date", "now"), ("content-length", "3")).keys() == {"x", "via"}


def test_what_is_meant_for_the_mock_server_is_taken_off():
    found = passed(
        ("x-mock-session", "a"),
        ("cookie", "a=1; mock_session=b; c=2"),
        ("baggage", "user=1, mock-session=b"),
        ("prefer", 'code=409, return=minimal; foo="a,b"'),
    )
    assert "x-mock-session" not in found
    assert (found["cookie"], found["baggage"]) == ("a=1; c=2", "user=1")
    assert found["prefer"] == 'return=minimal; foo="a,b"'


def test_a_header_that_had_nothing_else_is_not_sent():
    assert passed(("cookie", "mock_session=b"), ("prefer", "code=409")).keys() == {"host", "forwarded", "via"}


def test_the_target_keeps_its_encoding_and_loses_the_members_for_the_mock_server():
    head = Head("GET", "/a%2Fb/%C3%A9", "q=%20+&__scenario=x&%5F%5Fsession=y&empty")
    assert passed_target(head, API) == "/v1/a%2Fb/%C3%A9?q=%20+&empty"
    assert passed_target(Head("GET", "/a", "__code=1"), API) == "/v1/a"


def test_the_headers_of_cors_are_the_mock_servers_unless_it_sends_none():
    header = ("access-control-allow-origin", "https://app.example.com")
    assert "access-control-allow-origin" not in returned(header)
    assert returned(header, cors=False)["access-control-allow-origin"] == header[1]


def test_locations_and_cookies_lead_to_the_mock_server():
    found = returned(
        ("location", "https://api.example.com/v1/carts/1"), ("set-cookie", "a=1; Domain=example.com")
    )
    assert (found["location"], found["set-cookie"]) == ("http://127.0.0.1:4010/carts/1", "a=1")
