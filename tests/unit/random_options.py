"""Random options of a run, every one that changes a plan, on rows that are drawn already."""

from __future__ import annotations

from random import Random
from typing import Dict

from portfolios import Rows

from ib_portfolio.core.plain_text import plain

_LOCKS = ("STK:*", "BOND:*")


def all_options(random: Random, rows: Rows) -> Dict[str, str]:
    """Every option with a value at random; amounts are in base currency."""
    held = [plain(row["symbol"]) for row in rows["OpenPosition"] if "," not in row["symbol"]]
    amount = str(random.choice((1, 50, 700, 9_000, 120_000)))
    return {
        "band": random.choice(("1", "3", "4,STK=2,BOND=6", "10,CASH=1")),
        "min-trade": random.choice(("1", "400", "5000", "60000")),
        "max-turnover": random.choice(("0.5", "8", "35")),
        "few-orders": random.choice(("", "0", "0.1", "1", "4")),
        "contribute": amount,
        "withdraw": amount,
        "reserve": random.choice(("none", amount)),
        "lock": random.choice((*_LOCKS, *held)) if held else "STK:*",
        "lots": "",
        "tax-aware": "",
        "tax-rate": random.choice(("short=37,long=20", "short=0,long=0", "short=15,long=30")),
        "keep-currencies": "",
        "no-sell": "",
    }


def draw_options(random: Random, rows: Rows) -> Dict[str, str]:
    """One to four options, none of which contradicts another; amounts are in base currency.

    With an odd number of them the page, which tells figures of its own.
    """
    drawn = all_options(random, rows)
    names = random.sample(sorted(drawn), random.randint(1, 4))
    if "contribute" in names and "withdraw" in names:
        names.remove("withdraw")
    options = {name: drawn[name] for name in names}
    if "band" in options and random.random() < 0.6:
        options["to"] = random.choice(("edge", "half", "target"))
    if len(names) % 2:
        options["html"] = "plan.html"
    return options
