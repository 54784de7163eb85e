"""Measures how good the product's plans are beside the best there are, and beside other programs.

Usage: python tests/quality/plan_quality.py [--against COMMIT] [--sizes 3,10,25] [--count 200]
Random accounts, drawn by seed, are planned through the public door; scipy's HiGHS finds the best
orders under the same rules, PyPortfolioOpt allocates to the same targets. Prints a table for each
size and every bound. Exit codes: 0 all bounds hold, 1 otherwise.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "scripts"), os.path.join(ROOT, "tests", "unit")]

from bounds import bounds_of  # noqa: E402
from households import households  # noqa: E402
from options_study import SIZE, few_orders, smallest_orders  # noqa: E402
from products import products  # noqa: E402
from study import Limits, studied  # noqa: E402
from tables import table  # noqa: E402

SIZES = (3, 10, 25, 100, 500, 1000)
# Size up to which -> how many accounts are solved, for how many seconds at most each, how nearly.
SOLVED = {
    25: (200, 10.0, 3e-4),
    100: (60, 10.0, 1e-3),
    500: (10, 15.0, 1e-3),
    1000: (4, 20.0, 2e-3),
}
# What is measured beside plans of one account without options, and in how many accounts at most.
STUDIES = ((smallest_orders, 100), (few_orders, 100), (households, 200))


def main() -> int:
    """Prints the tables and the bounds; the exit code."""
    arguments = _arguments()
    start, bounds = time.perf_counter(), []
    print(f"Seeds {arguments.seed} to {arguments.seed + arguments.count - 1}.", flush=True)
    with products(arguments.against) as kinds, tempfile.TemporaryDirectory() as folder:
        for size in arguments.sizes:
            before = time.perf_counter()
            outcomes = studied(size, _limits(size, arguments), kinds, folder)
            print("", *table(size, outcomes), sep="\n")
            print(f"In {time.perf_counter() - before:.0f} s.", flush=True)
            bounds += bounds_of(size, outcomes)
        for study, most in () if arguments.only_sizes else STUDIES:
            before = time.perf_counter()
            lines, found = study(_limits(SIZE, arguments, most), kinds, folder)
            print("", *lines, f"In {time.perf_counter() - before:.0f} s.", sep="\n", flush=True)
            bounds += found
    print("", *bounds, sep="\n")
    print(f"In {time.perf_counter() - start:.0f} s.")
    return 0 if all(bound.holds for bound in bounds) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", default="", metavar="COMMIT", help="also plan with this one")
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help="numbers of positions: 3,10")
    parser.add_argument("--count", type=int, default=200, help="accounts of each size")
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--solve", type=int, help="accounts of each size to solve for their best")
    parser.add_argument("--only-sizes", action="store_true", help="no options, no households")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time")
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def _limits(size: int, arguments: argparse.Namespace, most_accounts: int = 10**6) -> Limits:
    most = min((most for most in SOLVED if size <= most), default=max(SOLVED))
    solved, seconds, gap = SOLVED[most]
    if arguments.solve is not None:
        solved = arguments.solve
    return Limits(
        count=min(arguments.count, most_accounts),
        seed=arguments.seed,
        solved=solved,
        seconds=seconds,
        gap=gap,
        workers=arguments.workers,
    )


if __name__ == "__main__":
    sys.exit(main())
