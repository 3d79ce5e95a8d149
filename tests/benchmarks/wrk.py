"""Drives by `wrk`, with a script in Lua that sets the request and tells exactly what was measured.

wrk corrects its latencies for coordinated omission before the script sees them (`stats_correct` in wrk.c).
"""

import json
import math
import re
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.latency import interval, uncorrected
from tests.benchmarks.load import CONNECTIONS, Load
from tests.benchmarks.round import Round, latency_figures

SET_UP = """
wrk.method = {method}
wrk.body = {body}
"""
HEADER = "wrk.headers[{name}] = {value}\n"
TURNS = """
wrk.headers[{name}] = "{{}}"
local before, after, turn

init = function()
  before, after = wrk.format():match("^(.*){{}}(.*)$")
  turn = {first}
end

request = function()
  turn = (turn + 1) % {turns}
  return before .. {prefix} .. turn .. after
end
"""
REPORT = """
done = function(summary, latency)
  local errors, all = summary.errors, {}
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  for index = 1, #latency do all[index] = string.format("%d:%d", latency(index)) end
  print(string.format("measured requests=%d us=%d errors=%d broken=%d", summary.requests,
    summary.duration, errors.status, broken))
  print("latencies " .. table.concat(all, " "))
end
"""
MEASURED = re.compile(r"^measured (.*)\nlatencies (.*)$", re.MULTILINE)


def version() -> str:
    """Name and version, as wrk itself tells them."""
    told = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False).stdout
    return " ".join(told.split()[:2])


def send(load: Load, port: int, seconds: float) -> Round:
    """Drives for so many whole seconds, one at least: wrk knows no less."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "load.lua")
        path.write_text(script(load), encoding="utf-8")
        command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{max(1, math.ceil(seconds))}s"]
        url = f"http://127.0.0.1:{port}{load.target}"
        ran = subprocess.run([*command, "-s", str(path), url], capture_output=True, text=True, check=True)
    return parse(ran.stdout)


def script(load: Load) -> str:
    """The Lua of a load; Lua reads the strings of JSON that we need, for all is ASCII."""
    lines = [SET_UP.format(method=json.dumps(load.method), body=json.dumps(load.body))]
    lines += [
        HEADER.format(name=json.dumps(name), value=json.dumps(load.headers[name])) for name in load.headers
    ]
    if load.turns:
        changed = {"name": json.dumps(load.turning), "prefix": json.dumps(load.prefix())}
        lines.append(TURNS.format(turns=load.turns, first=load.first_turn(), **changed))
    return "".join([*lines, REPORT])


def parse(output: str) -> Round:
    """What the script's last lines say; raises ValueError where there are none."""
    lines = MEASURED.search(output)
    if lines is None:
        raise ValueError(f"wrk told nothing that it measured; it printed:\n{output}")
    told = {name: int(value) for name, value in (pair.split("=") for pair in lines[1].split())}
    reported = {int(us): int(count) for us, count in (pair.split(":") for pair in lines[2].split())}
    expected = interval(told["requests"], told["us"], CONNECTIONS)
    return Round(
        requests=told["requests"],
        seconds=told["us"] / 1e6,
        errors=told["errors"],
        broken=told["broken"],
        **latency_figures(uncorrected(reported, expected), expected),
    )
