"""A plan that goes beyond its profile: what was asked, applied step by step.

Loaded only when a run asks for something. Every step is optional: classes, locks and new money
change the portfolio; bands and buying only change the goals; limits change the orders.
"""

from __future__ import annotations

from ..core.format import money, percent, shown_money, shown_points
from ..core.messages import say
from ..core.numbers import ZERO, plain_decimal
from ..core.plain_text import plain
from ..core.portfolio import Portfolio
from ..core.profiles import ASSET_CLASSES, Profile
from ..market.commissions import FeeTable
from ..request.preferences import Preferences, read_preferences
from .adjusted_portfolio import apply_preferences
from .bands import class_goals, inside_band, money_to_close
from .plan import Plan, drifts, make_plan, require_value
from .target import build_target
from .turnover import cap_turnover

Extra = dict[str, object]


def plan_as_asked(
    portfolio: Portfolio, profile: Profile, options: dict[str, str]
) -> tuple[Plan, Extra]:
    """The plan under `options` (the command's and the plugin's), and what the document adds.

    Usage or Refusal for options that cannot be read, contradict each other or cannot be met.
    """
    preferences = read_preferences(options, portfolio.base_currency)
    require_value(portfolio)
    wished = apply_preferences(portfolio, preferences)
    require_value(wished.portfolio)
    plan = _plan(wished.portfolio, profile, preferences)
    notes = wished.notes + _limit_notes(preferences)
    extra: Extra = {"options": {name: plain(text) for name, text in sorted(options.items())}}
    if preferences.band is not None:
        extra["band"] = _band(plan, preferences)
        notes.append(extra["band"]["sentence"])
    if preferences.no_sell:
        notes.append(_no_sell_note(plan, profile))
    if plan.left:
        extra["left"] = _left(plan)
        notes.append(_left_note(plan))
    if "html" in options:
        extra["holdings"] = _holdings(plan)
    if "explain" in options:
        from .order_reasons import explain_plan

        extra["explained"] = explain_plan(plan, preferences)
    if "lots" in options or "tax-rate" in options:
        from ..taxes.gains_by_lot import tax_by_lot

        extra.update(tax_by_lot(plan, options))
    return plan, {**extra, "heading_notes": notes}


def _plan(portfolio: Portfolio, profile: Profile, preferences: Preferences) -> Plan:
    goals = None
    if preferences.band is not None or preferences.no_sell:
        goals = class_goals(portfolio, profile, preferences)
    target = build_target(portfolio, profile, goals)
    plan = make_plan(portfolio, target, FeeTable(portfolio.usd_rate), preferences.min_trade)
    if preferences.max_turnover is not None:
        plan = cap_turnover(plan, preferences.max_turnover, preferences.min_trade)
    return plan


def _band(plan: Plan, preferences: Preferences) -> dict[str, object]:
    """Whether every class is inside, each class's distance, and the commission that is saved."""
    band, portfolio, profile = preferences.band, plan.portfolio, plan.target.profile
    assert band is not None
    inside = inside_band(portfolio, profile, band)
    distances = [
        {
            "asset_class": name,
            "distance_pct": percent(abs(drift), portfolio.investable_value),
            "band_pct": plain_decimal(band.width(profile.percent[name])),
        }
        for name, drift in drifts(plan).items()
    ]
    saved = ZERO
    if inside:
        full = build_target(portfolio, profile)
        fees = FeeTable(portfolio.usd_rate)
        saved = make_plan(portfolio, full, fees, preferences.min_trade).total_commission
    named = ", ".join(
        f"{row['asset_class']} {shown_points(row['distance_pct'])} of {row['band_pct']}"
        for row in distances
    )
    sentence = say(
        "band_inside" if inside else "band_outside",
        distances=named,
        saved=shown_money(money(saved), portfolio.base_currency),
    )
    return {
        "inside": inside,
        "classes": distances,
        "commission_saved": money(saved),
        "sentence": sentence,
    }


def _no_sell_note(plan: Plan, profile: Profile) -> str:
    """How far from its target each class ends, and the new money that would close the gap."""
    after = plan.values_after
    total = sum(after.values(), ZERO)
    named = ", ".join(
        f"{name} {shown_points(percent(after[name] - total * profile.percent[name] / 100, total))}"
        for name in ASSET_CLASSES
    )
    currency = plan.portfolio.base_currency
    missing = shown_money(money(money_to_close(plan.portfolio, profile)), currency)
    return say("no_sell", distances=named, money=missing)


def _limit_notes(preferences: Preferences) -> list[str]:
    notes = []
    if preferences.min_trade:
        notes.append(say("min_trade", amount=f"{preferences.min_trade:,}"))
    if preferences.max_turnover is not None:
        notes.append(say("max_turnover", percent=plain_decimal(preferences.max_turnover)))
    return notes


def _holdings(plan: Plan) -> list[dict[str, str]]:
    """What each holding that counts, and the cash, is worth before and after, and its target."""
    targets = {id(row): value for row, value in zip(plan.portfolio.traded, plan.target.positions)}
    moved = {
        id(order.position): order.amount if order.quantity > 0 else -order.amount
        for order in plan.orders
    }
    rows = [
        (row.symbol, row.asset_class, row.value, moved.get(id(row), ZERO), targets.get(id(row)))
        for row in plan.portfolio.positions
        if row.asset_class
    ]
    cash, target = plan.portfolio.cash, plan.target
    rows.append((target.cash_key, "CASH", cash, plan.cash_after - cash, target.cash_floor))
    return [
        {
            "symbol": plain(symbol),
            "asset_class": name,
            "before": money(value),
            "after": money(value + change),
            "target": money(value if goal is None else goal),
        }
        for symbol, name, value, change, goal in rows
    ]


def _left(plan: Plan) -> list[dict[str, str]]:
    return [
        {
            "action": "SELL" if order.quantity < 0 else "BUY",
            "symbol": plain(order.position.symbol),
            "amount": money(order.amount),
        }
        for order in plan.left
    ]


def _left_note(plan: Plan) -> str:
    total = money(sum((order.amount for order in plan.left), ZERO))
    amount = shown_money(total, plan.portfolio.base_currency)
    return say("turnover_left", count=len(plan.left), amount=amount)
