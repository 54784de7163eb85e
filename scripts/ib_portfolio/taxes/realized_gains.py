"""What the sales of a plan realise: lot by lot where the lots are known, else in proportion."""

from __future__ import annotations

from decimal import Decimal

from ..core.numbers import ZERO, to_cents
from ..core.record import Record
from ..planning.orders.order import Order
from .lots import lots_unclear, take_lots

FIFO, PROPORTION = "FIFO", "PROPORTION"


class RealizedGain(Record):
    """What a sale realises in base currency, to the cent, and by which rule that is told."""

    amount: Decimal
    method: str  # FIFO or PROPORTION


def realized_gain(order: Order) -> RealizedGain | None:
    """What a sale realises before commission; None for purchases and where nothing tells it.

    By FIFO, IBKR's default, where the lots of the position are known; else its share of the
    position's unrealized gain. The lot method that is set in the account is in no statement.
    """
    if order.quantity > 0:
        return None
    position, sold = order.position, -order.quantity
    if not lots_unclear(position):
        parts = take_lots(position.lots, sold, FIFO)
        exact = sum((part.gain(position.unit_value) for part in parts), ZERO)
        return RealizedGain(to_cents(exact), FIFO)
    if position.unrealized_gain is None:
        return None
    return RealizedGain(to_cents(position.unrealized_gain * sold / position.quantity), PROPORTION)


def gain_is_untold(order: Order) -> bool:
    """Whether it is a sale of which nothing tells what it realises."""
    stated = order.position.unrealized_gain is not None
    return not stated and order.quantity < 0 and realized_gain(order) is None


def realized_gains(orders: tuple[Order, ...]) -> list[Decimal]:
    """The known gains (above zero) and losses (below) of the sales."""
    found = (realized_gain(order) for order in orders)
    return [gain.amount for gain in found if gain is not None]
