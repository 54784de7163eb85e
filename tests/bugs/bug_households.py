"""A household's plans beside the same plans with a bug, as `bug_plans` has it for one account.

Shown wrongly is a household of the same orders with another figure; or one whose classes end
further from the target together than in the right one, by more than three of the dearest units of
each account and five of base currency for each position; one that sells something in one account
and buys it in another; and one that realises more of gains that are taxed, by more than that.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, Dict, Iterator, List, Tuple

from bug_accounts import ordinary_rows
from bug_kit import ZERO, Patch
from bug_plans import (
    ALIKE,
    LEAST_COMMISSION,
    NO_PLAN,
    NOT_COMPARED,
    REFUSED,
    SHOWN,
    TODAY,
    UNCHANGED,
    UNITS,
    different,
)
from random_households import Drawn, household_of

from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.portfolio import Portfolio
from ib_portfolio.household import HouseholdAccount, checked_household, planned_accounts

Document = Dict[str, Any]
# How the whole is shared out is not told by the orders: there are many ways that end alike.
_PARTS = ("part", "kept_cash", "unfilled")


def household_case(seed: int, profile: str) -> Drawn:
    """Two or three ordinary accounts that are to have one target."""
    random = Random(f"household {seed}")
    places = range(1, random.choice((2, 2, 3)) + 1)
    return Drawn({f"U{place}000{seed:03}": ordinary_rows(random) for place in places}, [profile])


def made_household(drawn: Drawn) -> Document:
    """The checked document of a household."""
    accounts = household_of(drawn)
    return checked_household(planned_accounts(accounts, TODAY), accounts)


def household_outcome(drawn: Drawn, right: Document, plant: Any) -> Tuple[str, str]:
    """What becomes of a household with a bug, and what is wrong with what is shown."""
    try:
        with Patch.context() as patch:
            plant(patch)
            found = made_household(drawn)
    except Refusal as refusal:
        seen = "check" in str(refusal)
        return (REFUSED if seen else NO_PLAN), str(refusal)
    except Exception as fault:
        return NO_PLAN, f"{type(fault).__name__}: {fault}"
    if _told(found) == _told(right):
        return UNCHANGED, ""
    wrong = next(_wrongs(household_of(drawn), right, found), "")
    return (SHOWN, wrong) if wrong else (ALIKE, "")


def _told(document: Document) -> List[Document]:
    return [document["household"]] + [
        {key: value for key, value in one.items() if key not in (*NOT_COMPARED, *_PARTS)}
        for one in document["accounts"]
    ]


def _orders(document: Document) -> List[List[Tuple[str, ...]]]:
    names = ("action", "symbol", "conid", "quantity")
    return [
        [tuple(trade[name] for name in names) for trade in one["trades"]]
        for one in document["accounts"]
    ]


def _wrongs(accounts: List[HouseholdAccount], right: Document, found: Document) -> Iterator[str]:
    if _orders(found) == _orders(right):
        yield from different(_told(right), _told(found))
    actions: Dict[str, set] = {}
    for one in found["accounts"]:
        for trade in one["trades"]:
            actions.setdefault(trade["symbol"], set()).add(trade["action"])
    both = [name for name, kinds in actions.items() if len(kinds) > 1]
    if both:
        yield f"{both[0]} is sold and bought"
    room = sum((_room(one.account.portfolio) for one in accounts), ZERO)
    more = _off(found) - _off(right)
    if more > room:
        yield f"the classes end {more:.2f} further off, allowed {room:.2f}"
    # Of four accounts the second and the third are free of tax, as random_households has it.
    taxed = _taxed(found) - _taxed(right)
    if taxed > room:
        yield f"{taxed:.2f} more of gains that are taxed"


def _room(portfolio: Portfolio) -> Decimal:
    rows = portfolio.traded
    units = (row.unit_value * (1000 if row.by_face else 1) for row in rows)
    return UNITS * max(units, default=ZERO) + LEAST_COMMISSION * len(rows)


def _off(document: Document) -> Decimal:
    household = document["household"]
    whole = Decimal(household["investable_value"])
    return sum(
        (
            abs(Decimal(row["after_pct"]) - Decimal(row["target_pct"])) * whole / 100
            for row in household["classes"]
        ),
        ZERO,
    )


def _taxed(document: Document) -> Decimal:
    gains = (
        Decimal(trade["estimated_realized_gain"] or 0)
        for place, one in enumerate(document["accounts"])
        if place % 4 not in (1, 2)
        for trade in one["trades"]
    )
    return sum(gains, ZERO)
