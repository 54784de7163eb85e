"""Cash by currency that does nothing, or that is owed."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.numbers import to_cents
from ..core.portfolio import Portfolio
from ..market.commissions import FeeTable


class CashOfCurrency(NamedTuple):
    """Cash of one currency; `value` and `cost` (of its exchange) in base currency, to the cent."""

    currency: str
    amount: Decimal  # in the currency, to the cent; below zero where it is owed
    value: Decimal
    cost: Decimal  # of exchanging it; 0 for the base currency


def debits(portfolio: Portfolio) -> tuple[CashOfCurrency, ...]:
    """The currencies that are owed, the largest debit first."""
    rows = [row for row in _cash(portfolio) if row.value < 0]
    return tuple(sorted(rows, key=lambda row: (row.value, row.currency)))


def idle_currencies(portfolio: Portfolio) -> tuple[CashOfCurrency, ...]:
    """Other currencies than the base that are held as cash while nothing in them is held."""
    used = {row.currency for row in portfolio.positions} | {portfolio.base_currency}
    rows = [row for row in _cash(portfolio) if row.value > 0 and row.currency not in used]
    return tuple(sorted(rows, key=lambda row: (-row.value, row.currency)))


def _cash(portfolio: Portfolio) -> list[CashOfCurrency]:
    fees = FeeTable(portfolio.usd_rate)
    base = portfolio.base_currency
    cash = portfolio.cash_by_currency or ((base, (portfolio.cash, Decimal(1))),)
    found = []
    for name, (amount, rate) in cash:
        value = to_cents(amount * rate)
        cost = to_cents(fees.exchange(abs(value))) if name != base and value else Decimal(0)
        found.append(CashOfCurrency(name, to_cents(amount), value, cost))
    return found
