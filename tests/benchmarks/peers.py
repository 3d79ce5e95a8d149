"""Other mock servers, from npm, in a folder of their own; what is not there is left out."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.contestants import Contestant, contract
from tests.benchmarks.load import VALID
from tests.benchmarks.process import PORT

FOLDER = Path(".peers")  # git ignores it
ANSWER = {
    "data": {
        "id": 42,
        "purchaser_id": 12,
        "num_devices": 2,
        "rent": "52.25",
        "currency": "EUR",
        "devices": [
            {"id": 9001, "name": "Tern 14 laptop", "rent": "39.90", "product_id": 101},
            {"id": 9002, "name": "Plover 27 monitor", "rent": "12.35", "product_id": 201},
        ],
    }
}
STUB = {  # WireMock validates nothing: it answers each PATCH of a cart
    "request": {"method": "PATCH", "urlPathPattern": "/carts/[1-9][0-9]*"},
    "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "jsonBody": ANSWER},
}


@dataclass(frozen=True, slots=True)
class Peer:
    """A package of npm, the program that runs it, the file of it that is run, and further arguments."""

    name: str
    label: str
    package: str
    version: str
    program: tuple[str, ...]
    file: str
    arguments: tuple[str, ...]

    def installed(self, folder: Path) -> str | None:
        """The version that is in the folder; None: none, or the program that runs it is missing."""
        manifest = folder / "node_modules" / self.package / "package.json"
        if not manifest.exists() or shutil.which(self.program[0]) is None:
            return None
        return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


SPEC, STUBS = "{spec}", "{stubs}"
JAVA = ("java", "-jar")
PEERS = (
    Peer(
        "prism",
        "Prism",
        "@stoplight/prism-cli",
        "5.14.2",  # the last that runs on Node 18 to 22
        ("node",),
        "dist/index.js",
        ("mock", "-h", "127.0.0.1", "-p", PORT, SPEC),
    ),
    Peer(
        "wiremock",
        "WireMock",
        "wiremock",
        "3.13.2",
        JAVA,
        "build/wiremock-standalone-3.13.2.jar",
        # Its journal has no end by default; ours keeps 1,000.
        (
            *("--port", PORT, "--bind-address", "127.0.0.1", "--root-dir", STUBS),
            *("--max-request-journal-entries", "1000"),
        ),
    ),
    Peer(
        "mockoon",
        "Mockoon",
        "@mockoon/cli",
        "9.9.0",
        ("node",),
        "bin/run.js",
        ("start", "--hostname", "127.0.0.1", "--port", PORT, "--data", SPEC),
    ),
    Peer(
        "specmatic",
        "Specmatic",
        "specmatic",
        "2.55.1",
        JAVA,
        "specmatic.jar",
        ("stub", "--host", "127.0.0.1", "--port", PORT, SPEC),
    ),
)


class CannotFetch(Exception):
    """npm is missing, or did not fetch the peers."""


def fetch(folder: Path) -> None:
    """Have npm put all peers into the folder, in the versions named here; raises CannotFetch."""
    if all(peer.installed(folder) == peer.version for peer in PEERS):
        return
    if shutil.which("npm") is None:
        raise CannotFetch("the peers come from npm, which is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {"private": True, "dependencies": {peer.package: peer.version for peer in PEERS}}
    (folder / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    # The packages' own scripts only count installations.
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise CannotFetch(f"npm install failed in {folder}:\n{ran.stderr.strip()}")


def present(folder: Path, scratch: Path) -> list[Contestant]:
    """The peers that the folder has; what they read is written to `scratch`."""
    stubs = scratch / "mappings" / "patch.json"
    stubs.parent.mkdir()
    stubs.write_text(json.dumps(STUB), encoding="utf-8")
    return [
        Contestant(peer.name, f"{peer.label} {version}", version, _command(peer, folder, scratch), VALID)
        for peer in PEERS
        if (version := peer.installed(folder)) is not None
    ]


def absent(folder: Path) -> Sequence[str]:
    """The labels of the peers that take no part."""
    return [peer.label for peer in PEERS if peer.installed(folder) is None]


def _command(peer: Peer, folder: Path, stubs: Path) -> tuple[str, ...]:
    read = {SPEC: str(contract()), STUBS: str(stubs)}
    file = folder.resolve() / "node_modules" / peer.package / peer.file
    return (*peer.program, str(file), *(read.get(argument, argument) for argument in peer.arguments))
