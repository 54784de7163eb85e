"""What the plan document says of costs: schedules, taxes, accrued interest, and dear orders."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from ..core.format import money, shown_money
from ..core.messages import say
from ..core.numbers import ZERO, plain_decimal
from ..core.plain_text import plain
from ..core.portfolio import Position
from ..planning.plan import Plan
from ..planning.sizing import Order

# What an order, or all of them, may cost before the report warns of it.
_DEAR = Decimal("0.01")
_HALF_CENT = Decimal("0.005")
_TENTH = Decimal("0.1")
_MOST_NAMED = 8


def basis_points(order: Order) -> str:
    """Commission and taxes of an order in basis points of its amount, to one decimal."""
    points = order.cost * 10_000 / order.amount
    return plain_decimal(points.quantize(_TENTH, rounding=ROUND_HALF_UP))


def cost_notes(plan: Plan) -> list[str]:
    """Which schedules the commissions are of, which taxes are counted, and what is not known."""
    if not plan.orders:
        return []
    notes = _schedule_notes(plan)
    levies: dict[str, list[Position]] = {}
    for order in plan.orders:
        for levy in plan.fees.levies_of(order.position) if order.taxes else ():
            if levy.buys if order.quantity > 0 else levy.sells:
                levies.setdefault(levy.name, []).append(order.position)
    if levies:
        parts = (f"{name} ({_named(rows)})" for name, rows in levies.items())
        notes.append(say("levies", levies="; ".join(parts)))
    return notes + _unknown_interest(plan)


def _schedule_notes(plan: Plan) -> list[str]:
    fees = plan.fees
    rows = [(order.position, fees.schedule_of(order.position)) for order in plan.orders]
    names = list(dict.fromkeys(schedule.name for _, schedule in rows))
    told = {"plan": fees.plan_name, "as_of": fees.as_of}
    if len(names) == 1:
        notes = [say("fee_schedule", name=names[0], **told)]
    else:
        notes = [say("fee_schedules", names=", ".join(names), **told)]
    currencies = {row.currency for row, schedule in rows if schedule.assumed == "currency"}
    if currencies:
        notes.append(say("fee_schedule_assumed", currencies=", ".join(sorted(currencies))))
    unknown = [row for row, schedule in rows if schedule.assumed == "exchange"]
    if unknown:
        notes.append(say("fee_exchange_unknown", symbols=_named(unknown)))
    untaxed = [row for row, schedule in rows if schedule.levies_unknown and not schedule.assumed]
    if untaxed:
        notes.append(say("levies_unknown", symbols=_named(untaxed)))
    if fees.plan == "tiered":
        notes.append(say("fee_tiered"))
        fixed = dict.fromkeys(schedule.name for _, schedule in rows if schedule.without_tiered)
        if fixed:
            notes.append(say("fee_tiered_missing", names=", ".join(fixed)))
    return notes


def _unknown_interest(plan: Plan) -> list[str]:
    """Bonds that pay interest, of which the statement does not say how much has accrued."""
    unknown = [
        order.position
        for order in plan.orders
        if order.position.by_face and order.position.instrument.accrued_interest is None
    ]
    if not unknown:
        return []
    from ..market.bond_terms import coupon_of

    paying = [position for position in unknown if coupon_of(position)]
    return [say("accrued_unknown", symbols=_named(paying))] if paying else []


def cost_warnings(plan: Plan) -> list[str]:
    """Orders that cost more than 1% of their amount, and a plan that does; what is sold whole."""
    found = [
        say(
            "sold_whole",
            symbol=order.position.symbol,
            reason=say(plan.terms_of(order.position).why_sold_whole),
        )
        for order in plan.orders
        if plan.terms_of(order.position).why_sold_whole
    ]
    dear = [order.position for order in plan.orders if _is_dear(order.cost, order.amount)]
    if dear:
        found.append(say("order_dear", orders=_named(dear)))
    cost = plan.total_commission + plan.total_taxes
    traded = plan.total_sell + plan.total_buy
    shown = shown_money(money(cost), plan.portfolio.base_currency)
    if _is_dear(cost, plan.portfolio.investable_value):
        found.append(say("orders_dear", cost=shown, whole=say("whole_held")))
    elif len(plan.orders) > 1 and _is_dear(cost, traded):
        found.append(say("orders_dear", cost=shown, whole=say("whole_traded")))
    return found


def _is_dear(cost: Decimal, whole: Decimal) -> bool:
    """Whether a cost that is rounded to the cent is over 1% of the whole before rounding."""
    return cost > ZERO and cost - _HALF_CENT > whole * _DEAR


def _named(positions: Iterable[Position]) -> str:
    """The symbols, each once, the first few of many."""
    symbols = list(dict.fromkeys(plain(position.symbol) for position in positions))
    left = len(symbols) - _MOST_NAMED
    return ", ".join(symbols[:_MOST_NAMED]) + (f" (+{left})" if left > 0 else "")
