"""The soak: a server under mixed traffic for minutes, while invariants are checked at every answer."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))  # the tests' shared modules stand there, as under pytest
