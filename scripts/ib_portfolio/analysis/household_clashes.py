"""Sales of one account's plan at a loss that a purchase in another account would spoil."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..core.numbers import ZERO, to_cents
from ..core.portfolio import Position
from ..core.record import Record
from ..planning.orders.order import Order
from ..taxes.lots import lots_unclear
from ..taxes.wash_sales import DAYS
from .lot_orders import lot_sales
from .other_accounts import Buyer, OtherAccounts
from .portfolio_review import Review


class Clash(Record):
    """A sale at a loss in a taxable account, and who buys or bought the same within 30 days."""

    account: str
    position: Position
    loss: Decimal  # what the sale would realise, below zero, base currency of the account
    buyer: Buyer
    bought_on: str  # the last day on which it bought, YYYY-MM-DD, "" for an order of its plan


def clashes_of(pairs: Sequence[tuple[Review, OtherAccounts]]) -> tuple[Clash, ...]:
    """The clashes of a household: each account with the rest of it; the largest loss first."""
    found = [clash for review, others in pairs for clash in _clashes(review, others)]
    found.sort(key=lambda one: (one.loss, one.account, one.position.symbol, one.buyer.account))
    return tuple(found)


def _clashes(review: Review, others: OtherAccounts) -> Iterator[Clash]:
    if review.is_retirement or not review.portfolio.as_of:
        return
    account, day = review.portfolio.account, review.portfolio.as_of
    first = (datetime.date.fromisoformat(day) - datetime.timedelta(days=DAYS)).isoformat()
    for position, loss in _sold_at_a_loss(review):
        found = {buyer: "" for buyer in others.buyers(position)}
        for buyer, bought in others.bought(position):
            if bought >= first:
                found[buyer] = max(found.get(buyer, ""), bought)
        for buyer, bought in found.items():
            yield Clash(account, position, loss, buyer, bought)


def _sold_at_a_loss(review: Review) -> Iterator[tuple[Position, Decimal]]:
    """The positions that the plan sells, with the losses in what it sells of them."""
    sales = lot_sales(review.plan)
    for place, order in enumerate(review.plan.orders, 1):
        if order.quantity < 0:
            loss = sales[place].loss if place in sales else _share_of_loss(order)
            if to_cents(loss) < 0:
                yield order.position, loss


def _share_of_loss(order: Order) -> Decimal:
    """The loss in proportion where there are no clear lots, 0 where none is told."""
    gain = order.position.unrealized_gain
    if gain is None or gain >= 0 or not lots_unclear(order.position):
        return ZERO
    return gain * -order.quantity / order.position.quantity
