"""What a horizon means for the bonds that are held, and what is left of them after a plan."""

from __future__ import annotations

import datetime
from decimal import Decimal

from ..core.numbers import ZERO
from ..core.portfolio import Position
from ..core.record import Record
from ..planning.plan import Plan
from .bond_ladder import BondLook, Bonds


class Beyond(Record):
    """The bonds that mature after a day, and what one point more of yield does to them."""

    rows: tuple[BondLook, ...]
    value: Decimal  # base currency, not rounded
    higher: Decimal


def end_of(as_of: str, years: int | None) -> str:
    """The day `years` after `as_of` (YYYY-MM-DD), of 29 February the 28th; "" without an end."""
    if years is None or not as_of:
        return ""
    day = datetime.date.fromisoformat(as_of)
    if (day.month, day.day) == (2, 29):
        day -= datetime.timedelta(days=1)
    return day.replace(year=day.year + years).isoformat()


def beyond(bonds: Bonds, until: str, kept: dict[int, Decimal] | None = None) -> Beyond:
    """The bonds that mature after `until`, none for "".

    `kept` is the share of each (by the id of its position) that is still held, 1 where it is not
    named.
    """
    shares = kept or {}
    rows = tuple(row for row in bonds.rows if until and row.terms.maturity.isoformat() > until)
    pairs = [(row, shares.get(id(row.position), Decimal(1))) for row in rows]
    return Beyond(
        rows,
        sum((row.position.value * share for row, share in pairs), ZERO),
        sum((row.higher * share for row, share in pairs), ZERO),
    )


def kept_shares(bonds: Bonds, plan: Plan) -> dict[int, Decimal]:
    """How much of each bond the orders of `plan` leave, by the id of its position; 1 is all."""
    changes = {contract_of(order.position): order.quantity for order in plan.orders}
    return {
        id(row.position): 1 + changes.get(contract_of(row.position), ZERO) / row.position.quantity
        for row in bonds.rows
    }


Contract = tuple[str, str, str, Decimal, Decimal]


def contract_of(position: Position) -> Contract:
    """What tells a position from others, whichever portfolio of one account it is of.

    Two contracts of one symbol without a conid are told apart by quantity and value.
    """
    return (
        position.conid,
        position.symbol,
        position.currency,
        position.quantity,
        position.value,
    )
