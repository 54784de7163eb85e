"""A plan that goes beyond its profile: what was asked, applied step by step.

Loaded only when a run asks for something. Every step is optional: classes, locks and new money
change the portfolio; bands and buying only change the goals; limits change the orders.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.portfolio import Portfolio
from ..core.profiles import Profile
from ..market.commissions import FeeTable
from ..request.preferences import Preferences, read_preferences
from .adjusted_portfolio import apply_preferences
from .bands import class_goals, keeps_cash_funds
from .plan import Plan, make_plan, require_value
from .target import build_target
from .turnover import cap_turnover


class TailoredPlan(NamedTuple):
    """A plan, the preferences that it serves, and what the report has to say of them."""

    plan: Plan
    preferences: Preferences
    notes: list[str]


def tailored_plan(
    portfolio: Portfolio,
    profile: Profile,
    options: dict[str, str],
    settings: dict[str, str] | None = None,
) -> TailoredPlan:
    """The plan of `portfolio` under `options`, of which `settings` were not typed.

    Usage or Refusal for options that cannot be read, contradict each other or cannot be met.
    """
    preferences = read_preferences(options, portfolio.base_currency, settings or {})
    require_value(portfolio)
    adjusted = apply_preferences(portfolio, preferences)
    require_value(adjusted.portfolio)
    plan = _plan(adjusted.portfolio, profile, preferences)
    return TailoredPlan(plan, preferences, adjusted.notes)


def _plan(portfolio: Portfolio, profile: Profile, preferences: Preferences) -> Plan:
    goals, keep = None, False
    if preferences.band is not None or preferences.no_sell:
        goals = class_goals(portfolio, profile, preferences)
        keep = keeps_cash_funds(portfolio, profile, preferences)
    target = build_target(portfolio, profile, goals, keep)
    plan = make_plan(portfolio, target, FeeTable(portfolio.usd_rate), preferences.min_trade)
    if preferences.max_turnover is not None:
        plan = cap_turnover(plan, preferences.max_turnover, preferences.min_trade)
    return plan


def full_commission(tailored: TailoredPlan) -> Decimal:
    """What the orders would cost, in base currency, if every class went back to its target."""
    plan = tailored.plan
    target = build_target(plan.portfolio, plan.target.profile)
    full = make_plan(plan.portfolio, target, plan.fees, tailored.preferences.min_trade)
    return full.total_commission
