"""Why a position has no order: one line each. Loaded only when a run asks for it."""

from __future__ import annotations

from decimal import Decimal

from ..core.format import money
from ..core.messages import say
from ..core.numbers import CENT
from ..core.plain_text import plain
from ..core.portfolio import Position
from .plan import Plan
from .sizing import STEPS, unit_of


def explain_plan(plan: Plan, minimum: Decimal) -> list[dict[str, str]]:
    """{"symbol", "reason"} of every position without an order, in the order of the input."""
    ordered = {id(order.position) for order in plan.orders}
    targets = {id(row): value for row, value in zip(plan.portfolio.traded, plan.target.positions)}
    left = {id(order.position) for order in plan.left}
    return [
        {"symbol": plain(row.symbol), "reason": _reason(plan, row, targets, left, minimum)}
        for row in plan.portfolio.positions
        if id(row) not in ordered
    ]


def _reason(
    plan: Plan, row: Position, targets: dict[int, Decimal], left: set[int], minimum: Decimal
) -> str:
    currency = plan.portfolio.base_currency
    if id(row) in left:
        return say("why_left")
    if id(row) not in targets:
        return say("why_held", reason=say(row.lock or row.held_reason))
    wanted = abs(targets[id(row)] - row.value)
    unit = row.unit_value * STEPS[unit_of(row)]
    if wanted < CENT:
        return say("why_at_target")
    if wanted < unit:
        return say("why_under_unit", wanted=money(wanted), unit=money(unit), currency=currency)
    if wanted < minimum + unit:
        return say("why_under_minimum", minimum=money(minimum), currency=currency)
    return say("why_cash")
