"""Money that has to be there after a plan, as a withdrawal has: sales beyond what targets ask for.

Loaded only when the orders leave too little.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from ..core.numbers import ZERO, to_cents
from ..core.portfolio import Position
from .orders.order import Order
from .plan import Plan, execution, with_exchanges


def raise_cash(
    plan: Plan, least: Decimal, minimum: Decimal = ZERO, keeps_currencies: bool = False
) -> Plan:
    """`plan` with larger or more sales, so that its free cash is at least `least`, if it can be.

    Each time the sale that is enough with the least beyond it, else the one that brings most.
    Nothing that is bought is sold, no share that must be kept, and no order is under `minimum`.
    Currencies are exchanged for the orders that there are then.
    """
    before = plan._replace(exchanges=(), cash_after=plan.cash_after + plan.exchange_cost)
    return with_exchanges(lambda kept: _raised(before, least + kept, minimum), keeps_currencies)


def _raised(plan: Plan, least: Decimal, minimum: Decimal) -> Plan:
    bought = {id(order.position) for order in plan.orders if order.quantity > 0}
    sales = {id(order.position): order for order in plan.orders if order.quantity < 0}
    rows = [row for row in plan.portfolio.traded if id(row) not in bought]
    cash = plan.cash_after - plan.portfolio.set_aside
    while cash < least:
        offers = [
            (_brings(sales, order), order)
            for row in rows
            for order in _sales(plan, row, sales.get(id(row)), least - cash, minimum)
        ]
        offers = [(brings, order) for brings, order in offers if brings > 0]
        enough = [offer for offer in offers if cash + offer[0] >= least]
        if not offers:
            break
        brings, order = min(enough, key=_first) if enough else max(offers, key=_first)
        sales[id(order.position)] = order
        cash += brings
    orders = [order for order in plan.orders if order.quantity > 0] + list(sales.values())
    return plan._replace(
        orders=tuple(sorted(orders, key=execution)),
        cash_after=to_cents(cash + plan.portfolio.set_aside),
    )


def _first(offer: tuple[Decimal, Order]) -> tuple[Decimal, str, str]:
    brings, order = offer
    return brings, order.position.symbol, order.position.conid


def _brings(sales: dict[int, Order], order: Order) -> Decimal:
    sold = sales.get(id(order.position))
    return order.cash - (sold.cash if sold else ZERO)


def _sales(
    plan: Plan, row: Position, sold: Order | None, missing: Decimal, minimum: Decimal
) -> list[Order]:
    """The sale of a row that brings `missing` more, commissions paid, or as much as it can."""
    terms = plan.terms_of(row)
    step = terms.sale_step(row.quantity)
    before = -sold.quantity if sold else ZERO
    most = (terms.most_trimmed(row.quantity, row.by_face) - before) // step
    if most < 1 or not row.unit_value:
        return []
    already = sold.cash if sold else ZERO
    wanted = max(missing, minimum - (sold.amount if sold else ZERO))
    steps = (wanted / (row.unit_value * step)).to_integral_value(ROUND_CEILING)
    while True:
        steps = min(steps, most)
        quantity = before + steps * step
        amount = to_cents(quantity * row.unit_value)
        order = Order(row, -quantity, amount, *plan.fees.charges(row, -quantity, amount))
        lacks = missing - (order.cash - already)
        if lacks <= 0 or steps == most:
            return [order] if amount >= minimum else []
        steps += max((lacks / (row.unit_value * step)).to_integral_value(ROUND_CEILING), Decimal(1))
