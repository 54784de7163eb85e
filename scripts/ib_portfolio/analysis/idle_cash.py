"""Cash by currency that does nothing, or that is owed."""

from __future__ import annotations

from decimal import Decimal

from ..core.numbers import ZERO, to_cents
from ..core.portfolio import Portfolio
from ..core.record import Record
from ..market.commissions import FeeTable


class CashOfCurrency(Record):
    """Cash of one currency; `value` and `cost` (of its exchange) in base currency, to the cent."""

    currency: str
    amount: Decimal  # in the currency, to the cent; below zero where it is owed
    value: Decimal
    cost: Decimal  # of exchanging it; 0 for the base currency
    beside: str = ""  # of what is owed: the currency with the most cash, out of which to pay it


def debits(portfolio: Portfolio) -> tuple[CashOfCurrency, ...]:
    """The currencies that are owed, the largest debit first."""
    cash = _cash(portfolio)
    credit = max(cash, key=lambda row: row.value)
    rows = [_beside(portfolio, row, credit) for row in cash if row.value < 0]
    return tuple(sorted(rows, key=lambda row: (row.value, row.currency)))


def _beside(portfolio: Portfolio, owed: CashOfCurrency, credit: CashOfCurrency) -> CashOfCurrency:
    """What is owed with the currency out of which it, or a part, can be paid, and the cost."""
    if credit.value <= 0:
        return owed._replace(cost=ZERO)
    part = min(credit.value, -owed.value)
    cost = FeeTable(portfolio.usd_rate).exchange(part)
    return owed._replace(cost=to_cents(cost), beside=credit.currency)


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
        cost = to_cents(fees.exchange(abs(value))) if name != base and value else ZERO
        found.append(CashOfCurrency(name, to_cents(amount), value, cost))
    return found
