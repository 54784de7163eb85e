"""A cap on turnover: the largest orders that fit under it, the rest left for later.

Loaded only when a run asks for it.
"""

from __future__ import annotations

from decimal import Decimal

from ..core.numbers import CENT, ZERO, to_cents
from ..core.record import Record
from .orders.order import Order
from .plan import Plan, execution, with_exchanges


class _Side(Record):
    done: list[Order]
    left: list[Order]


def cap_turnover(
    plan: Plan, percent: Decimal, minimum: Decimal, keeps_currencies: bool = False
) -> Plan:
    """`plan` with orders of together at most `percent` of the investable value.

    The cap is shared by sales and purchases as the full plan shares it; on each side the largest
    orders come first, and the one that does not fit is cut to whole units. Nothing is bought that
    would take the cash under its floor. Currencies are exchanged for the orders that are left.
    """
    cap = plan.portfolio.investable_value * percent / 100
    if plan.total_sell + plan.total_buy <= cap:
        return plan
    return with_exchanges(lambda kept: _capped(plan, cap, minimum, kept), keeps_currencies)


def _capped(plan: Plan, cap: Decimal, minimum: Decimal, kept: Decimal) -> Plan:
    whole = plan.total_sell + plan.total_buy
    sales = [order for order in plan.orders if order.quantity < 0]
    purchases = [order for order in plan.orders if order.quantity > 0]
    sold = _fitting(plan, sales, cap * plan.total_sell / whole, None, minimum)
    cash = plan.portfolio.free_cash + sum((order.cash for order in sold.done), ZERO)
    spendable = max(cash - plan.target.cash_floor - kept, ZERO)
    bought = _fitting(plan, purchases, cap * plan.total_buy / whole, spendable, minimum)
    orders: tuple[Order, ...] = tuple(sorted(sold.done + bought.done, key=execution))
    return plan._replace(
        orders=orders,
        left=tuple(sold.left + bought.left),
        exchanges=(),
        cash_after=to_cents(plan.portfolio.cash + sum((order.cash for order in orders), ZERO)),
    )


def _fitting(
    plan: Plan, orders: list[Order], budget: Decimal, spendable: Decimal | None, minimum: Decimal
) -> _Side:
    """The orders, largest first, that fit into budget and spendable cash; one is cut to fit."""
    side = _Side([], [])
    for place, order in enumerate(orders):
        room = budget
        if spendable is not None:
            paid = max(order.amount + order.accrued_interest, CENT)
            room = min(budget, (spendable - order.cost) * order.amount / paid)
        if order.amount <= room:
            side.done.append(order)
            budget -= order.amount
            spendable = None if spendable is None else spendable + order.cash
            continue
        cut = _cut(plan, order, room)
        if cut.amount >= max(minimum, CENT) and cut.amount > cut.cost:
            side.done.append(cut)
            order = order._replace(amount=order.amount - cut.amount)
        side.left.extend([order, *orders[place + 1 :]])
        break
    return side


def _cut(plan: Plan, order: Order, room: Decimal) -> Order:
    """The order with as many steps as are worth at most `room`; none of what is sold whole."""
    position, terms = order.position, plan.terms_of(order.position)
    sells = order.quantity < 0
    step = terms.sale_step(position.quantity) if sells else terms.step
    quantity = max(room - CENT, ZERO) // (step * position.unit_value) * step
    if sells:
        most = terms.most_trimmed(position.quantity, position.by_face)
        quantity = min(quantity, most // step * step)
    amount = to_cents(quantity * position.unit_value)
    signed = -quantity if sells else quantity
    return Order(position, signed, amount, *plan.fees.charges(position, signed, amount))
