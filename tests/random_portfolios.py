"""Plans random portfolios and checks every plan: nothing may fail, crash or be refused wrongly.

Each is planned as it is, then with random options.

Usage: python tests/random_portfolios.py [--count 20000] [--seed 1]
Exit codes: 0 every plan passed every check, 1 otherwise; prints the seeds of the failures.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from random import Random

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, os.pardir, "scripts"), os.path.join(HERE, "unit")]

from portfolios import PROFILES, RIGHT_REFUSALS, day_of, random_rows, request_for  # noqa: E402
from random_markets import add_markets  # noqa: E402
from random_options import draw_options  # noqa: E402

from ib_portfolio.checked_plan import checked_document  # noqa: E402
from ib_portfolio.checks.evidence import statement_evidence  # noqa: E402
from ib_portfolio.core.messages import Refusal  # noqa: E402
from ib_portfolio.core.numbers import use_exact_decimals  # noqa: E402
from ib_portfolio.sources.flex_statement import portfolio_of  # noqa: E402

# What random options may rightly be refused for.
OPTION_REFUSALS = ("withdraw_too_much", "withdraw_no_sell")


def outcome(seed: int, with_options: bool = False) -> str:
    """What comes of the portfolio of `seed`: "planned", a right refusal's key, or a fault."""
    random = Random(seed)
    rows = random_rows(random)
    request = request_for(random.choice(PROFILES))
    if seed % 2:
        request = request._replace(options=add_markets(random, rows))
    if with_options:
        options = draw_options(Random(f"options {seed}"), rows)
        request = request._replace(options={**request.options, **options})
    right = (*RIGHT_REFUSALS, *OPTION_REFUSALS) if with_options else RIGHT_REFUSALS
    try:
        day = day_of(rows)
        portfolio = portfolio_of(day, "statement")
        evidence = statement_evidence(day.rows, request.options)
        document = checked_document(portfolio, evidence, request, "2026-11-20")
    except Refusal as refusal:
        return refusal.key if refusal.key in right else f"FAULT {refusal}"
    except Exception as fault:
        return f"FAULT {type(fault).__name__}: {fault}"
    return "planned" if document["trades"] else "planned, no trade"


def main() -> int:
    """Runs and counts; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    start = time.perf_counter()
    counts: Counter[str] = Counter()
    slowest = (0.0, 0)
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        before = time.perf_counter()
        found = outcome(seed)
        if not found.startswith("FAULT"):
            counts[found] += 1
            found = outcome(seed, with_options=True)
        slowest = max(slowest, (time.perf_counter() - before, seed))
        fault = found.startswith("FAULT")
        counts["FAULT" if fault else found] += 1
        if fault and counts["FAULT"] <= 20:
            print(f"seed {seed}: {found[:300]}")
    seconds = time.perf_counter() - start
    told = ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
    print(f"{arguments.count} portfolios in {seconds:.0f} s ({told}).")
    print(f"Slowest: {slowest[0]:.2f} s, seed {slowest[1]}.")
    return 1 if counts["FAULT"] or not counts["planned"] else 0


if __name__ == "__main__":
    use_exact_decimals()
    sys.exit(main())
