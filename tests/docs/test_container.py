"""The Dockerfile and compose.yaml, tested without a Docker engine: their commands run here."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import starlette
import yaml

from tests.support.live import serve
from tests.support.paths import ROOT

pytestmark = pytest.mark.slow
INSTALLED = "/opt/mockserver"  # in the image
TOKEN = "a-token-of-the-tests"
PATIENCE = 30.0  # seconds


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions: name and arguments; continued lines are joined."""
    text = "\n".join(
        line for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    )
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, words) for name, _, words in (line.partition(" ") for line in lines if line)]


FILE = instructions()
FINAL = FILE[max(number for number, (name, _) in enumerate(FILE) if name == "FROM") :]


def final(name: str) -> str:
    """The arguments of the one instruction of this name in the final stage."""
    [words] = [words for each, words in FINAL if each == name]
    return words


def health_command() -> list[str]:
    command: list[str] = json.loads(final("HEALTHCHECK").partition("CMD ")[2])
    return command


def is_copied(path: str) -> bool:
    """Whether the last rule of .dockerignore that matches a path, or a folder above it, keeps it."""
    above = [path, *(str(parent) for parent in Path(path).parents if parent.name)]
    kept = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        rule = line.removeprefix("!").removeprefix("**/")
        anywhere = "**/" in line
        if not line.startswith("#") and any(
            fnmatch(Path(each).name if anywhere else each, rule) and (anywhere or "/" not in each)
            for each in above
        ):
            kept = line.startswith("!")
    return kept


def test_every_stage_is_built_on_a_slim_python():
    for words in (words for name, words in FILE if name == "FROM"):
        assert re.fullmatch(r"python:3\.(1[1-9])-slim( AS \w+)?", words)


def test_it_does_not_run_as_root():
    assert all(int(number) > 0 for number in final("USER").split(":"))


def test_it_is_started_in_exec_form_so_that_signals_reach_it():
    assert json.loads(final("ENTRYPOINT")) == ["mockserver"]
    assert "CMD" not in dict(FINAL)


def test_no_token_is_built_into_the_image():
    assert all("TOKEN" not in words for _, words in FILE)


def test_the_files_that_the_wheel_needs_are_copied_and_no_others():
    top = {path.name for path in ROOT.iterdir() if is_copied(path.name)}
    assert top == {"mockserver", "fixtures", "scenarios", "pyproject.toml", "README.md", "LICENSE"}
    assert not is_copied("mockserver/__pycache__")
    assert not is_copied("mockserver/models/carts/__pycache__/model.cpython-313.pyc")
    assert is_copied("mockserver/models/carts/model.py")


@dataclass(frozen=True, slots=True)
class Image:
    """The result of the Dockerfile's commands, in a folder instead of an image."""

    installed: Path

    def here(self, text: str) -> str:
        return text.replace(INSTALLED, str(self.installed))

    def environment(self, **further: str) -> dict[str, str]:
        """The image's ENV, with no variable of the tests except PATH."""
        environment = {"PATH": os.environ["PATH"]}
        for pair in shlex.split(final("ENV")):
            name, _, value = pair.partition("=")
            environment[name] = self.here(value).replace("$PATH", os.environ["PATH"])
        return environment | further


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The result of the RUN commands on the copied files; the tests' own dependencies are reused."""
    folder = tmp_path_factory.mktemp("image")
    source, image = folder / "source", Image(folder / "installed")
    shutil.copytree(
        ROOT,
        source,
        ignore=lambda where, names: [
            name for name in names if not is_copied(str((Path(where) / name).relative_to(ROOT)))
        ],
    )
    borrowed = str(Path(str(starlette.__file__)).parents[1])
    environment = {
        **os.environ,
        "PYTHONPATH": borrowed,  # the build backend
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # which means: without
    }
    for command in (words for name, words in FILE if name == "RUN"):
        done = subprocess.run(
            ["sh", "-c", image.here(command)],
            cwd=source, env=environment, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    [site] = image.installed.glob("lib/python*/site-packages")
    assert (site / "mockserver").is_dir()
    (site / "borrowed.pth").write_text(f"{borrowed}\n", encoding="utf-8")
    return image


@dataclass(frozen=True, slots=True)
class Container:
    """A server that runs as in the image, on a free port."""

    image: Image
    port: int
    process: subprocess.Popen[bytes]
    output: Path

    def health(self, **environment: str) -> int:
        """The exit status of the health check."""
        at = self.image.environment(MOCKSERVER_PORT=str(self.port), **environment)
        program, *arguments = health_command()
        path = shutil.which(program, path=at["PATH"])
        assert path is not None
        return subprocess.run([path, *arguments], env=at, capture_output=True, timeout=30).returncode


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def container(image: Image, tmp_path: Path) -> Iterator[Container]:
    """A server that was started in an empty working folder; it may not be ready yet."""
    port = free_port()
    environment = image.environment(MOCKSERVER_PORT=str(port), MOCKSERVER_CONTROL_TOKEN=TOKEN)
    program, *arguments = json.loads(final("ENTRYPOINT"))
    path = shutil.which(program, path=environment["PATH"])
    assert path is not None
    assert Path(path).is_relative_to(image.installed)
    output, folder = tmp_path / "output.txt", tmp_path / "data"
    folder.mkdir()
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [path, *arguments], cwd=folder, env=environment, stdout=stream, stderr=subprocess.STDOUT
        )
    try:
        yield Container(image, port, process, output)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def healthy(container: Container) -> Container:
    """A server whose health check succeeds."""
    give_up = time.monotonic() + PATIENCE
    while container.health() != 0:
        assert container.process.poll() is None, container.output.read_text(encoding="utf-8")
        assert time.monotonic() < give_up, "it did not become healthy"
        time.sleep(0.1)
    return container


def test_it_becomes_healthy_and_serves_and_requires_its_token(healthy):
    url = f"http://127.0.0.1:{healthy.port}"
    cart = httpx.patch(f"{url}/carts/42", json={}, headers={"Authorization": "Bearer flt_sk_demo"})
    assert cart.status_code == 200
    assert httpx.get(f"{url}/__mock/session").status_code == 401
    assert httpx.get(f"{url}/__mock/session", headers={"X-Mock-Token": TOKEN}).status_code == 200


def test_coverage_is_asked_for_with_the_token(healthy):
    at = healthy.image.environment()
    command = ["mockserver", "coverage", "--url", f"http://127.0.0.1:{healthy.port}"]
    path = shutil.which(command[0], path=at["PATH"])
    for token, status in ((["--token", TOKEN], 0), ([], 2)):
        done = subprocess.run([*command, *token], executable=path, env=at, capture_output=True, timeout=30)
        assert done.returncode == status


def test_it_listens_on_all_addresses_and_prints_no_token(healthy):
    printed = healthy.output.read_text(encoding="utf-8")
    assert f"mockserver is listening on http://0.0.0.0:{healthy.port}\n" in printed
    assert TOKEN not in printed


def test_it_is_stopped_by_sigterm_with_success(healthy):
    healthy.process.send_signal(signal.SIGTERM)
    assert healthy.process.wait(PATIENCE) == 0
    assert healthy.health() != 0, "a stopped server is not healthy"


def test_the_health_check_asks_the_control_port_if_there_is_one(image):
    with serve("--control-port", "0") as live:
        container = Container(image, live.address[1], live.process, live.output)
        control_port = str(urlsplit(live.control_url).port)
        assert container.health(MOCKSERVER_CONTROL_PORT=control_port) == 0
        assert container.health() != 0, "the port of the mocked API answers no control call"


def test_the_health_check_fails_on_an_answer_other_than_200(healthy):
    assert healthy.health(MOCKSERVER_CONTROL_PREFIX="/__elsewhere") != 0


COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def service(text: str) -> dict[str, Any]:
    [service] = yaml.safe_load(text)["services"].values()
    return dict(service)


def test_compose_builds_the_image_and_shows_its_port_to_this_machine_alone():
    assert service(COMPOSE)["build"] == "."
    assert service(COMPOSE)["ports"] == [f"127.0.0.1:{final('EXPOSE')}:{final('EXPOSE')}"]


def test_compose_refuses_to_start_without_a_token():
    token = service(COMPOSE)["environment"]["MOCKSERVER_CONTROL_TOKEN"]
    assert re.fullmatch(r"\$\{MOCKSERVER_CONTROL_TOKEN:\?[^}]+\}", token)


def test_uncommenting_two_lines_serves_the_user_s_own_contract():
    commented = re.sub(r"^    # (volumes|command):", r"    \1:", COMPOSE, flags=re.MULTILINE)
    assert service(commented).keys() - service(COMPOSE).keys() == {"volumes", "command"}
    [volume] = service(commented)["volumes"]
    _, inside, mode = volume.split(":")
    assert (inside, mode) == (final("WORKDIR"), "ro")
