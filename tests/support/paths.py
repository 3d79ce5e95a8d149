"""Where things lie in the checkout, and the data beside it that some tests read."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
SCENARIOS = ROOT / "scenarios"
SHARED = ROOT.parent / "shared"
README = ROOT / "README.md"
