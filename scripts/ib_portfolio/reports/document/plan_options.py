"""What the plan document says of the options of a run. Loaded only when there are any."""

from __future__ import annotations

from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.format import money, percent, shown_money, shown_orders, shown_points
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal
from ...core.plain_text import plain
from ...core.profiles import Profile
from ...planning.bands import band_points, band_widths, judged_values, money_to_close
from ...planning.plan import Plan
from ...planning.tailored_plan import TailoredPlan, full_commission
from ...request.policy.account_kinds import KINDS
from ...request.policy.policy_options import ACCOUNTS
from ...request.preferences import Preferences

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import BandResult, HoldingValues, LeftOrder, PlanDocument


_OF_ACCOUNTS = (ACCOUNTS, KINDS)  # which name them


def option_keys(tailored: TailoredPlan, options: dict[str, str]) -> PlanDocument:
    """The keys that `options` add to the document of `tailored`, the heading's notes among them.

    Usage for tax rates that cannot be read.
    """
    plan, preferences = tailored.plan, tailored.preferences
    notes = tailored.notes + _limit_notes(preferences)
    told = {name: text for name, text in sorted(options.items()) if name not in _OF_ACCOUNTS}
    found: PlanDocument = {"options": {name: plain(text) for name, text in told.items()}}
    if preferences.band is not None:
        found["band"] = _band(tailored)
        notes.append(found["band"]["sentence"])
    if preferences.no_sell:
        found["new_money_to_close"] = money(money_to_close(plan.portfolio, plan.target.profile))
        notes.append(_no_sell_note(plan, found["new_money_to_close"]))
    if tailored.full is not None:
        from .few_order_keys import few_orders_told

        found["few_orders"] = few_orders_told(tailored, tailored.full)
        notes.append(found["few_orders"]["sentence"])
    if tailored.proportional is not None:
        from .tax_aware_keys import tax_aware_told

        found["tax_aware"] = tax_aware_told(tailored, tailored.proportional)
        notes.append(found["tax_aware"]["sentence"])
    if plan.left:
        found["left"] = _left(plan)
        notes.append(_left_note(plan))
    if "html" in options:
        found["holdings"] = _holdings(plan)
    if "explain" in options:
        from ...planning.order_reasons import explain_plan

        found["explained"] = explain_plan(plan, preferences)
    if "lots" in options or "tax-rate" in options:
        from ...taxes.gains_by_lot import tax_by_lot

        found.update(tax_by_lot(plan, options))
    return {**found, "heading_notes": notes}


def _band(tailored: TailoredPlan) -> BandResult:
    """Whether every sleeve is inside, the distance of each, and the commission that is saved."""
    plan, preferences = tailored.plan, tailored.preferences
    portfolio, profile = plan.portfolio, plan.target.profile
    widths, values = (
        band_widths(portfolio, profile, preferences),
        judged_values(portfolio, profile, preferences),
    )
    off = {name: values[name] - wanted for name, wanted in plan.target.wanted.items()}
    distances = [
        {
            "asset_class": plain(name),
            "distance_pct": percent(abs(drift), portfolio.investable_value),
            "band_pct": plain_decimal(band_points(preferences, name, profile.percent[name])),
            "inside": abs(drift) <= widths[name],
        }
        for name, drift in _in_order(profile, off)
    ]
    named = ", ".join(
        f"{row['asset_class']} {shown_points(row['distance_pct'])} of {row['band_pct']}"
        for row in distances
    )
    inside = all(abs(drift) <= widths[name] for name, drift in off.items())
    spent = plan.total_commission
    saved = money(max(full_commission(tailored) - spent, ZERO) if inside else ZERO)
    shown = shown_money(saved, portfolio.base_currency)
    if not inside:
        sentence = say("band_outside", distances=named)
    elif plan.orders:
        sentence = say("band_inside_flow", distances=named, saved=shown)
    else:
        sentence = say("band_inside", distances=named, saved=shown)
    return {
        "inside": inside,
        "classes": distances,
        "commission_saved": saved,
        "sentence": sentence,
    }


def _in_order(profile: Profile, off: dict[str, Decimal]) -> list[tuple[str, Decimal]]:
    """The parts of a target as it names them, cash last where it does not; else the classes."""
    names = profile.named or tuple(off)
    return [(name, off[name]) for name in (names if CASH in names else (*names, CASH))]


def _no_sell_note(plan: Plan, missing: str) -> str:
    """How far from its target each sleeve ends, and the new money that would close the gap."""
    after, profile = plan.sleeves_after, plan.target.profile
    total = sum(after.values(), ZERO)
    named = ", ".join(
        f"{plain(name)} {shown_points(percent(after[name] - total * share / 100, total))}"
        for name, share in profile.percent.items()
        if share or after[name] or not profile.named
    )
    shown = shown_money(missing, plan.portfolio.base_currency)
    return say("no_sell", distances=named, money=shown)


def _limit_notes(preferences: Preferences) -> list[str]:
    notes = []
    if preferences.min_trade:
        notes.append(say("min_trade", amount=f"{preferences.min_trade:,}"))
    if preferences.max_turnover is not None:
        notes.append(say("max_turnover", percent=plain_decimal(preferences.max_turnover)))
    return notes


def _holdings(plan: Plan) -> list[HoldingValues]:
    """What each holding that counts, and the cash, is worth before and after, and its target."""
    targets = {id(row): value for row, value in zip(plan.portfolio.traded, plan.target.positions)}
    moved = {
        id(order.position): order.amount if order.quantity > 0 else -order.amount
        for order in plan.orders
    }
    rows = [
        (
            position.symbol,
            position.asset_class,
            position.value,
            moved.get(id(position), ZERO),
            targets.get(id(position)),
        )
        for position in plan.portfolio.positions
        if position.asset_class
    ]
    cash, target = plan.portfolio.cash, plan.target
    rows.append((target.cash_key, "CASH", cash, plan.cash_after - cash, target.cash))
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


def _left(plan: Plan) -> list[LeftOrder]:
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
    return say("turnover_left", orders=shown_orders(len(plan.left)), amount=amount)
