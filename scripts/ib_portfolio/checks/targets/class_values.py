"""What the classes and the shares of a target come to after a plan's trades."""

from __future__ import annotations

from decimal import Decimal

from ...core.asset_classes import ASSET_CLASSES, CASH, MIXED
from .shares import parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart
    from ..case import Case

_ZERO = Decimal(0)


def bought_less_sold(trades: list[DocumentPart]) -> Decimal:
    """What the trades add to what is held, in base currency."""
    signed = (Decimal(row["amount"]) * (1 if row["action"] == "BUY" else -1) for row in trades)
    return sum(signed, _ZERO)


def values_after(case: Case) -> dict[str, Decimal]:
    """What each asset class is worth after the trades, mixed funds in their parts."""
    before = case.evidence.cash.quantize(Decimal("0.01"), "ROUND_HALF_UP")
    values = dict(case.class_totals)
    values[CASH] += Decimal(case.document["summary"]["cash_after"]) - before
    for trade, row in case.pairs:
        change = bought_less_sold([trade])
        if trade["asset_class"] == MIXED:
            for name, percent in zip(ASSET_CLASSES, parts_of(row)):
                values[name] += change * percent / 100
        elif trade["asset_class"] in values:
            values[trade["asset_class"]] += change
    return values


def shares_after(case: Case) -> dict[str, Decimal]:
    """What each share of the target is worth after the trades."""
    before = case.evidence.cash.quantize(Decimal("0.01"), "ROUND_HALF_UP")
    values = dict(case.totals)
    values[CASH] += Decimal(case.document["summary"]["cash_after"]) - before
    for name in values:
        values[name] += bought_less_sold(case.trades_of(name))
    return values
