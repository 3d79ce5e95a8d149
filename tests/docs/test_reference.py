"""The reference pages in docs/reference are generated from the code, and up to date."""

import re
import subprocess
import sys
from pathlib import Path

import yaml

from mockserver.models.carts.loading import read_world
from mockserver.models.carts.world import LAYOUTS
from tests.support.docs import read
from tests.support.keys import recorded_keys
from tests.support.paths import FIXTURES, ROOT

FOLDER = ROOT / "docs/reference"
PAGES = [
    "docs/reference/command-line.md",
    "docs/reference/control-api.md",
    "docs/reference/problems.md",
    "docs/reference/scenario-files.md",
    "docs/reference/settings.md",
]


def generate(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, script, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_the_pages_are_up_to_date():
    done = generate(ROOT / "docs/generate.py", "--check")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(str(path.relative_to(ROOT)) for path in FOLDER.iterdir()) == PAGES


def test_a_page_that_is_out_of_date_is_named_and_written_anew(tmp_path):
    (tmp_path / "generator").symlink_to(ROOT / "docs/generator")
    script = tmp_path / "generate.py"
    script.write_bytes((ROOT / "docs/generate.py").read_bytes())
    assert generate(script).returncode == 0
    page = tmp_path / "reference/problems.md"
    page.write_text("old", encoding="utf-8")
    done = generate(script, "--check")
    assert (done.returncode, done.stderr) == (1, f"{page} is out of date; run: python docs/generate.py\n")
    assert generate(script).returncode == 0
    assert page.read_bytes() == (FOLDER / "problems.md").read_bytes()


def test_the_page_of_fixtures_names_every_key_of_the_world_file():
    world = yaml.safe_load((FIXTURES / "world.yaml").read_text(encoding="utf-8"))
    with recorded_keys() as accepted:
        read_world(world)
    named = {*re.findall(r"`([A-Za-z_]+)`", read("docs/fixtures.md"))}
    layouts = {*LAYOUTS}
    assert {key for keys, _ in accepted.values() for key in keys} - named - layouts == set()
