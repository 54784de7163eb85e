"""Which lots of a position a sale takes. Loaded only when a run asks for lots."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.numbers import ZERO
from ..core.portfolio import Lot, Position

# IBKR's names are First In First Out, Last In First Out and Highest Cost.
METHODS = ("FIFO", "LIFO", "HIGHEST_COST")


class Taken(NamedTuple):
    """The part of a lot that a sale takes; amounts in base currency, not rounded."""

    lot: Lot
    quantity: Decimal

    @property
    def cost(self) -> Decimal:
        """The part's share of what the lot cost."""
        assert self.lot.cost is not None
        return self.lot.cost * self.quantity / self.lot.quantity

    def gain(self, price: Decimal) -> Decimal:
        """What the part realises when one unit is sold at `price`, before commission."""
        return self.quantity * price - self.cost


def lots_unclear(position: Position) -> str:
    """The key of the message that says why the lots of a sale cannot be told; "" when they can.

    They can where the lots are all long, sum to the position, and each has its cost and its day.
    """
    lots = position.lots
    if not lots:
        return "lots_unclear.none"
    if any(lot.quantity <= 0 for lot in lots):
        return "lots_unclear.short"
    if sum((lot.quantity for lot in lots), ZERO) != position.quantity:
        return "lots_unclear.sum"
    if any(lot.cost is None for lot in lots):
        return "lots_unclear.cost"
    if not all(lot.opened for lot in lots):
        return "lots_unclear.opened"
    return ""


def take_lots(lots: tuple[Lot, ...], quantity: Decimal, method: str) -> tuple[Taken, ...]:
    """The parts that a sale of `quantity` takes by one of METHODS, in the order of taking.

    FIFO takes the oldest first, LIFO the newest, HIGHEST_COST what cost most per unit and of equal
    costs the oldest. Lots of one day are as old as their place in `lots` says.
    """
    parts = []
    for lot in _in_order(lots, method):
        part = min(lot.quantity, quantity)
        if part <= 0:
            break
        parts.append(Taken(lot, part))
        quantity -= part
    return tuple(parts)


def _in_order(lots: tuple[Lot, ...], method: str) -> list[Lot]:
    oldest_first = sorted(lots, key=lambda lot: lot.opened)
    if method == "LIFO":
        return oldest_first[::-1]
    if method == "HIGHEST_COST":
        return sorted(oldest_first, key=_cost_per_unit, reverse=True)
    return oldest_first


def _cost_per_unit(lot: Lot) -> Decimal:
    assert lot.cost is not None
    return lot.cost / lot.quantity
