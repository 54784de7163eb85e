"""Checks of what the market asks of orders: taxes, accrued interest, pieces, maturities.

Loaded only when something held is a bond, or its exchange is known.
"""

from __future__ import annotations

from decimal import Decimal

from ...core.plain_text import plain
from ..case import CENT, Case, Check, Problems, cents, name_of
from .cost_rules import interest_again, taxes_again
from .piece_rules import days_left, quantity_fits

_PERCENT = Decimal("0.01")


def taxes(case: Case) -> Problems:
    """Each order's taxes are those of the tables."""
    for trade, holding in case.pairs:
        if holding is None or not (holding.row.get("listingExchange") or trade["taxes"] != "0.00"):
            continue
        quantity, amount = Decimal(trade["quantity"]), Decimal(trade["amount"])
        day = case.evidence.day
        levies = cents(taxes_again(holding, quantity, amount, trade["action"], day))
        if levies != Decimal(trade["taxes"]):
            yield f"{name_of(trade)}: taxes are {levies}, not {trade['taxes']}"


def accrued_interest(case: Case) -> Problems:
    """Every order of a bond has its part of the interest accrued, and no other order has any."""
    for trade, holding in case.pairs:
        if holding is None or not (holding.by_face or "accrued_interest" in trade):
            continue
        told = Decimal(trade.get("accrued_interest", 0))
        interest = cents(interest_again(holding, Decimal(trade["quantity"])))
        if told != interest or ("accrued_interest" in trade) != holding.by_face:
            yield f"{name_of(trade)}: {interest} has accrued, not {told}"


def market_pieces(case: Case) -> Problems:
    """Orders are in lots and denominations; no odd rest is left; what is whole is sold whole."""
    for trade, holding in case.pairs:
        # Of others it is one unit, or the user's own: "whole units" looks at those.
        if holding is None or not (holding.by_face or holding.row.get("listingExchange")):
            continue
        quantity, sells = Decimal(trade["quantity"]), trade["action"] == "SELL"
        if not quantity_fits(holding, quantity, sells, case.evidence.asked):
            yield f"{name_of(trade)} is of {quantity}, which cannot be traded"


def maturities(case: Case) -> Problems:
    """Nothing is bought that matures within 30 days, and what has matured is not traded."""
    left: dict[tuple[str, str, str], list[int | None]] = {}
    for row in case.evidence.holdings:
        if row.by_face:
            name = (plain(row.symbol), plain(row.conid), plain(row.currency))
            left.setdefault(name, []).append(days_left(row, case.evidence.day))
    for trade in case.trades:
        if trade["unit"] != "face":
            continue
        name = (trade["symbol"], trade["conid"], trade["currency"])
        days = _most_days(left.get(name, []))
        if days is not None and (days <= 0 or (days <= 30 and trade["action"] == "BUY")):
            yield f"{name_of(trade)} matures in {days} days"
    held = {row["symbol"] for row in case.document["held"]}
    for name, rows in left.items():
        days = _most_days(rows)
        if days is not None and days <= 0 and name[0] not in held:
            yield f"{name[0]} has matured and is not held"


def _most_days(rows: list[int | None]) -> int | None:
    """The days to the last maturity of holdings of one name; None where one of them has none."""
    return None if None in rows else max(rows, default=None)


def bond_values(case: Case) -> Problems:
    """The value of a bond that is traded is its face times its price, perhaps times a factor."""
    for trade, holding in case.pairs:
        raw = holding.row if holding is not None and holding.by_face else {}
        if not raw.get("markPrice"):
            continue
        exact = holding.quantity * Decimal(raw["markPrice"]) * holding.rate / 100
        factor = Decimal(raw.get("principalAdjustFactor") or 1)
        near = (abs(holding.value - exact * one) <= _room(exact * one) for one in (1, factor))
        if not any(near):
            yield f"{name_of(trade)}: the value of what is held is not its face times its price"


def _room(value: Decimal) -> Decimal:
    return max(abs(value) * _PERCENT, Decimal(1)) + CENT


CHECKS = (
    Check("taxes", taxes),
    Check("accrued interest", accrued_interest),
    Check("lots and denominations", market_pieces),
    Check("maturities", maturities),
    Check("bond values", bond_values),
)
