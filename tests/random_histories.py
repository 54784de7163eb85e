"""Random histories of trades through the wash-sale rule and a matcher share by share.

Usage: python tests/random_histories.py [--count N] [--seed FIRST]
Exit codes: 0 all agree, 1 one does not (its seed is printed).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "unit"), str(HERE.parent / "scripts")]

from test_wash_matching import compared  # noqa: E402


def main() -> int:
    """The exit code, after comparing the histories."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    sure = 0
    for seed in range(asked.seed, asked.seed + asked.count):
        mine, slow = compared(seed)
        if mine != slow:
            print(f"seed {seed}: {mine} is not {slow}")
            return 1
        sure += sum(bool(row[1]) for row in slow)
    print(f"{asked.count} histories agree; {sure} losses were replaced")
    return 0


if __name__ == "__main__":
    sys.exit(main())
