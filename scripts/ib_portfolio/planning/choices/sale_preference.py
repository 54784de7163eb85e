"""Which sales cost least tax where the lots are known: losses, then long-term, then short-term."""

from __future__ import annotations

from decimal import Decimal

from ...core.numbers import ZERO
from ...core.portfolio import Position
from ...market.holding_period import is_long_term

LOSS, LONG, SHORT = 0, 1, 2


def sale_kind(position: Position, quantity: Decimal, day: str) -> int:
    """LOSS, LONG or SHORT for a sale of `quantity` on `day`, the oldest lots first.

    SHORT where any gain is of lots held a year or less; LONG also where no lot tells.
    """
    left, gain, short = quantity, ZERO, ZERO
    for lot in sorted(position.lots, key=lambda one: one.opened):
        taken = min(lot.quantity, left)
        if taken <= 0:
            continue
        if lot.cost is None:
            return LONG
        made = taken * position.unit_value - lot.cost * taken / lot.quantity
        gain += made
        since = lot.held_since or lot.opened
        if since and not is_long_term(since, day):
            short += made
        left -= taken
    if not position.lots:
        known = position.unrealized_gain
        return LOSS if known is not None and known < 0 else LONG
    if gain < 0:
        return LOSS
    return SHORT if short > 0 else LONG
