"""The whole review of a portfolio, each part by the module of its subject."""

from __future__ import annotations

from decimal import Decimal

from ..core.asset_classes import CASH
from ..core.numbers import ZERO, to_cents
from ..core.portfolio import Portfolio, Position
from ..core.record import Record
from ..core.reviews.flows import Flows
from ..planning.plan import Plan, drifts
from .bond_ladder import Bonds, bonds_of
from .concentration import Concentration, concentration_of
from .costs import Costs, costs_of
from .fund_overlaps import Overlap, overlaps_of
from .idle_cash import CashOfCurrency, debits, idle_currencies
from .income import Income, income_of
from .other_accounts import ALONE, OtherAccounts
from .tax_timing import Loss, Turning, losses, turning_long


class Review(Record):
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
    retirement: bool | None = None  # by the type of the account, None where that is not told
    others: int = 0  # how many other accounts of its household were looked at

    @property
    def is_retirement(self) -> bool:
        """Whether gains and losses are none for taxes."""
        return bool(self.retirement)

    def sale_cost(self, position: Position, quantity: Decimal | None = None) -> Decimal:
        """The commission on selling `quantity` of a position, None for all; in base currency."""
        count = position.quantity if quantity is None else quantity
        return self.plan.fees.commission(position, count, count * position.unit_value, buys=False)

    @property
    def cash_over_target(self) -> Decimal:
        """The cash beyond what the profile wants of it, base currency, to the cent, not below 0."""
        return to_cents(max(drifts(self.plan)[CASH], ZERO))


def review_of(
    portfolio: Portfolio, flows: Flows, plan: Plan, others: OtherAccounts = ALONE
) -> Review:
    """The review of `portfolio`; `plan` is where its profile would take it.

    `others` is the rest of its household. A retirement account has no lots whose day matters.
    """
    bonds = bonds_of(portfolio)
    retired = bool(flows.is_retirement)
    return Review(
        portfolio=portfolio,
        plan=plan,
        concentration=concentration_of(portfolio),
        costs=costs_of(flows),
        bonds=bonds,
        income=income_of(portfolio, bonds, flows),
        turning=() if retired else turning_long(portfolio),
        losses=() if retired else losses(portfolio, others),
        debits=debits(portfolio),
        idle=idle_currencies(portfolio),
        overlaps=overlaps_of(portfolio),
        retirement=flows.is_retirement,
        others=len(others.portfolios),
    )
