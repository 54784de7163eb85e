"""The sales of a plan by tax lot, those that cost most first: losses go before gains."""

from __future__ import annotations

from decimal import Decimal

from ..core.numbers import ZERO
from ..core.record import Record
from ..market.holding_period import long_term_from
from ..planning.orders.order import Order
from ..planning.plan import Plan
from ..taxes.lots import lots_unclear, take_lots

METHOD = "HIGHEST_COST"


class LotSale(Record):
    """A sale's gains by term, below zero for losses; base currency, not rounded."""

    order: Order
    short: Decimal
    long: Decimal
    long_from: str  # the day from which on no gain in it is short-term, "" where none is now
    loss: Decimal = ZERO  # of the lots that lose, together; below zero


def lot_sales(plan: Plan) -> dict[int, LotSale]:
    """The sales whose lots are clear, by their place among the orders (the first is 1).

    Each is taken lot by lot, the highest cost per unit first, at the prices of the plan.
    """
    day = plan.portfolio.as_of
    found = {}
    for place, order in enumerate(plan.orders, 1):
        if order.quantity >= 0 or not day or lots_unclear(order.position):
            continue
        short = long = loss = ZERO
        last = ""
        for part in take_lots(order.position.lots, -order.quantity, METHOD):
            gain = part.gain(order.position.unit_value)
            loss += min(gain, ZERO)
            turns = long_term_from(part.lot.held_since)
            if turns <= day:
                long += gain
            else:
                short += gain
                last = max(last, turns) if gain > 0 else last
        found[place] = LotSale(order, short, long, last, loss)
    return found
