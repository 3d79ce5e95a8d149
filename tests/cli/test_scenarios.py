"""`mockserver scenarios`: the list, and curl commands that work as they are."""

import json
import shlex
import subprocess

from tests.support.paths import ROOT
from tests.support.terminal import called


def curl_lines(url: str) -> list[tuple[str, str, str]]:
    """Name, first answer and curl command of each scenario, for a server at `url`."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    blocks = called("scenarios", "--host", host, "--port", port).output.strip().split("\n\n")
    found = []
    for block in blocks:
        head, answers, line = block.splitlines()
        found.append(
            (head.partition(":")[0], answers.removeprefix("  answers ").partition(", then ")[0], line.strip())
        )
    return found


def test_every_scenario_is_listed_with_a_summary():
    output = called("scenarios").output
    names = {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    assert {name for name, _, _ in curl_lines("http://127.0.0.1:4010")} == names
    assert "order-not-cart: The order is no longer a cart.\n  answers 409 ORDER_NOT_CART\n" in output
    assert "  answers 200 (connection-reset)\n" in output
    assert "submitted-elsewhere: " in output
    assert "  answers 200, then 200, then 409 ORDER_NOT_CART\n" in output


def test_the_json_schema_of_scenario_files_is_printed():
    shipped = ROOT / "mockserver/scenarios/scenario.schema.json"
    assert called("scenarios", "--schema").output == shipped.read_text(encoding="utf-8")


def test_every_curl_command_works(live_server):
    """One shell runs them all at once, each in its own session, because a story advances with each call."""
    lines = curl_lines(live_server.url)
    pasted = [
        f"{line} -s -o /dev/null -w '{name} %{{http_code}}\\n' -H 'X-Mock-Session: paste-{name}' &"
        for name, _, line in lines
    ]
    done = subprocess.run(
        ["bash", "-c", "\n".join([*pasted, "wait"])], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
    seen = {name: "000" if "reset" in answer else answer[:3] for name, answer, _ in lines}  # 000: no answer
    assert sorted(done.stdout.splitlines()) == sorted(f"{name} {status}" for name, status in seen.items())


def test_every_curl_command_is_one_line():
    for _, _, line in curl_lines("http://127.0.0.1:4010"):
        words = shlex.split(line)
        assert words[:2] == ["curl", "-i"]
        assert json.loads(words[words.index("-d") + 1]) is not None
