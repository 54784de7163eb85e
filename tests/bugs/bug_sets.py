"""The option sets that bugs are planted under, the bugs, and where one is known to be shown."""

from __future__ import annotations

import os
from random import Random
from typing import Dict, List, NamedTuple, Tuple

from bug_accounts import of_one_symbol, ordinary_rows
from bug_kit import Plant
from bug_list import OF_EVERY_PLAN, OF_OPTIONS
from bug_plans import Case
from bug_readings import OF_HOUSEHOLDS, OF_POLICIES, OF_TARGETS, STATEMENT
from portfolios import Rows, day_of

BUGS: Dict[str, Plant] = {
    **OF_EVERY_PLAN,
    **OF_OPTIONS,
    **OF_POLICIES,
    **OF_TARGETS,
    **OF_HOUSEHOLDS,
    **STATEMENT,
}
HOUSEHOLD = "--account all"
# {symbol} is the largest stock of the account, {policy} a file as `policy_text` writes it.
SETS: Tuple[str, ...] = (
    "",
    "--band 5",
    "--band 2 --to edge",
    "--lock {symbol}",
    "--min-trade 3000",
    "--max-turnover 10",
    "--no-sell",
    "--contribute 9000",
    "--withdraw 9000",
    "--reserve 3000",
    "--lots",
    "--lots --tax-rate short=37,long=20",
    "--few-orders",
    "--tax-aware --tax-rate short=37,long=20",
    "--target {symbol} 30, BOND 45, CASH 25",
    HOUSEHOLD,
    "--policy {policy}",
)
PROFILES = ("growth", "conservative", "balanced", "income")


class Known(NamedTuple):
    """A bug that is shown under an option set, and why no check has to see it."""

    bug: str
    options: str
    why: str


_UNITS = "of rows with large units only that their weights are whole units near their parts"
_CAP = "which orders a cap leaves out is bounded by what it leaves, and not planned again"
_FEWEST = "no check seeks the fewest orders; none of those that there are may be needless"
_FREE = "a preference: asked for only where the tax-free account could buy what the other does"
_AROUND = "beside shares under short calls no check seeks sales that cost less tax"
KNOWN: Tuple[Known, ...] = (
    *(
        Known("positions share equally, not by value", options, _UNITS)
        for options in (SETS[3], SETS[14])
    ),
    Known("an order twice", SETS[5], _CAP),
    Known("an order twice", SETS[16], _CAP),
    *(Known("cash may go below its floor", options, _FEWEST) for options in (SETS[7], SETS[12])),
    Known("an order twice", SETS[12], _FEWEST),
    Known("the dearest sales by tax", SETS[13], _AROUND),
    *(
        Known(bug, HOUSEHOLD, _FREE)
        for bug in (
            "gains where they are taxed",
            "gains with the wrong sign",
            "each account to the target alone",
            "the first account moves twice as much",
        )
    ),
)


def policy_text(symbol: str, other: str) -> str:
    """A policy file with a line in each section that a profile goes with."""
    return f"""[bands]
default = 2
to = edge

[classes]
{other} = none

[never trade]
{symbol}

[limits]
min-trade = 700
max-turnover = 25
reserve = 1500
"""


def rows_of(seed: int) -> Rows:
    """The account of `seed`."""
    return ordinary_rows(Random(f"bugs {seed}"))


def words_of(seed: int, options: str, rows: Rows, folder: str) -> List[str]:
    """What is typed for an account; a policy file is written to `folder`."""
    symbol = of_one_symbol(rows)
    path = os.path.join(folder, f"policy-{seed}.ini")
    if "{policy}" in options:
        with open(path, "w", encoding="utf-8") as file:
            file.write(policy_text(symbol, of_one_symbol(rows, "BOND")))
    name, _, value = options.partition(" ")
    if name in ("--target", "--lock"):  # whose values have blanks
        words = [name, value.format(symbol=symbol)]
    else:
        words = [word.format(policy=path) for word in options.split()]
    return words if name == "--target" else [PROFILES[seed % len(PROFILES)], *words]


def single_case(seed: int, options: str, folder: str) -> Case:
    """The account of `seed` under an option set that is of one account."""
    rows = rows_of(seed)
    words = words_of(seed, options, rows, folder)
    day = day_of(rows)._replace(from_date="2026-01-01")
    return Case(day, words)
