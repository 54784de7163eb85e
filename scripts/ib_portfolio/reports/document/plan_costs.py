"""What the plan document says of costs: schedules, taxes, accrued interest, and dear orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

from ...core.format import money, shown_money
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal
from ...core.plain_text import plain
from ...core.portfolio import Position
from ...market.commissions import Schedule
from ...planning.orders.order import Order
from ...planning.plan import Plan

# An order, or all of them, that cost more than the hundredth part are worth a warning.
_DEAR = 100
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
    groups: dict[int, tuple[Schedule, list[Position]]] = {}
    for order in plan.orders:
        schedule = fees.schedule_of(order.position)
        groups.setdefault(id(schedule), (schedule, []))[1].append(order.position)
    names = list(dict.fromkeys(schedule.name for schedule, _ in groups.values()))
    told = {"plan": fees.plan_name, "as_of": fees.as_of}
    if len(names) == 1:
        notes = [say("fee_schedule", name=names[0], **told)]
    else:
        notes = [say("fee_schedules", names=", ".join(names), **told)]
    assumed = _positions(groups.values(), lambda schedule: schedule.assumed == "currency")
    currencies = sorted({position.currency for position in assumed})
    if currencies:
        notes.append(say("fee_schedule_assumed", currencies=", ".join(currencies)))
    unknown = _positions(groups.values(), lambda schedule: schedule.assumed == "exchange")
    if unknown:
        notes.append(say("fee_exchange_unknown", symbols=_named(unknown)))
    untaxed = _positions(groups.values(), lambda schedule: schedule.levies_unknown)
    if untaxed:
        notes.append(say("levies_unknown", symbols=_named(untaxed)))
    if fees.plan == "tiered":
        notes.append(say("fee_tiered"))
        fixed = dict.fromkeys(one.name for one, _ in groups.values() if one.without_tiered)
        if fixed:
            notes.append(say("fee_tiered_missing", names=", ".join(fixed)))
    return notes


def _positions(
    groups: Iterable[tuple[Schedule, list[Position]]], wanted: Callable[[Schedule], bool]
) -> list[Position]:
    return [row for schedule, rows in groups if wanted(schedule) for row in rows]


def _unknown_interest(plan: Plan) -> list[str]:
    """Bonds that pay interest, of which the statement does not say how much has accrued."""
    unknown = [
        order.position
        for order in plan.orders
        if order.position.by_face and order.position.instrument.accrued_interest is None
    ]
    if not unknown:
        return []
    from ...market.bond_terms import coupon_of

    paying = [position for position in unknown if coupon_of(position)]
    return [say("accrued_unknown", symbols=_named(paying))] if paying else []


def cost_warnings(plan: Plan) -> list[str]:
    """Orders that cost more than 1% of their amount, and a plan that does; what is sold whole."""
    found, dear, cost = [], [], ZERO
    for order in plan.orders:
        position = order.position
        cost += order.cost
        if _is_dear(order.cost, order.amount):
            dear.append(position)
        told = position.by_face or position.instrument.exchange
        why = plan.terms_of(position).why_sold_whole if told else ""
        if why:
            found.append(say("sold_whole", symbol=order.position.symbol, reason=say(why)))
    if dear:
        found.append(say("order_dear", orders=_named(dear)))
    shown = shown_money(money(cost), plan.portfolio.base_currency)
    held = sum(plan.target.wanted.values(), ZERO)
    if _is_dear(cost, held):
        found.append(say("orders_dear", cost=shown, whole=say("whole_held")))
    elif len(plan.orders) > 1 and _is_dear(cost, plan.total_sell + plan.total_buy):
        found.append(say("orders_dear", cost=shown, whole=say("whole_traded")))
    return found


def _is_dear(cost: Decimal, whole: Decimal) -> bool:
    """Whether a cost that is rounded to the cent is over 1% of the whole before rounding."""
    return cost * _DEAR > whole and (cost - _HALF_CENT) * _DEAR > whole


def _named(positions: Iterable[Position]) -> str:
    """The symbols, each once, the first few of many."""
    symbols = list(dict.fromkeys(plain(position.symbol) for position in positions))
    left = len(symbols) - _MOST_NAMED
    return ", ".join(symbols[:_MOST_NAMED]) + (f" (+{left})" if left > 0 else "")
