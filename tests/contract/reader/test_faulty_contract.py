"""A contract with findings is served without its defects, `check` lists them, and `--strict` refuses it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockserver import create_app
from mockserver.cli import main
from mockserver.cli.banner import banner
from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.asgi import in_process
from tests.support.live import serve

FAULTY = """openapi: 3.1.0
info: {title: Faulty, version: "1"}
servers: [{url: https://api.example.com/v1}]
paths:
  /broken/{id}:
    get:
      responses:
        "200":
          description: x
          content: {application/json: {schema: {required: [a], properties: {a: {$ref: "#/gone"}}}}}
  /gone: {$ref: gone.yaml}
  /sound:
    get: {responses: {"200": {description: x, content: {application/json: {schema: {const: 1}}}}}}
"""
LINES = [6, 10, 11]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path := tmp_path_factory.mktemp("faulty") / "api.yaml").write_text(FAULTY, encoding="utf-8")
    return path


def called(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def test_check_lists_each_finding_with_its_line_and_exits_with_1(faulty):
    result = called("check", faulty)
    found = [line.removeprefix(f"{faulty}:").partition(":")[0] for line in result.stdout.splitlines()]
    assert (found, result.exit_code) == ([*map(str, LINES)], 1)


@pytest.mark.parametrize(("command", "status"), [("serve", 2), ("check", 1)])
def test_strict_refuses_the_contract_and_lists_all_findings(faulty, command, status):
    result = called(command, faulty, "--strict")
    assert result.exit_code == status
    assert [f":{line}: " in result.output for line in LINES] == [True] * len(LINES)


def test_strict_can_be_set_in_the_environment(faulty):
    assert CliRunner().invoke(main, ["serve", str(faulty)], env={"MOCKSERVER_STRICT": "1"}).exit_code == 2


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        (b"/sound", 200, 1),
        (b"/v1/sound", 200, 1),
        (b"/broken/1", 200, None),
        (b"/gone", 404, None),
        (b"/sound/", 200, 1),
    ],
)
def test_operations_without_findings_are_served(faulty, path, status, body):
    with in_process(create_app(Settings(specs=(faulty,)))) as caller:
        reply = caller.send("GET", path)
    assert reply.status == status
    if body is not None:
        assert reply.json() == body


def test_a_path_that_differs_by_a_trailing_slash_gets_a_hint_where_spellings_are_strict(faulty):
    with in_process(create_app(Settings(specs=(faulty,), strict_parameters=True))) as caller:
        problem = caller.send("GET", b"/sound/").json()
    assert problem["nearest"] == "/sound"
    assert problem["detail"].endswith("note the slash at the end: the contract has /sound")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FAULTY, "3 findings in the contract (list them: mockserver check)"),
        ("openapi: 3.1.0\npaths: {a: {}}", "1 finding in the contract (list it: mockserver check)"),
        ("openapi: 3.1.0\npaths: {}", None),
    ],
    ids=["several", "one", "none"],
)
def test_the_banner_counts_the_findings(tmp_path, text, said):
    (path := tmp_path / "api.yaml").write_text(text, encoding="utf-8")
    lines = [
        line for line in banner(load_backend(Settings(specs=(path,)))).splitlines() if " finding" in line
    ]
    assert lines == ([said] if said else [])


def test_a_server_starts_despite_findings(faulty):
    with serve(str(faulty)) as live:
        assert live.url.startswith("http://")


# Malicious documents


BOMB = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"l{number}: &l{number} [{', '.join([f'*l{number - 1}'] * 10)}]\n" for number in range(1, 9)
)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("api.yaml", f"openapi: 3.1.0\npaths: {{}}\n{BOMB}", "aliases expand to more than 1,000,000 values"),
        ("api.yaml", "openapi: 3.1.0\npaths: &a\n  /x: *a", "an anchor contains an alias of itself"),
        ("api.json", '{"x": [' + "{}," * 1_000_000 + "{}]}", "more than 1,000,000 values"),
        ("api.json", json.dumps({"swagger": "2.0"}), "this is Swagger 2.0; convert it to OpenAPI 3 first"),
        (
            "api.json",
            '{"openapi": "3.0.0", "components": {"schemas": {"A": '
            + '{"nullable": true, "not": ' * 190 + "{}" + "}" * 190 + "}}}",
            "its schemas are nested too deeply",
        ),
    ],
    ids=["a bomb", "a circle of aliases", "values without end", "Swagger 2.0", "depth"],
)  # fmt: skip
def test_a_document_that_cannot_be_read_gives_one_line_of_output(tmp_path, name, text, said):
    (path := tmp_path / name).write_text(text, encoding="utf-8")
    result = called("serve", path)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
