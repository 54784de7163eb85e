"""The cash of a Flex statement: its own total in base currency, and the cash of each currency."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.messages import Refusal
from ..core.numbers import ZERO
from .flex_rates import Rates
from .flex_rows import CashRow, StatementRows

_TOTAL = "BASE_SUMMARY"


class Cash(NamedTuple):
    """`total` in base currency; by currency (amount in it, base currency for one unit), () where
    the statement does not tell, or lacks the rate of one.
    """

    total: Decimal
    by_currency: tuple[tuple[str, tuple[Decimal, Decimal]], ...]


def read_cash(rows: StatementRows, rates: Rates) -> Cash:
    """The cash: BASE_SUMMARY, or each currency converted, or the cash of the net asset value.

    Refusal("no_rate") for a currency that has to be converted and has none, ("cash_twice") for one
    with two amounts, ("cash_missing") where nothing tells how much there is.
    """
    stated = _stated(rows.cash)
    total = stated.pop(_TOTAL, None)
    if total is None and stated:
        total = sum((amount * rates.of_currency(name) for name, amount in stated.items()), ZERO)
    elif total is None:
        total = _cash_of_net_asset_value(rows)
    return Cash(total, _by_currency(stated, rates))


def _stated(rows: list[CashRow]) -> dict[str, Decimal]:
    stated: dict[str, Decimal] = {}
    for row in rows:
        if stated.setdefault(row.currency, row.amount) != row.amount:
            raise Refusal("cash_twice", currency=row.currency)
    return stated


def _cash_of_net_asset_value(rows: StatementRows) -> Decimal:
    own = rows.net_asset_value
    if own is None or own.cash is None:
        raise Refusal("cash_missing")
    return own.cash


def _by_currency(
    stated: dict[str, Decimal], rates: Rates
) -> tuple[tuple[str, tuple[Decimal, Decimal]], ...]:
    found = []
    for currency, amount in stated.items():
        rate = rates.find(currency)
        if rate is None:
            return ()
        found.append((currency, (amount, rate)))
    return tuple(found)
