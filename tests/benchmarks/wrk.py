"""Drives by `wrk`, with a script in Lua that sets the request and tells exactly what was measured."""

import json
import math
import re
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.load import CONNECTIONS, Load, value_of
from tests.benchmarks.round import Round

SET_UP = """
wrk.method = {method}
wrk.body = {body}
"""
HEADER = "wrk.headers[{name}] = {value}\n"
TURNS = """
local requests, turn = {{}}, 0
init = function()
  for number = 0, {turns} - 1 do
    wrk.headers[{name}] = {prefix} .. number
    requests[number] = wrk.format()
  end
end
request = function()
  turn = (turn + 1) % {turns}
  return requests[turn]
end
"""
REPORT = """
done = function(summary, latency)
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  print(string.format("measured requests=%d us=%d errors=%d broken=%d p50=%d p99=%d", summary.requests,
    summary.duration, errors.status, broken, latency:percentile(50), latency:percentile(99)))
end
"""
MEASURED = re.compile(r"^measured (.*)$", re.MULTILINE)


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
        prefix = value_of(0).removesuffix("0")
        changed = {"name": json.dumps(load.turning), "prefix": json.dumps(prefix)}
        lines.append(TURNS.format(turns=load.turns, **changed))
    return "".join([*lines, REPORT])


def parse(output: str) -> Round:
    """What the script's last line says; raises ValueError where there is none."""
    line = MEASURED.search(output)
    if line is None:
        raise ValueError(f"wrk told nothing that it measured; it printed:\n{output}")
    told = {name: int(value) for name, value in (pair.split("=") for pair in line[1].split())}
    return Round(
        requests=told["requests"],
        seconds=told["us"] / 1e6,
        errors=told["errors"],
        broken=told["broken"],
        p50=told["p50"] / 1e3,
        p99=told["p99"] / 1e3,
    )
