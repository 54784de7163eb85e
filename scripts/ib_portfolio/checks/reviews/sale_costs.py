"""What selling a part of a position costs, for the checks of reviews."""

from __future__ import annotations

from decimal import Decimal

from ..case import cents
from ..evidence import Evidence
from ..market.cost_rules import fee_again
from .review_evidence import RawPosition


def sale_cost(
    account: Evidence, raw: RawPosition, quantity: Decimal | None = None, buys: bool = False
) -> Decimal:
    """The commission on trading so much of a position, or all of it, by the table of fees."""
    own = [
        row
        for row in account.holdings
        if (row.symbol, row.currency) == (raw.symbol, raw.row["currency"]) and row.quantity > 0
    ]
    holding = min(own, key=lambda row: abs(row.value - raw.value))
    count = raw.quantity if quantity is None else quantity
    return cents(fee_again(holding, count, raw.value / raw.quantity * count, buys, account))
