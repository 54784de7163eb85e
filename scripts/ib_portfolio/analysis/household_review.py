"""The reviews of several accounts together; sums only where they have one base currency."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ..core.numbers import ZERO, to_cents
from ..core.record import Record
from ..taxes.trade_history import position_key
from .bond_ladder import Bonds
from .concentration import Concentration, concentration_over
from .costs import Costs, costs_together
from .income import Income, income_together
from .portfolio_review import Review
from .tax_timing import Loss


class LossToTake(Record):
    """What an account could sell at a loss, and what that costs, to the cent."""

    review: Review
    loss: Loss
    cost: Decimal  # commission
    cheapest: bool  # of several accounts with losses on the same, whether it is to be sold first

    @property
    def cost_share(self) -> Decimal:
        """The cost in percent of the loss, both to the cent."""
        return self.cost * 100 / -to_cents(self.loss.total)


class Together(Record):
    """The sums of a household, and its losses in the order in which they are to be taken."""

    net_asset_value: Decimal
    concentration: Concentration
    costs: Costs
    bonds: Bonds
    income: Income
    losses: tuple[LossToTake, ...]


def household_together(reviews: Sequence[Review]) -> Together | None:
    """The accounts of `reviews` together, None where they have different base currencies."""
    if len({one.portfolio.base_currency for one in reviews}) > 1:
        return None
    bonds = [one.bonds for one in reviews]
    rows = [row for one in bonds for row in one.rows]
    rows.sort(key=lambda row: (row.terms.maturity, row.position.symbol))
    return Together(
        net_asset_value=sum((one.portfolio.net_asset_value for one in reviews), ZERO),
        concentration=concentration_over([one.portfolio for one in reviews]),
        costs=costs_together([one.costs for one in reviews]),
        bonds=Bonds(
            rows=tuple(rows),
            unclear=tuple(row for one in bonds for row in one.unclear),
            matured=tuple(row for one in bonds for row in one.matured),
        ),
        income=income_together([one.income for one in reviews]),
        losses=losses_to_take(reviews),
    )


def losses_to_take(reviews: Sequence[Review]) -> tuple[LossToTake, ...]:
    """The losses of all accounts, by security the largest first, within it the cheapest first.

    The cheapest sale costs least of its loss; retirement accounts have no losses.
    """
    groups: dict[str, list[LossToTake]] = {}
    for review in reviews:
        for loss in review.losses:
            row = LossToTake(
                review, loss, to_cents(review.sale_cost(loss.position, loss.quantity)), False
            )
            groups.setdefault(position_key(loss.position), []).append(row)
    ordered = sorted(
        groups.values(),
        key=lambda rows: (
            sum((row.loss.total for row in rows), ZERO),
            rows[0].loss.position.symbol,
        ),
    )
    found: list[LossToTake] = []
    for rows in ordered:
        rows.sort(key=lambda row: (row.cost_share, row.loss.total, row.review.portfolio.account))
        found += [row._replace(cheapest=place == 0) for place, row in enumerate(rows)]
    return tuple(found)
