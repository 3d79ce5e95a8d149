"""The base paths of `servers`, and findings about them."""

import pytest

from mockserver.contract.reader.servers import LIMIT, base_paths
from mockserver.data.json import Json


def read(*servers: Json) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    findings: list[tuple[str, str]] = []
    return base_paths(
        list(servers), "/servers", lambda pointer, message: findings.append((pointer, message))
    ), findings


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://api.example.com", ""),
        ("https://api.example.com/", ""),
        ("https://api.example.com/v1", "/v1"),
        ("https://api.example.com/v1/", "/v1"),
        ("https://user@api.example.com:8443/a/b?c=d#e", "/a/b"),
        ("//api.example.com/v1", "/v1"),
        ("/v1", "/v1"),
        ("v1", "/v1"),
        ("./v1", "/v1"),
        ("../v1", "/v1"),
        ("/", ""),
        ("", ""),
        ("/a%20b", "/a%20b"),
    ],
)
def test_the_base_path_of_a_url(url, path):
    assert read({"url": url}) == ((path,), [])


@pytest.mark.parametrize("servers", [None, [], "x", {}])
def test_the_base_path_is_the_root_without_servers(servers):
    assert base_paths(servers, "/servers", lambda *_: pytest.fail("a finding")) == ("",)


def test_each_value_of_a_variable_gives_a_base_path_the_default_first():
    variables: Json = {
        "host": {"default": "api"},
        "stage": {"default": "live", "enum": ["test", "live"]},
        "version": {"default": "v1", "enum": ["v1", "v2"]},
    }
    server: Json = {"url": "https://{host}.example.com/{stage}/{version}", "variables": variables}
    assert read(server) == (("/live/v1", "/live/v2", "/test/v1", "/test/v2"), [])


def test_several_servers_give_each_path_once():
    assert read({"url": "/v1"}, {"url": "https://a/v1"}, {"url": "/v2"})[0] == ("/v1", "/v2")


def test_the_number_of_base_paths_is_limited():
    names = [f"v{number}" for number in range(40)]
    variables: Json = {name: {"default": "a", "enum": ["a", "b", "c"]} for name in names}
    paths, _ = read({"url": "/" + "/".join(f"{{{name}}}" for name in names), "variables": variables})
    assert len(paths) == LIMIT


@pytest.mark.parametrize(
    ("server", "paths", "pointer", "message"),
    [
        ({"url": "/{v}", "variables": {"w": {"default": "1"}}}, ("",), "/url", "'v' is not described"),
        ({"url": "https://{h}/v1"}, ("/v1",), "/url", "the server variable 'h' is not described"),
        ({"url": "/{v}", "variables": {"v": {}}}, ("",), "/variables/v", "string as its 'default'"),
        ({"url": "/{v}", "variables": {"v": {"default": 1}}}, ("",), "/variables/v", "a string as"),
        (
            {"url": "/{v}", "variables": {"v": {"default": "live", "enum": ["liv"]}}},
            ("/live", "/liv"),
            "/variables/v/default",
            "the default 'live' is not in the enum; did you mean 'liv'?",
        ),
        ({"url": "http://[/v1"}, ("",), "/url", "'http://[/v1' is not a valid URL"),
        ({}, ("",), "", "a server must have a 'url'"),
        ("/v1", ("",), "", "a server must have a 'url'"),
    ],
)  # fmt: skip
def test_a_defect_is_reported_and_the_rest_is_served(server, paths, pointer, message):
    found, [(at, said)] = read(server)
    assert found == paths
    assert at == f"/servers/0{pointer}"
    assert message in said
