"""The settled part of the cash, where a statement's cash report tells it."""

from __future__ import annotations

from decimal import Decimal

from ..core.messages import say
from ..core.numbers import ZERO, to_cents
from .flex_rates import Rates
from .flex_rows import CashRow


def settled_warning(rows: list[CashRow], rates: Rates, cash: Decimal) -> list[str]:
    """A warning with both figures where less is settled than the `cash`, in base currency.

    [] where the report does not tell (endingSettledCash), or lacks the rate of a currency that has
    settled cash.
    """
    settled = _settled_cash(rows, rates)
    if settled is None or to_cents(settled) >= to_cents(cash):
        return []
    figures = {"cash": cash, "settled": settled}
    base = rates.base_currency
    shown = {name: f"{to_cents(amount):,} {base}" for name, amount in figures.items()}
    return [say("cash_unsettled", **shown)]


def _settled_cash(rows: list[CashRow], rates: Rates) -> Decimal | None:
    told = {row.currency: row.settled for row in rows}
    if "BASE_SUMMARY" in told:
        return told["BASE_SUMMARY"]
    total = ZERO
    for currency, amount in told.items():
        rate = rates.find(currency)
        if amount is None or (amount and rate is None):
            return None
        total += amount * rate if amount else ZERO
    return total if told else None
