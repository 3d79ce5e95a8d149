"""The snippets of docs/official-sdks.md, each run as it is written against a mock of its section's vendor."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.sdks.node import MODULES, find_node
from tests.sdks.servers import serve_document, trust
from tests.support.docs import Block, blocks

SNIPPETS = [block for block in blocks("docs/official-sdks.md") if block.language in ("python", "js")]


def find_program(language: str) -> str:
    if language == "js":
        return find_node()
    if find_spec("openai") is None:
        pytest.skip("the SDKs for Python are not installed: run nox -s sdks")
    return sys.executable


@pytest.mark.parametrize("snippet", SNIPPETS, ids=[f"{each.section}-{each.language}" for each in SNIPPETS])
def test_the_snippet_prints_what_the_mock_answers(snippet: Block, tmp_path: Path) -> None:
    program = find_program(snippet.language)
    (tmp_path / "node_modules").symlink_to(MODULES)
    script = tmp_path / ("snippet.mjs" if snippet.language == "js" else "snippet.py")
    with serve_document(snippet.section.lower(), https="https://127" in snippet.text) as live:
        text = re.sub(r"https?://127\.0\.0\.1:4010", live.url, snippet.text)
        script.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [program, str(script)], cwd=tmp_path, env={**os.environ, **trust(live)}, capture_output=True,
            text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
