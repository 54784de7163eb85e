"""A cap on turnover: the largest orders that fit under it, the rest left for later.

Loaded only when a run asks for it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.numbers import CENT, ZERO, to_cents
from .plan import Plan, execution
from .sizing import STEPS, Order, unit_of


class _Side(NamedTuple):
    done: list[Order]
    left: list[Order]


def cap_turnover(plan: Plan, percent: Decimal, minimum: Decimal) -> Plan:
    """`plan` with orders of together at most `percent` of the investable value.

    The cap is shared by sales and purchases as the full plan shares it; on each side the largest
    orders come first, and the one that does not fit is cut to whole units. Nothing is bought that
    would take the cash under its floor.
    """
    whole = plan.total_sell + plan.total_buy
    cap = plan.portfolio.investable_value * percent / 100
    if whole <= cap:
        return plan
    sales = [order for order in plan.orders if order.quantity < 0]
    purchases = [order for order in plan.orders if order.quantity > 0]
    sold = _fitting(plan, sales, cap * plan.total_sell / whole, None, minimum)
    cash = plan.portfolio.free_cash + sum((order.cash for order in sold.done), ZERO)
    spendable = max(cash - plan.target.cash_floor, ZERO)
    bought = _fitting(plan, purchases, cap * plan.total_buy / whole, spendable, minimum)
    orders: tuple[Order, ...] = tuple(sorted(sold.done + bought.done, key=execution))
    return plan._replace(
        orders=orders,
        left=tuple(sold.left + bought.left),
        cash_after=to_cents(plan.portfolio.cash + sum((order.cash for order in orders), ZERO)),
    )


def _fitting(
    plan: Plan, orders: list[Order], budget: Decimal, spendable: Decimal | None, minimum: Decimal
) -> _Side:
    """The orders, largest first, that fit into budget and spendable cash; one is cut to fit."""
    side = _Side([], [])
    for place, order in enumerate(orders):
        room = budget if spendable is None else min(budget, spendable - order.commission)
        if order.amount <= room:
            side.done.append(order)
            budget -= order.amount
            spendable = None if spendable is None else spendable + order.cash
            continue
        cut = _cut(plan, order, room)
        if cut.amount >= max(minimum, CENT) and cut.amount > cut.commission:
            side.done.append(cut)
            order = order._replace(amount=order.amount - cut.amount)
        side.left.extend([order, *orders[place + 1 :]])
        break
    return side


def _cut(plan: Plan, order: Order, room: Decimal) -> Order:
    """The order with as many whole steps as are worth at most `room`."""
    position = order.position
    step = STEPS[unit_of(position)]
    steps = max(room - CENT, ZERO) // (step * position.unit_value)
    quantity = steps * step
    amount = to_cents(quantity * position.unit_value)
    commission = plan.fees.commission(position, quantity, amount)
    sign = 1 if order.quantity > 0 else -1
    return Order(position, sign * quantity, amount, commission)
