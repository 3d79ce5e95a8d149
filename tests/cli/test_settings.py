"""`mockserver settings`, and the settings file as commands read it."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mockserver.settings.table import TABLE
from tests.support.live import serve
from tests.support.terminal import called


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "mockserver.toml") -> None:
    Path(name).write_text(text, encoding="utf-8")


def printed(*arguments: str, **variables: str) -> dict[str, list[str]]:
    """The lines of the text format, by name of the setting, each divided into words."""
    result = called("settings", *arguments, **variables)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    return {line[0]: line[1:] for line in lines}


@pytest.mark.usefixtures("folder")
def test_each_setting_is_printed_with_its_value_and_its_source():
    write('# ours\njournal-size = 5\nno-auth = true\nallow-host = ["a", "b"]\n')
    lines = printed("-p", "8080", "a.yaml", "b.yaml", "--strict", MOCKSERVER_SEED="7")
    assert [*lines] == [each.name for each in TABLE]
    assert lines["spec"] == ["a.yaml", "b.yaml", "SPEC"]
    assert lines["port"] == ["8080", "--port"]
    assert lines["strict"] == ["true", "--strict"]
    assert lines["seed"] == ["7", "MOCKSERVER_SEED"]
    assert lines["journal-size"] == ["5", "mockserver.toml:2"]
    assert lines["no-auth"] == ["true", "mockserver.toml:3"]
    assert lines["allow-host"] == ["a", "b", "mockserver.toml:4"]
    assert lines["keep-alive"] == ["5", "default"]
    assert lines["session-ttl"] == ["-", "default"]
    assert lines["config"] == ["mockserver.toml", "default"]


@pytest.mark.usefixtures("folder")
def test_the_columns_are_aligned():
    lines = called("settings").stdout.splitlines()
    starts = {len(line) - len(line.rsplit(maxsplit=1)[1]) for line in lines}
    assert len(starts) == 1


@pytest.mark.usefixtures("folder")
def test_tokens_are_masked():
    write('token = "another secret token"')
    lines = called("settings", "--control-token", "open-sesame-please").stdout
    assert "open-sesame" not in lines
    assert "another" not in lines
    assert "…ease" in lines
    assert (
        "open-sesame"
        not in called("settings", "--format", "json", MOCKSERVER_CONTROL_TOKEN="open-sesame").stdout
    )


@pytest.mark.usefixtures("folder")
def test_the_json_format_has_the_same_as_values():
    write('spec = ["a.yaml"]\nsession-ttl = 1.5')
    shown = json.loads(called("settings", "--format", "json", "--no-cors").stdout)
    assert [*shown] == [each.name for each in TABLE]
    assert shown["spec"] == {"value": ["a.yaml"], "source": "mockserver.toml:1"}
    assert shown["session-ttl"] == {"value": 1.5, "source": "mockserver.toml:2"}
    assert shown["no-cors"] == {"value": True, "source": "--no-cors"}
    assert shown["fixtures"] == {"value": None, "source": "default"}
    assert shown["format"] == {"value": "json", "source": "--format"}


@pytest.mark.usefixtures("folder")
def test_the_project_file_and_a_named_file_are_read():
    write("[tool.mockserver]\nseed = 1", "pyproject.toml")
    write("seed = 2", "other.toml")
    assert printed()["seed"] == ["1", "pyproject.toml:2"]
    assert printed("--config", "other.toml")["seed"] == ["2", "other.toml:1"]
    assert printed(MOCKSERVER_CONFIG="other.toml")["config"] == ["other.toml", "MOCKSERVER_CONFIG"]
    write("")
    assert printed()["seed"] == ["0", "default"]


COMMANDS = (
    ["check"],
    ["scenarios"],
    ["coverage"],
    ["import", "page.md"],
    ["mutate", "--", "true"],
    ["settings"],
)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("arguments", [[], *COMMANDS], ids=lambda arguments: " ".join(arguments) or "serve")
def test_every_command_reads_the_file_and_reports_its_errors(arguments):
    write("port = 1\nprot = 2\nseed = 'x'")
    result = called(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "mockserver: mockserver.toml:2: unknown setting 'prot'; did you mean 'port'?\n"
        "mockserver: mockserver.toml:3: 'seed': expected an integer, found the string 'x'\n"
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"MOCKSERVER_PORT": "x"}, "MOCKSERVER_PORT: expected an integer from 0 to 65535, found 'x'"),
        ({"MOCKSERVER_CONFIG": "nothing.toml"}, "nothing.toml: there is no such file"),
        ({"MOCKSERVER_CONFIG": "."}, ".: cannot be read: Is a directory"),
    ],
)
def test_an_invalid_variable_is_named_and_exits_with_status_2(variables, message):
    result = called("scenarios", **variables)
    assert (result.exit_code, result.stderr) == (2, f"mockserver: {message}\n")


@pytest.mark.usefixtures("folder")
def test_an_unknown_variable_is_not_an_error():
    assert called("settings", MOCKSERVER_NOTHING="x").exit_code == 0


@pytest.mark.usefixtures("folder")
def test_the_values_of_the_file_reach_the_command():
    write("port = 5000\nhost = '::1'\nfail-under = 1")
    assert "http://[::1]:5000/carts/42" in called("scenarios").stdout
    assert "http://[::1]:6000/carts/42" in called("scenarios", "-p", "6000").stdout


def test_a_server_is_configured_by_the_file(folder):
    write(
        "openapi: 3.1.0\ninfo: {title: Small, version: '1'}\n"
        "paths: {/ping: {get: {responses: {'204': {description: Pong}}}}}\n",
        "small.yaml",
    )
    write('spec = ["small.yaml"]\nstrict-sessions = true\nlog-format = "json"')
    with serve(folder=folder) as live:
        assert httpx.get(f"{live.url}/ping").status_code == 400
        assert httpx.get(f"{live.url}/ping", headers={"X-Mock-Session": "a"}).status_code == 204
        assert '"status": 204' in live.log() or '"status":204' in live.log()


def loaded(folder: Path, command: str) -> set[str]:
    """The modules that a command loads in a folder."""
    program = (
        f"import mockserver.cli, sys\ntry: mockserver.cli.main({command.split()})\nexcept SystemExit: pass"
    )
    ran = subprocess.run(
        [sys.executable, "-c", f"{program}\nprint(*sys.modules, file=sys.__stderr__)"],
        cwd=folder, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return {*ran.stderr.split()}


def test_toml_is_loaded_only_if_there_is_a_file(folder):
    toml = {"tomllib", "mockserver.data.toml", "mockserver.settings.file"}
    write("[tool.other]\na = 1", "pyproject.toml")
    assert loaded(folder, "settings") & {*toml, "yaml"} == set()
    write("")
    assert loaded(folder, "settings") >= toml
