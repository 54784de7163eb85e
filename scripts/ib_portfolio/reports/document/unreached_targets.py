"""Why a plan ends away from its target, and what would cure it: one warning for each reason."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...core.asset_classes import ASSET_CLASSES, CASH
from ...core.format import money, shown_money, shown_points
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal, to_cents
from ...core.plain_text import plain
from ...core.portfolio import Position
from ...planning.plan import Plan

_FAR = Decimal(1)  # percentage points
_MOST_NAMED = 5


def unreached_targets(plan: Plan, limits: str, withdraws: bool = False) -> list[str]:
    """Warnings of classes that are not held, locked or far from their targets, and of the cash.

    `limits` names the options that keep orders away, "" without any; `withdraws` says that money is
    to be taken out.
    """
    found = _unfilled(plan)
    found += [
        say("class_locked", asset_class=plain(name), amount=_shown(plan, value))
        for name, value in plan.target.stuck.items()
    ]
    free = plan.cash_after - plan.portfolio.set_aside
    if withdraws and free < 0:
        found.append(say("withdraw_short", amount=_shown(plan, -free)))
    found += _short_cash(plan, limits)
    return found + _far_classes(plan, limits)


def reserve_warnings(plan: Plan) -> list[str]:
    """A warning where more should be set aside than there is in cash."""
    portfolio = plan.portfolio
    wanted = sum((row.amount for row in portfolio.reserves), ZERO)
    if wanted <= portfolio.set_aside:
        return []
    shown = {"wanted": _shown(plan, wanted), "cash": _shown(plan, portfolio.cash)}
    return [say("reserves_short", **shown)]


def _unfilled(plan: Plan) -> list[str]:
    """What is not held: of a class its sentence, then the amount and the line that would buy it."""
    found = []
    for name, value in plan.target.unfilled.items():
        if name not in ASSET_CLASSES:
            found.append(say("symbol_unfilled", symbol=plain(name), amount=_shown(plan, value)))
            continue
        found.append(say("class_without_holdings", asset_class=name))
        percents = plan.target.profile.percent
        line = ", ".join(
            f"{'SYMBOL' if one == name else plain(one)} {plain_decimal(share)}"
            for one, share in percents.items()
            if share
        )
        found.append(
            say("class_unfilled", asset_class=name, amount=_shown(plan, value), target=line)
        )
    return found


def _short_cash(plan: Plan, limits: str) -> list[str]:
    portfolio, target = plan.portfolio, plan.target
    free = plan.cash_after - portfolio.set_aside
    fixed = "" if limits else _fixed(plan, target.profile.traded)
    floor = target.wanted[CASH] if fixed else target.cash_floor
    missing = floor - free
    if missing <= 0:
        return []
    amount = _shown(plan, to_cents(missing))
    if fixed:
        return [say("cash_short_fixed", amount=amount, symbols=fixed)]
    if limits:
        return [say("cash_short_limited", amount=amount, limits=limits)]
    return [say("cash_short", amount=amount)]


def _far_classes(plan: Plan, limits: str) -> list[str]:
    """A warning for each sleeve that ends more than a point from what the plan aims at.

    A band is what is aimed at where one is asked for. Cash is named where nothing else is.
    """
    target, after = plan.target, plan.sleeves_after
    whole = sum(after.values(), ZERO)
    if whole <= 0:
        return []
    before = plan.portfolio.investable_value
    aims = target.goals if "--band" in limits else target.wanted
    off = {name: after[name] * 100 / whole - aims[name] * 100 / before for name in after}
    far = [
        name
        for name in target.profile.traded
        if abs(off[name]) > _FAR and name not in target.unfilled and name not in target.stuck
    ]
    if not far and abs(off[CASH]) > _FAR and not (target.unfilled or target.stuck):
        far = [CASH]
    return [
        say(
            "class_over" if off[name] > 0 else "class_under",
            asset_class=plain(name),
            points=shown_points(str(abs(off[name]))),
            reason=_reason(plan, name, off[name] > 0, limits),
        )
        for name in far
    ]


def _reason(plan: Plan, name: str, over: bool, limits: str) -> str:
    """Why a sleeve ends over or under, and the cure, as one half sentence."""
    if over and name != CASH:
        blocked = _not_sold(plan, name)
        if blocked:
            return blocked
    others = [one for one in plan.target.profile.traded if one != name]
    fixed = "" if over else _fixed(plan, others)
    if fixed:
        return say("far_cash_because", symbols=fixed)
    if limits:
        return say("far_limits", limits=limits)
    target, portfolio = plan.target, plan.portfolio
    missing = [one for one in others if target.goals[one] < target.wanted[one]]
    if over and missing:
        return say("far_unfilled", asset_classes=", ".join(map(plain, missing)))
    unit = _smallest_unit(plan, name)
    off = abs(plan.sleeves_after[name] - plan.target.wanted[name])
    interest = plan.accrued_interest
    spare = interest + _unit_value(plan, unit) if name == CASH else portfolio.investable_value / 100
    if interest > 0 and off <= spare:
        return say("far_interest", amount=_shown(plan, interest))
    traded = _large_purchase(plan, name, off) if over else _large_sale(plan, name, off)
    if traded is not None:
        amount = _shown(plan, to_cents(_unit_value(plan, traded)))
        key = "far_bought_unit" if over else "far_sold_unit"
        return say(key, symbol=plain(traded.symbol), amount=amount)
    if unit is not None and _unit_value(plan, unit) >= off:
        return say(
            "far_units", symbol=unit.symbol, amount=_shown(plan, to_cents(_unit_value(plan, unit)))
        )
    free = plan.cash_after - plan.portfolio.set_aside
    if not over and name != CASH and free <= plan.target.wanted[CASH] + _unit_value(plan, unit):
        return say("far_cash")
    return say("far_other")


def _not_sold(plan: Plan, name: str) -> str:
    """The reason where more of a sleeve than its target cannot be sold, "" otherwise."""
    symbols = _fixed(plan, [name])
    if not symbols:
        return ""
    covering = any(row.sleeve == name for row in plan.portfolio.covering)
    return say("far_covering" if covering else "far_locked", symbols=symbols)


def _fixed(plan: Plan, names: Sequence[str]) -> str:
    """What cannot be sold of the sleeves of which that alone is more than the target."""
    found: list[Position] = []
    for name in names:
        rows = [*plan.portfolio.covering, *plan.portfolio.locked]
        parts = [(row, dict(row.in_sleeves).get(name, ZERO)) for row in rows]
        rows = [row for row, value in parts if value]
        fixed = sum((value if row.lock else row.kept_value for row, value in parts if value), ZERO)
        if fixed > plan.target.wanted[name]:
            found += rows
    more = len(found) - _MOST_NAMED
    named = ", ".join(plain(row.symbol) for row in found[:_MOST_NAMED])
    return named + (f" (+{more})" if more > 0 else "")


def _large_sale(plan: Plan, name: str, off: Decimal) -> Position | None:
    """What of a sleeve is sold in a unit of all that the sleeve is `off`, if others can be bought.

    These are still held, in smaller units. The one with the largest unit.
    """
    sold = {id(one.position): -one.quantity for one in plan.orders if one.quantity < 0}
    rows = [row for row in plan.portfolio.traded if row.sleeve == name]
    small = (row for row in rows if _unit_value(plan, row) < off)
    large = [row for row in rows if id(row) in sold and _unit_value(plan, row) >= off]
    if not large or all(sold.get(id(row), ZERO) == row.quantity for row in small):
        return None
    return max(large, key=lambda row: _unit_value(plan, row))


def _large_purchase(plan: Plan, name: str, off: Decimal) -> Position | None:
    """What of a sleeve is bought in a unit of all that the sleeve is `off`: the largest unit."""
    rows = [one.position for one in plan.orders if one.quantity > 0]
    large = [row for row in rows if row.sleeve == name and _unit_value(plan, row) >= off]
    return max(large, key=lambda row: _unit_value(plan, row), default=None)


def _smallest_unit(plan: Plan, name: str) -> Position | None:
    rows = [row for row in plan.portfolio.traded if name in (CASH, row.sleeve)]
    return min(rows, key=lambda row: _unit_value(plan, row), default=None)


def _unit_value(plan: Plan, row: Position | None) -> Decimal:
    return ZERO if row is None else row.unit_value * plan.terms_of(row).step


def _shown(plan: Plan, amount: Decimal) -> str:
    return shown_money(money(amount), plan.portfolio.base_currency)
