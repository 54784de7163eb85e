"""The amounts of face in which bonds are traded, by kind."""

from __future__ import annotations

from decimal import Decimal

from ..core.portfolio import Position

# IBKR trades US Treasuries and corporates in steps of 1,000 face; the MSRB rule G-15(f):
# municipals of 5,000. No statement tells the denomination itself.
COMMON = Decimal(1_000)
MUNICIPAL = Decimal(5_000)
_WHOLESALE = Decimal(100_000)
_WHOLESALE_CURRENCIES = ("EUR", "GBP")


def denomination_of(position: Position) -> Decimal | None:
    """The step in which a bond's face is traded; None for wholesale paper, kept or closed whole.

    Wholesale paper is told by an international ISIN (XS), or as a corporate in euros or pounds
    that is held in whole 100,000s: its smallest order is mostly 100,000.
    """
    told = position.instrument
    kind = told.sub_category.upper()
    if kind.startswith("MUNI"):
        return MUNICIPAL
    if told.isin.startswith("XS"):
        return None
    corporate = kind.startswith("CORP")
    if corporate and position.currency in _WHOLESALE_CURRENCIES:
        return COMMON if position.quantity % _WHOLESALE else None
    return COMMON
