"""Plants bugs that a developer might write, and counts where a wrong plan would be shown.

Each bug is planted in turn under each option set, over random accounts. A cell of the table says in
how many accounts the bug changed the document; behind a +, in how many of those it was shown: every
check passed, and the plan is wrong or worse than the right one (bugs/bug_plans.py and
bugs/bug_households.py say when). Of the others a check refused the plan, there was none, or the
orders are others and as good.

Usage: python tests/planted_bugs.py [--accounts 24] [--bug TEXT] [--show]
Exit codes: 0 no bug is shown but those that bugs/bug_sets.py knows, with a reason each; else 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDERS = (os.path.join(HERE, os.pardir, "scripts"), os.path.join(HERE, "unit"))
sys.path[:0] = [*FOLDERS, HERE, os.path.join(HERE, "bugs")]

from bug_households import household_case, household_outcome, made_household  # noqa: E402
from bug_plans import ALIKE, NO_PLAN, REFUSED, SHOWN, UNCHANGED, made, outcome  # noqa: E402
from bug_sets import BUGS, HOUSEHOLD, KNOWN, PROFILES, SETS, single_case  # noqa: E402

from ib_portfolio.core.numbers import use_exact_decimals  # noqa: E402

Outcomes = Dict[Tuple[str, str], Counter]


class Seen(NamedTuple):
    """One account under one option set with one bug: what came of it, and what is wrong."""

    bug: str
    options: str
    seed: int
    outcome: str
    why: str


def seen(seeds: range, bugs: List[str], sets: Tuple[str, ...], folder: str) -> Iterator[Seen]:
    """Every bug under every option set over the accounts of `seeds`."""
    for options in sets:
        for seed in seeds:
            compared = _compared(seed, options, folder)
            for bug in bugs:
                yield Seen(bug, options, seed, *compared(bug))


def _compared(seed: int, options: str, folder: str) -> Callable[[str], Tuple[str, str]]:
    """A function that says what a bug makes of one account."""
    case: Any
    if options == HOUSEHOLD:
        case = household_case(seed, PROFILES[seed % len(PROFILES)])
        household = made_household(case)
        return lambda bug: household_outcome(case, household, BUGS[bug])
    case = single_case(seed, options, folder)
    right = made(case)
    return lambda bug: outcome(case, right, BUGS[bug])


def table(found: Outcomes, bugs: List[str], sets: Tuple[str, ...]) -> Iterator[str]:
    """The lines of the table: a bug a row, an option set a column, then all of a bug together."""
    yield from (f"{place:>3} {options or '(no option)'}" for place, options in enumerate(sets, 1))
    heads = "".join(f"{place:>6}" for place in range(1, len(sets) + 1))
    ends = (REFUSED, NO_PLAN, ALIKE, SHOWN)
    yield f"{'bug':<40}{heads} |{'changed':>8}" + "".join(f"{end:>8}" for end in ends)
    for bug in bugs:
        counts = [found[bug, options] for options in sets]
        whole = sum(counts, Counter())
        cells = "".join(f"{_cell(one):>6}" for one in counts)
        sums = "".join(f"{whole[end]:>8}" for end in ends)
        yield f"{bug:<40}{cells} |{_changed(whole):>8}{sums}"


def _changed(counts: Counter) -> int:
    return sum(counts.values()) - counts[UNCHANGED]


def _cell(counts: Counter) -> str:
    shown = f"+{counts[SHOWN]}" if counts[SHOWN] else ""
    return f"{_changed(counts) or '.'}{shown}"


def main(arguments: Any = None, say: Callable[[str], None] = print) -> int:
    """Prints the table; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accounts", type=int, default=24)
    parser.add_argument("--bug", default="", help="only bugs with this in their names")
    parser.add_argument("--show", action="store_true", help="also each plan that was shown")
    asked = parser.parse_args(arguments)
    start = time.perf_counter()
    bugs = [name for name in BUGS if asked.bug in name]
    found: Outcomes = {(bug, options): Counter() for bug in bugs for options in SETS}
    known = {(one.bug, one.options) for one in KNOWN}
    unknown: Counter = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for one in seen(range(asked.accounts), bugs, SETS, folder):
            found[one.bug, one.options][one.outcome] += 1
            if one.outcome == SHOWN:
                unknown[one.bug, one.options] += (one.bug, one.options) not in known
                if asked.show:
                    say(f"{one.bug} / {one.options} / {one.seed}: {one.why[:200]}")
    for line in table(found, bugs, SETS):
        say(line)
    silent = [bug for bug in bugs if not any(_changed(found[bug, options]) for options in SETS)]
    say(f"Shown and not known: {sum(unknown.values())}; known: {len(known)} with a reason each.")
    if silent:
        say(f"Changed nothing: {', '.join(silent)}")
    seconds = time.perf_counter() - start
    say(f"{len(bugs)} bugs, {len(SETS)} option sets, {asked.accounts} accounts: {seconds:.0f} s.")
    return 1 if +unknown or silent else 0


if __name__ == "__main__":
    use_exact_decimals()
    sys.exit(main())
