"""The long proof: `python -m tests.upstream.verify [SEEDS]`.

Each planted defect must be found within 20 s in 19 of 20 seeds, by at most 3 steps, and the provider without
defects must pass a run of 60 s.
"""

import sys

from tests.upstream.verify.planted import DEFECTS
from tests.upstream.verify.proof import first_difference, honest, planted_process

SHARE = 19 / 20
LONGEST = 3


def main(seeds: int) -> int:
    """Print a line for each defect; the exit status."""
    failed = False
    with planted_process() as url:
        for defect in DEFECTS:
            found = [first_difference(url, defect, seed) for seed in range(1, seeds + 1)]
            short = [each for each in found if each.calls is not None and each.calls <= LONGEST]
            slowest = max(each.seconds for each in found)
            longest = max((each.calls or 0 for each in found), default=0)
            print(
                f"{defect}: {len(short)} of {seeds} seeds, at most {longest} steps and {slowest:.1f} s;"
                f" {found[0].headline}",
                flush=True,
            )
            failed |= len(short) < SHARE * seeds
        result = honest(url, 1, 60.0)
        print(f"no defect: {result.requests:,} requests, {len(result.discoveries)} differences")
        failed |= bool(result.discoveries)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
