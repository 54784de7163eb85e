"""A plan that goes beyond its profile: what was asked, applied step by step.

Loaded only when a run asks for something. Every step is optional: classes, locks and new money
change the portfolio; bands and buying only change the goals; limits change the orders.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..core.asset_classes import CASH
from ..core.numbers import ZERO
from ..core.portfolio import Portfolio
from ..core.profiles import Profile
from ..core.record import Record
from ..market.commissions import FeeTable
from ..request.preferences import Preferences, read_preferences
from ..request.stated_classes import stated_classes
from .adjusted_portfolio import apply_preferences
from .bands import bands_apart, class_goals, edge_of_cash, keeps_cash_funds, require_bands_of
from .market_limits import with_market_limits, with_matured_held
from .plan import Plan, free_to_trade, make_plan, require_value
from .sleeves import sleeve_targets
from .target import build_target
from .turnover import cap_turnover


class TailoredPlan(Record):
    """A plan, the preferences that it serves, and what the report has to say of them."""

    plan: Plan
    preferences: Preferences
    notes: list[str]
    full: Plan | None = None  # the plan of all orders, where the user asked for the fewest
    proportional: Plan | None = None  # that of sales in proportion, where tax decides on them


class Seen(Record):
    """A portfolio as its options see it, and what the report has to say of that."""

    portfolio: Portfolio
    profile: Profile
    preferences: Preferences
    notes: list[str]


def tailored_plan(
    portfolio: Portfolio,
    profile: Profile,
    options: dict[str, str],
    settings: dict[str, str] | None = None,
) -> TailoredPlan:
    """The plan of `portfolio` under `options`, of which `settings` were not typed.

    Where the options have a target of the user's own, only the name of `profile` counts. Usage or
    Refusal for options that cannot be read, contradict each other or cannot be met.
    """
    seen = seen_portfolio(portfolio, profile, options, settings)
    require_bands_of(seen.profile, seen.preferences)
    return _planned(seen)


def seen_portfolio(
    portfolio: Portfolio,
    profile: Profile,
    options: dict[str, str],
    settings: dict[str, str] | None = None,
) -> Seen:
    """`portfolio` with its target, reserves, locks and new money; refuses as `tailored_plan`."""
    preferences = read_preferences(options, portfolio.base_currency, settings or {})
    notes: list[str] = []
    # What has matured is nothing that a target can name, or leave alone.
    portfolio = with_matured_held(portfolio)
    if "target" in options:
        from .own_targets.own_target import targeted

        stated = stated_classes(options, settings or {})
        found = targeted(portfolio, options["target"], profile.name, preferences, stated)
        portfolio, profile, notes = found.portfolio, found.profile, found.notes
    portfolio = free_to_trade(portfolio, preferences.reserve, preferences.no_reserve)
    require_value(portfolio)
    adjusted = apply_preferences(portfolio, preferences)
    require_value(adjusted.portfolio)
    return Seen(adjusted.portfolio, profile, preferences, notes + adjusted.notes)


def plan_of_part(seen: Seen, part: Mapping[str, Decimal], kept_cash: Decimal) -> TailoredPlan:
    """The plan of an account of a household for its `part` of the target: value by sleeve.

    In base currency, all of what the account's percentages apply to. What bands and --no-sell want
    is in the part already. `kept_cash`, at most the part's, is what must be left of the cash. Few
    orders are made where that was typed, and not for new money by itself.
    """
    whole = sum(part.values(), ZERO)
    few = seen.preferences.few_orders if seen.preferences.few_orders_typed else None
    percent = {name: value * 100 / whole for name, value in part.items()}
    profile = seen.profile._replace(percent=percent)
    preferences = seen.preferences._replace(
        band=None, own_bands={}, to="target", no_sell=False, few_orders=few
    )
    return _planned(seen._replace(profile=profile, preferences=preferences), kept_cash)


def _planned(seen: Seen, least_cash: Decimal | None = None) -> TailoredPlan:
    limited = with_market_limits(seen.portfolio, seen.profile, seen.preferences.lots)
    require_value(limited)
    plans = _plans(limited, seen.profile, seen.preferences, least_cash)
    plan, full, proportional = plans
    return TailoredPlan(plan, seen.preferences, seen.notes, full, proportional)


def _plans(
    portfolio: Portfolio,
    profile: Profile,
    preferences: Preferences,
    least: Decimal | None = None,
) -> tuple[Plan, Plan | None, Plan | None]:
    """The plan; that of all orders if it has the fewest; and of proportions if tax decides."""
    goals, keep = None, False
    if preferences.band is not None or preferences.no_sell:
        goals = class_goals(portfolio, profile, preferences)
        keep = keeps_cash_funds(portfolio, profile, preferences)
    if preferences.band is not None:
        if bands_apart(profile, preferences) or preferences.to == "half":
            least = min(goals[CASH], sleeve_targets(portfolio, profile)[CASH])
        elif preferences.to == "edge":
            # Sales stop at the edge, where the cash may be at its own.
            least = edge_of_cash(portfolio, profile, preferences)
    target = build_target(portfolio, profile, goals, keep, least, preferences.lots)
    minimum, keeps = preferences.min_trade, preferences.keeps_currencies
    fees = FeeTable(portfolio.usd_rate, preferences.fees, portfolio.as_of)
    plan, full = make_plan(portfolio, target, fees, minimum, preferences.lots, keeps), None
    proportional = None
    if preferences.tax_aware:
        from .choices.tax_aware import tax_aware

        proportional, plan = plan, tax_aware(plan, preferences.tax_rates, minimum, keeps)
    if preferences.few_orders is not None:
        from .choices.few_orders import few_orders

        full, plan = plan, few_orders(plan, preferences.few_orders, minimum, keeps)
    if preferences.cash_flow < 0 and plan.cash_after < portfolio.set_aside:
        from .raised_cash import raise_cash

        plan = raise_cash(plan, ZERO, minimum, keeps)
    if preferences.max_turnover is not None:
        plan = cap_turnover(plan, preferences.max_turnover, minimum, keeps)
    return plan, full, proportional


def full_commission(tailored: TailoredPlan) -> Decimal:
    """What the orders would cost, in base currency, if every class went back to its target."""
    plan = tailored.plan
    target = build_target(plan.portfolio, plan.target.profile)
    full = make_plan(plan.portfolio, target, plan.fees, tailored.preferences.min_trade, plan.lots)
    return full.total_commission
