"""What a bond's fields or its symbol tell of its terms: when it matures and what it pays."""

from __future__ import annotations

from decimal import Decimal

from ..core.dates import day_number, parse_date
from ..core.numbers import ZERO
from ..core.portfolio import Position

# "T 4 1/4 11/15/34", "DBR 1 08/15/24": the issuer, the coupon, and the maturity as MM/DD/YY.
_SYMBOL = r"(?a)\S+ (\d+(?:\.\d+)?)(?: (\d)/(\d))? (\d\d)/(\d\d)/(\d\d)(?: .*)?\Z"


def maturity_of(position: Position) -> str:
    """The day a bond matures (YYYY-MM-DD), by its field or else its symbol; "" where none tells."""
    if position.instrument.maturity:
        return position.instrument.maturity
    import re

    found = re.match(_SYMBOL, position.symbol)
    return (parse_date(f"20{found[6]}{found[4]}{found[5]}") or "") if found else ""


def coupon_of(position: Position) -> Decimal | None:
    """A bond's interest in percent of face a year, as `maturity_of`; None where none tells."""
    if position.instrument.coupon is not None:
        return position.instrument.coupon
    import re

    found = re.match(_SYMBOL, position.symbol)
    if not found:
        return None
    part = Decimal(found[2]) / Decimal(found[3]) if found[2] and found[3] != "0" else ZERO
    return Decimal(found[1]) + part


def days_to_maturity(position: Position, day: str) -> int | None:
    """The days from `day` (YYYY-MM-DD) to a bond's maturity, below zero behind it.

    None where the maturity or the day is not known.
    """
    maturity = maturity_of(position)
    if not (maturity and day):
        return None
    return day_number(maturity) - day_number(day)


def value_fits_price(position: Position) -> bool:
    """Whether a bond's value is its face times its price, within 1%.

    The principal of inflation-linked and amortising bonds is the face times a factor; where the
    source tells it, a value with it fits as well. True where there is no price to compare with.
    """
    told = position.instrument
    if told.mark_price is None or not position.quantity:
        return True
    counted = position.quantity * told.mark_price * position.rate / 100
    factors = {Decimal(1), told.principal_factor or Decimal(1)}
    return any(
        abs(position.value - counted * factor) <= max(abs(counted * factor) / 100, Decimal(1))
        for factor in factors
    )
