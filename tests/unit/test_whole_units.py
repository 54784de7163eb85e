"""Positions with large units: the whole ones that leave their sleeve nearest to its target."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Dict, List, Optional, Sequence, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import Holding, portfolio_with

from ib_portfolio.core.profiles import find_profile
from ib_portfolio.planning.plan import plain_plan
from ib_portfolio.planning.target import build_target
from ib_portfolio.planning.whole_units import Large, nearest_units

amounts = st.integers(1, 2000).map(Decimal)
larges = st.builds(Large, amounts, amounts, st.none() | st.integers(0, 4))


def off_with(
    rows: Sequence[Large], counts: Sequence[int], rest: Decimal, most: Optional[Decimal]
) -> Tuple[Decimal, Decimal]:
    """What a sleeve and its rows are off by, and what it misses, which others miss as well."""
    over = [count * row.unit - row.wanted for count, row in zip(counts, rows)]
    left = rest - sum(over)
    takes = max(left, Decimal(0))
    takes = takes if most is None else min(takes, most)
    own = sum(map(abs, over)) + abs(takes - rest)
    return own + 3 * abs(left - takes), left - takes


def around(row: Large) -> List[int]:
    """The whole units below and above what is wanted, none more than there may be."""
    below = int(row.wanted / row.unit)
    most = below + 1 if row.most is None else row.most
    return [min(below, most), min(below + 1, most)]


@given(st.lists(larges, min_size=1, max_size=5), amounts, st.none() | amounts)
def test_no_change_of_one_or_two_comes_nearer(
    rows: List[Large], rest: Decimal, most: Optional[Decimal]
) -> None:
    chosen = nearest_units(rows, rest, most)
    off, missed = off_with(rows, chosen.counts, rest, most)
    assert missed == chosen.missed
    every = product(*map(around, rows))
    able = [one for one in every if sum(a != b for a, b in zip(one, chosen.counts)) <= 2]
    assert chosen.counts in able
    assert off == min(off_with(rows, one, rest, most)[0] for one in able)


def test_of_many_rows_one_at_a_time_is_changed() -> None:
    rows = [Large(Decimal(6), Decimal(10), None)] * 20
    chosen = nearest_units(rows, Decimal(1), None)
    # Nearest is one of each, 80 over in all where 1 can be given; each less is 2 nearer in itself.
    assert sorted(chosen.counts) == [0] * 8 + [1] * 12 and chosen.missed == 0


def orders_of(rows: Sequence[Tuple[str, str, str, str]], cash: str) -> Dict[str, int]:
    """What a growth plan trades: units by symbol, below zero for sales."""
    portfolio = portfolio_with([Holding(name, "STK", *more) for name, *more, _ in rows], cash)
    positions = [row._replace(asset_class=own[3]) for row, own in zip(portfolio.positions, rows)]
    portfolio = portfolio._replace(positions=tuple(positions))
    plan = plain_plan(portfolio, find_profile("growth"))
    return {order.position.symbol: int(order.quantity) for order in plan.orders}


def test_a_large_unit_is_bought_where_its_class_is_nearer_beyond_its_target() -> None:
    """Stocks lack 32,600 and a unit is 33,000; without it the other stock would be 25,400 over."""
    rows = [
        ("DEAR", "1", "33000", "STK"),
        ("SMALL", "94", "100", "STK"),
        ("FUND", "473", "100", "BOND"),
    ]
    assert orders_of(rows, "10300") == {"DEAR": 1, "FUND": -328}


def test_a_large_unit_is_not_bought_where_its_class_would_be_too_far_beyond() -> None:
    """Stocks lack 20,600 and a unit is 60,000, of which 0.3 is wanted: the other stock takes it."""
    rows = [
        ("DEAR", "1", "60000", "STK"),
        ("SMALL", "94", "100", "STK"),
        ("FUND", "310", "100", "BOND"),
    ]
    assert orders_of(rows, "19610") == {"SMALL": 206, "FUND": -130}


def test_what_a_large_unit_keeps_is_sold_of_the_others_of_its_class() -> None:
    """Bonds are to be 15,000: of LARGE's 15,700 half a unit is too much, and all else is sold."""
    rows = [
        ("LARGE", "1", "15700", "BOND"),
        ("B", "134", "100", "BOND"),
        ("S", "254", "100", "STK"),
    ]
    assert orders_of(rows, "45500") == {"B": -134, "S": 488}


def test_the_weights_are_own_parts_where_no_whole_units_come_to_the_class() -> None:
    holdings = [Holding("DEAR", "STK", "1", "33000"), Holding("SMALL", "STK", "94", "100")]
    portfolio = portfolio_with(holdings, "57600")
    target = build_target(portfolio, find_profile("growth"))
    assert target.weights["DEAR"] == Decimal("58.3726") and target.parts == ()


def test_cash_that_waits_for_a_class_takes_no_other_beyond_its_target() -> None:
    """ONE can only be sold whole: what is missing of bonds waits, and buys no second DEAR."""
    rows = [
        ("ONE", "1", "50000", "BOND"),
        ("DEAR", "1", "19000", "STK"),
        ("SMALL", "120", "100", "STK"),
    ]
    assert orders_of(rows, "19000") == {"ONE": -1, "DEAR": 1, "SMALL": 250}


@pytest.mark.parametrize("wanted, is_within", [("24.99", True), ("25", True), ("25.01", False)])
def test_of_two_units_there_are_enough_to_half_a_unit_more(wanted: str, is_within: bool) -> None:
    assert Large(Decimal(wanted), Decimal(10), 2).is_within is is_within
    assert Large(Decimal(wanted), Decimal(10), None).is_within
