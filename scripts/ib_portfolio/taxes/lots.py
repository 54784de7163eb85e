"""Which lots of a position a sale takes, by each of IBKR's methods."""

from __future__ import annotations

from decimal import Decimal

from ..core.numbers import ZERO
from ..core.portfolio import Lot, Position
from ..core.record import Record

# The methods of IBKR's Tax Optimizer as documents and as people name them; Specific Lot is by hand.
METHOD_NAMES = {
    "FIFO": "FIFO",
    "LIFO": "LIFO",
    "HIGHEST_COST": "Highest Cost",
    "MAX_LONG_TERM_GAIN": "MLG",
    "MAX_LONG_TERM_LOSS": "MLL",
    "MAX_SHORT_TERM_GAIN": "MSG",
    "MAX_SHORT_TERM_LOSS": "MSL",
}
METHODS = tuple(METHOD_NAMES)
# For the last four: which kind of lot is taken before which. Within a kind the largest gain or loss
# per unit goes first in the first two places, the smallest in the last two.
# Source: IBKR, "Lot Matching Methods" (ibkrguides.com/taxoptimizer).
_KINDS = {
    "MAX_LONG_TERM_GAIN": ("long gain", "short gain", "short loss", "long loss"),
    "MAX_LONG_TERM_LOSS": ("long loss", "short loss", "short gain", "long gain"),
    "MAX_SHORT_TERM_GAIN": ("short gain", "long gain", "long loss", "short loss"),
    "MAX_SHORT_TERM_LOSS": ("short loss", "long loss", "long gain", "short gain"),
}


class Taken(Record):
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


def take_lots(
    lots: tuple[Lot, ...],
    quantity: Decimal,
    method: str,
    price: Decimal = ZERO,
    sold: str = "",
) -> tuple[Taken, ...]:
    """The parts that a sale of `quantity` takes by one of METHODS, in the order of taking.

    FIFO takes the oldest first, LIFO the newest, HIGHEST_COST what cost most per unit. The MAX_
    methods need the `price` of one unit and the day on which it is `sold`; a lot without gain or
    loss is a gain of nothing. Equal lots go oldest first; those of one day are as old as their
    place in `lots` says.
    """
    parts = []
    for lot in _in_order(lots, method, price, sold):
        part = min(lot.quantity, quantity)
        if part <= 0:
            break
        parts.append(Taken(lot, part))
        quantity -= part
    return tuple(parts)


def _in_order(lots: tuple[Lot, ...], method: str, price: Decimal, sold: str) -> list[Lot]:
    oldest_first = sorted(lots, key=lambda lot: lot.opened)
    if method == "LIFO":
        return oldest_first[::-1]
    if method == "HIGHEST_COST":
        return sorted(oldest_first, key=_cost_per_unit, reverse=True)
    if method in _KINDS:
        return sorted(oldest_first, key=lambda lot: _rank(lot, _KINDS[method], price, sold))
    return oldest_first


def _rank(lot: Lot, kinds: tuple[str, ...], price: Decimal, sold: str) -> tuple[int, Decimal]:
    """Where a lot stands: by its kind, then by the size of its gain or loss per unit."""
    from ..market.holding_period import is_long_term

    # Beyond this a price has no digits: lots of one cost are alike however it was divided.
    gain = round(price - _cost_per_unit(lot), 8)
    term = "long" if is_long_term(lot.held_since, sold) else "short"
    place = kinds.index(f"{term} {'loss' if gain < 0 else 'gain'}")
    return place, -abs(gain) if place < 2 else abs(gain)


def _cost_per_unit(lot: Lot) -> Decimal:
    assert lot.cost is not None
    return lot.cost / lot.quantity
