"""A path below PREFIX/as/KEY is a path of the mocked API in the session KEY."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.session_path import SessionPaths
from mockserver.http.message import Request

PATHS = SessionPaths("/__mock")
SEGMENTS = st.text(st.sampled_from("ab._~-%2F/:@!é "), max_size=20)


def read(path: str, paths: SessionPaths = PATHS) -> tuple[str, str | None, str]:
    """The base path, the session key and the path of the mocked API."""
    request = paths.read(Request.build("GET", path))
    return request.base_path, request.session_key, request.head.path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/__mock/as/test-7/carts/42", ("/__mock/as/test-7", "test-7", "/carts/42")),
        ("/__mock/as/test-7/", ("/__mock/as/test-7", "test-7", "/")),
        ("/__mock/as/test-7", ("/__mock/as/test-7", "test-7", "/")),
        ("/__mock/as/../x", ("/__mock/as/..", "..", "/x")),
        ("/__mock/as/k//a/../b%2Fc%20", ("/__mock/as/k", "k", "//a/../b%2Fc%20")),
        ("/__mock/as/k/__mock/session", ("/__mock/as/k", "k", "/__mock/session")),
        ("/__mock/as/k/__mock/as/l/x", ("/__mock/as/k", "k", "/__mock/as/l/x")),
        ("/__mock/as/%6b/x", ("/__mock/as/%6b", "k", "/x")),
        ("/%5F_mock/%61s/k/x", ("/%5F_mock/%61s/k", "k", "/x")),
        ("/__mock/as//x", ("/__mock/as/", "", "/x")),
        ("/__mock/as/a%20b/x", ("/__mock/as/a%20b", "a b", "/x")),
        ("/__mock/as/k%2Fx", ("/__mock/as/k%2Fx", "k/x", "/")),
    ],
)
def test_a_path_with_a_key(path, expected):
    assert read(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/", "/carts/42", "/__mock", "/__mock/as", "/__mock/as/", "/__mock/%61s", "/__mock/ask/k/x",
        "/as/k/x", "/a/__mock/as/k/x", "/__mock/session", "/__mock%2Fas/k/x", "*", "/%",
    ],
)  # fmt: skip
def test_a_path_without_a_key_stays_as_it_is(path):
    assert read(path) == ("", None, path)


@given(SEGMENTS)
def test_the_path_behind_the_key_stays_as_it_was_sent(rest):
    assert read(f"/__mock/as/k/{rest}") == ("/__mock/as/k", "k", f"/{rest}")


def test_the_prefix_can_have_several_segments_and_any_characters():
    paths = SessionPaths("/my tools/mock.v1")
    assert read("/my%20tools/mock.v1/as/k/x", paths) == ("/my%20tools/mock.v1/as/k", "k", "/x")
    assert read("/my%20tools/mock-v1/as/k/x", paths)[0] == ""
    assert paths.split_head(b"GET /my%20tools/mock.v1/as/k/x HTTP/1.1") is not None
    assert paths.split_head(b"GET /my%20tools/mock-v1/as/k/x HTTP/1.1") is None


@pytest.mark.parametrize("path", ["/__mock", "/__mock/", "/__mock/session", "/__mock/as", "/__mock/as/"])
def test_a_path_without_a_key_below_the_prefix_is_that_of_a_control_call(path):
    assert PATHS.is_control(path)


@pytest.mark.parametrize("path", ["/__mock/as/k", "/__mock/as/k/__mock/session", "/__mock/as//x", "/__mocks"])
def test_a_path_with_a_key_is_not(path):
    assert not PATHS.is_control(path)


@pytest.mark.parametrize(
    ("target", "own"),
    [
        ("/__mock/as/k/x?y", b"/x?y"),
        ("/__mock/as/k", b"/"),
        ("/__mock/as/k?y", b"/?y"),
        ("/__mock/as/k//", b"//"),
    ],
)
def test_a_head_as_it_was_sent(target, own):
    head = f"GET {target} HTTP/1.1\r\nHost: a".encode()
    assert PATHS.split_head(head) == ("/__mock/as/k", "k", b"GET " + own + b" HTTP/1.1\r\nHost: a")


@pytest.mark.parametrize(
    "target",
    [
        "/x",
        "/__mock/as/",
        "/__mock/as//x",
        "/__mock/as/a%20b/x",
        "/%5F_mock/as/k/x",
        "http://a/__mock/as/k/x",
    ],
)
def test_a_head_that_only_a_parser_may_judge(target):
    assert PATHS.split_head(f"GET {target} HTTP/1.1".encode()) is None
