"""The terms of a bond, and how its market counts: how often it pays, and how days are counted.

A Flex statement tells neither, so both are the custom of the market that currency and kind show.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from ..core.dates import MONTH_FIRST, parse_date
from ..core.portfolio import Position
from ..core.record import Record

# Paid once a year in these currencies, twice in all others. Source: ICMA, Recommendations 17.1.
_ONCE_A_YEAR = ("EUR", "CHF", "SEK", "NOK", "DKK")
# IBKR's symbols of bonds: "T 4 1/4 11/15/34", "AAPL 3.85 05/04/43".
_SYMBOL = re.compile(
    r" (?:(?P<number>\d{1,2}(?:\.\d{1,6})?)?(?: ?(?P<part>\d{1,2})/(?P<of>\d{1,3}))? )?"
    r"(?P<day>\d\d/\d\d/\d\d)\Z",
    re.ASCII,
)
_MOST_COUPON = 30  # percent a year; a larger figure is no coupon


class BondTerms(Record):
    """What a bond pays, and how its market counts."""

    coupon: Decimal  # percent of face a year
    maturity: datetime.date
    per_year: int  # payments a year, of a zero-coupon bond the periods that its yield is quoted in
    by_actual_days: bool  # actual/actual in the period (ICMA) if true, else 30/360


def bond_terms(position: Position) -> BondTerms | str:
    """The terms of a bond or bill, or the key of the message that says why they cannot be told.

    The row's own coupon and maturity count first, then those that its symbol writes. Days count
    actual/actual for governments and for all bonds outside the US dollar, 30/360 for the others.
    """
    instrument = position.instrument
    coupon, maturity = _written(position.symbol)
    coupon = coupon if instrument.coupon is None else instrument.coupon
    if position.category == "BILL" and coupon is None:
        coupon = Decimal(0)
    maturity = instrument.maturity or maturity
    if instrument.principal_factor not in (None, 1):
        return "bond_unclear.factor"
    if not maturity:
        return "bond_unclear.maturity"
    if coupon is None or not 0 <= coupon <= _MOST_COUPON:
        return "bond_unclear.coupon"
    government = position.treasury or instrument.sub_category.upper() == "GOVT"
    return BondTerms(
        coupon=coupon,
        maturity=datetime.date.fromisoformat(maturity),
        per_year=1 if position.currency in _ONCE_A_YEAR else 2,
        by_actual_days=government or position.currency != "USD",
    )


def _written(symbol: str) -> tuple[Decimal | None, str]:
    """The coupon and the maturity (YYYY-MM-DD) in a bond's symbol, None and "" without them."""
    found = _SYMBOL.search(symbol)
    if not found:
        return None, ""
    number, part, of = found["number"], found["part"], found["of"]
    maturity = parse_date(found["day"], MONTH_FIRST) or ""
    if number is None and part is None:
        return None, maturity
    coupon = Decimal(number or 0)
    return coupon + (Decimal(part) / Decimal(of) if part and int(of) else 0), maturity
