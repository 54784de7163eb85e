"""What the discount of zero-coupon bonds comes to over a period: an estimate by constant yield."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ..core.dates import MONTH_FIRST, days_from, parse_date
from ..core.numbers import ZERO
from ..core.portfolio import Lot, Position
from ..core.record import Record
from .lots import lots_unclear

# "S 0 02/15/40", "STRIPS 0 02/15/40": IBKR writes coupon and maturity into the symbol.
_SYMBOL = re.compile(r" 0(?:\.0+)? (\d\d/\d\d/\d\d)\Z", re.ASCII)
_YEAR = Decimal("365.25")


class DiscountAccrual(Record):
    """A lot of a zero-coupon bond, and how much nearer to its face it came, in base currency."""

    position: Position
    lot: Lot
    first: str
    last: str
    yield_pct: Decimal  # a year, compounded once, not rounded
    amount: Decimal  # not rounded


def discount_accruals(
    positions: tuple[Position, ...], first: str, last: str
) -> Iterator[DiscountAccrual]:
    """The accrual of each lot of each zero-coupon bond that is held, from `first` to `last`.

    Both days and that of the purchase count, the day of maturity does not (26 U.S.C. 1272(a): each
    day on which it is held), so that the years of a lot come to its whole discount.

    From what the lot cost on its day to its face at maturity, at one yield compounded by day:
    cost x (face / cost) ^ (days held / days to maturity). Bills are left out: their discount counts
    at maturity. What the lot cost stands for the issue price, so that it is an estimate.
    """
    for position in positions:
        maturity = _maturity(position)
        if not maturity or lots_unclear(position):  # where they are clear, they are long
            continue
        for lot in position.lots:
            begin, end = max(lot.opened, first), min(last, maturity)
            face, whole = lot.quantity * position.rate, days_from(lot.opened, maturity)
            if lot.cost is None or not ZERO < lot.cost < face or begin > end or begin == maturity:
                continue
            growth = (face / lot.cost).ln() / whole
            amount = lot.cost * (
                (growth * (days_from(lot.opened, end) + (end < maturity))).exp()
                - (growth * days_from(lot.opened, begin)).exp()
            )
            rate = ((growth * _YEAR).exp() - 1) * 100
            yield DiscountAccrual(position, lot, begin, end, rate, amount)


def _maturity(position: Position) -> str:
    """When a zero-coupon bond is paid back, YYYY-MM-DD; "" for everything else."""
    if position.category != "BOND":
        return ""
    named = _SYMBOL.search(position.symbol)
    instrument = position.instrument
    if (instrument.coupon is None and not named) or instrument.coupon:
        return ""
    return instrument.maturity or (parse_date(named[1], MONTH_FIRST) if named else "") or ""
