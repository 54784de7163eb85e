"""The settled part of the cash, where a statement's cash report tells it."""

from __future__ import annotations

from decimal import Decimal

from ..core.messages import say
from ..core.numbers import ZERO, parse_decimal, to_cents
from .flex_account import AccountDay
from .flex_rates import Rates


def settled_warning(day: AccountDay, rates: Rates, cash: Decimal) -> list[str]:
    """A warning with both figures where less is settled than the `cash`, in base currency.

    [] where the report does not tell (endingSettledCash), or lacks the rate of a currency.
    """
    settled = _settled_cash(day, rates)
    if settled is None or to_cents(settled) >= to_cents(cash):
        return []
    base = rates.base_currency
    figures = (f"{to_cents(amount):,} {base}" for amount in (cash, settled))
    return [say("cash_unsettled", **dict(zip(("cash", "settled"), figures)))]


def _settled_cash(day: AccountDay, rates: Rates) -> Decimal | None:
    told = {
        row.get("currency", ""): parse_decimal(row.get("endingSettledCash", ""))
        for row in day.of("CashReportCurrency")
        if row.get("endingCash")
    }
    if "BASE_SUMMARY" in told:
        return told["BASE_SUMMARY"]
    total = ZERO
    for currency, amount in told.items():
        rate = rates.find(currency)
        if rate is None or amount is None:
            return None
        total += amount * rate
    return total if told else None
