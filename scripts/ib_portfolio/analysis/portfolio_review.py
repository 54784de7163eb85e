"""The whole review of a portfolio, each part by the module of its subject."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.asset_classes import CASH
from ..core.numbers import ZERO, to_cents
from ..core.portfolio import Portfolio
from ..core.reviews.flows import Flows
from ..planning.plan import Plan, drifts
from .bond_ladder import Bonds, bonds_of
from .concentration import Concentration, concentration_of
from .costs import Costs, costs_of
from .fund_overlaps import Overlap, overlaps_of
from .idle_cash import CashOfCurrency, debits, idle_currencies
from .income import Income, income_of
from .tax_timing import Loss, Turning, losses, turning_long


class Review(NamedTuple):
    """What a statement proves about a portfolio, beside the plan that its profile leads to."""

    portfolio: Portfolio
    plan: Plan
    concentration: Concentration
    costs: Costs
    bonds: Bonds
    income: Income
    turning: tuple[Turning, ...]
    losses: tuple[Loss, ...]
    debits: tuple[CashOfCurrency, ...]
    idle: tuple[CashOfCurrency, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def cash_over_target(self) -> Decimal:
        """The cash beyond what the profile wants of it, base currency, to the cent, not below 0."""
        return to_cents(max(drifts(self.plan)[CASH], ZERO))


def review_of(portfolio: Portfolio, flows: Flows, plan: Plan) -> Review:
    """The review of `portfolio`; `plan` is where its profile would take it."""
    bonds = bonds_of(portfolio)
    return Review(
        portfolio=portfolio,
        plan=plan,
        concentration=concentration_of(portfolio),
        costs=costs_of(flows),
        bonds=bonds,
        income=income_of(portfolio, bonds, flows),
        turning=turning_long(portfolio),
        losses=losses(portfolio),
        debits=debits(portfolio),
        idle=idle_currencies(portfolio),
        overlaps=overlaps_of(portfolio),
    )
