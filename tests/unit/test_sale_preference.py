"""What a sale is for taxes: of losses, of long-term or of short-term gains."""

from __future__ import annotations

from decimal import Decimal
from typing import Optional, Sequence, Tuple

import pytest
from portfolios import Holding, portfolio_with

from ib_portfolio.core.portfolio import Lot
from ib_portfolio.planning.choices.sale_preference import LONG, LOSS, SHORT, sale_kind

DAY = "2026-11-20"
OLD, YEAR, NEW = "2024-01-02", "2025-11-20", "2026-06-01"


@pytest.mark.parametrize(
    "quantity, lots, kind",
    [
        (4, [(4, "99.99", NEW)], SHORT),  # a price of 25: a cent of gain
        (4, [(4, "100", NEW)], LONG),  # neither gain nor loss
        (4, [(4, "100.01", NEW)], LOSS),
        (4, [(4, "90", YEAR)], SHORT),  # a year to the day is not more than one
        (4, [(4, "90", "2025-11-19")], LONG),
        (4, [(4, "90", OLD), (4, "80", NEW)], LONG),  # the oldest is enough
        (5, [(4, "90", OLD), (4, "80", NEW)], SHORT),
        (5, [(4, "80", NEW), (4, "90", OLD)], SHORT),  # in whatever order they are told
        (8, [(4, "110", OLD), (4, "89", NEW)], SHORT),  # a gain of 1 in all, of which 11 new
        (8, [(4, "110", OLD), (4, "91", NEW)], LOSS),
        (8, [(4, "90", OLD), (4, "105", NEW)], LONG),  # the new lot is at a loss
        (8, [(4, "110", OLD), (4, None, NEW)], LONG),  # of one the cost is not told
        (4, [(4, "110", OLD), (4, None, NEW)], LOSS),  # which this sale does not reach
    ],
)
def test_the_oldest_lots_tell_what_a_sale_is(
    quantity: int, lots: Sequence[Tuple[int, Optional[str], str]], kind: int
) -> None:
    rows = [
        Lot(Decimal(held), None if cost is None else Decimal(cost), opened)
        for held, cost, opened in lots
    ]
    held = sum(row.quantity for row in rows)
    (position,) = portfolio_with([Holding("A", "STK", str(held), "25")]).positions
    assert sale_kind(position._replace(lots=tuple(rows)), Decimal(quantity), DAY) == kind


@pytest.mark.parametrize(
    "gain, kind", [(None, LONG), ("0", LONG), ("0.01", LONG), ("-0.01", LOSS), ("-30", LOSS)]
)
def test_without_lots_the_gain_of_all_tells(gain: Optional[str], kind: int) -> None:
    (position,) = portfolio_with([Holding("A", "STK", "8", "25")]).positions
    known = None if gain is None else Decimal(gain)
    assert sale_kind(position._replace(unrealized_gain=known), Decimal(4), DAY) == kind
