"""Why a position has its order, or none: one line each. Loaded only when a run asks for it."""

from __future__ import annotations

from decimal import Decimal

from ..core.format import money, percent, shown_money, shown_points
from ..core.messages import say
from ..core.numbers import CENT
from ..core.plain_text import plain
from ..core.portfolio import Position
from ..request.preferences import Preferences
from .bands import inside_band
from .orders.order import Order
from .plan import Plan, covered_reason, drifts


def explain_plan(plan: Plan, preferences: Preferences) -> list[dict[str, str]]:
    """{"symbol", "reason"} of every position, in the order of the input.

    Money in the reasons is in base currency, points are percentage points of what the profile
    applies to.
    """
    orders = {id(order.position): order for order in plan.orders}
    targets = {id(row): value for row, value in zip(plan.portfolio.traded, plan.target.positions)}
    left = {id(order.position): order.amount for order in plan.left}
    found = []
    for position in plan.portfolio.positions:
        key = id(position)
        if key in orders:
            reason = _order_reason(plan, orders[key], targets[key], left.get(key))
        elif key in left:
            reason = say("why_left")
        elif key not in targets:
            reason = say("why_held", reason=say(position.lock or position.held_reason))
        else:
            reason = _no_order_reason(plan, position, targets[key], preferences)
        found.append({"symbol": plain(position.symbol), "reason": reason})
    return found


def _order_reason(plan: Plan, order: Order, target: Decimal, left: Decimal | None) -> str:
    """What is over or under its target: the class where it goes the same way, else the position."""
    position, sells = order.position, order.quantity < 0
    drift = drifts(plan)[position.sleeve]
    amounts = {"value": _shown(plan, position.value), "target": _shown(plan, target)}
    if (drift > 0) if sells else (drift < 0):
        points = shown_points(percent(abs(drift), plan.portfolio.investable_value))
        key = "why_over" if sells else "why_under"
        reason = say(key, asset_class=plain(position.sleeve), points=points, **amounts)
    else:
        reason = say("why_own_over" if sells else "why_own_under", **amounts)
    return reason if left is None else say("why_cut", reason=reason, left=_shown(plan, left))


def _no_order_reason(
    plan: Plan, position: Position, target: Decimal, preferences: Preferences
) -> str:
    wanted = abs(target - position.value)
    terms = plan.terms_of(position)
    sells = target < position.value
    unit = position.unit_value * (terms.sale_step(position.quantity) if sells else terms.step)
    if wanted < CENT:
        return _at_goal(plan, position, preferences)
    if wanted < unit:
        return say("why_under_unit", wanted=_shown(plan, wanted), unit=_shown(plan, unit))
    if wanted < preferences.min_trade + unit:
        return say("why_under_minimum", minimum=_shown(plan, preferences.min_trade))
    if preferences.few_orders is not None:
        return say("why_few")
    # No sale is given up for the cash, and no purchase that the cash was enough for.
    spare = plan.cash_after - plan.portfolio.set_aside - plan.target.cash_floor
    return say("why_units" if sells or spare >= unit else "why_cash")


def _at_goal(plan: Plan, position: Position, preferences: Preferences) -> str:
    """Why a position is to stay as it is: its band, a run that only buys, or its target."""
    portfolio, profile, name = plan.portfolio, plan.target.profile, position.sleeve
    if preferences.band is not None and inside_band(portfolio, profile, preferences):
        return say("why_in_band")
    over = drifts(plan)[name] >= CENT
    if position.kept and over:
        return say("why_held", reason=covered_reason(position))
    if preferences.no_sell and over:
        return say("why_no_sell", asset_class=plain(name))
    return say("why_at_target")


def _shown(plan: Plan, amount: Decimal) -> str:
    return shown_money(money(amount), plan.portfolio.base_currency)
