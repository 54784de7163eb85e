"""The ledger of the connector's answers: do its three answers speak of the same account and moment?

Positions are told one by one and as the stock value of each currency; the cash by currency and as
one sum; all of it as the net liquidation value. Markets move between the answers, so figures that
belong together may be one percent apart, or one unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from ...core.messages import Ours, Refusal, say
from ...core.numbers import ZERO, to_cents
from .connector_rows import Balance, Holding, Summary

_SHARE, _UNIT = Decimal("0.01"), Decimal(1)
_STOCKS = frozenset(("STK",))
# Rows that a currency's stock value may count besides, and that add nothing to the whole: the value
# of a future is notional and settled daily, a CFD is worth its gain, money is among the cash.
_NOT_COUNTED = frozenset(("FUT", "CFD", "CASH"))


def reconcile_connector(
    summary: Summary, together: Balance, balances: dict[str, Balance], holdings: list[Holding]
) -> str:
    """A sentence on what adds up to the net liquidation value.

    Refusal("connector_no_rate") for a currency without a rate, ("connector_no_stock_value") for one
    whose stocks are not told, ("connector_empty") for no positions though there should be some,
    ("connector_contradiction") for figures that do not add up.
    """
    for row in holdings:
        if row.currency not in balances:
            if row.currency == summary.base:
                raise Refusal("connector_no_stock_value", currency=row.currency)
            raise Refusal("connector_no_rate", currency=row.currency, base=summary.base)
    if not holdings:
        _require_nothing_held([together, *balances.values()])
    _cash_adds_up(summary, together, balances)
    _answers_agree(summary, together, balances)
    for balance in balances.values():
        own = [row for row in holdings if row.currency == balance.currency]
        _stocks_add_up(balance, own)
    parts = _all_adds_up(summary, balances, holdings)
    total = f"{to_cents(summary.net_liquidation):,}"
    return say("connector_ledger", parts=f"{to_cents(parts):,}", total=total)


def _require_nothing_held(rows: Iterable[Balance]) -> None:
    """An empty list can be a failed read: only a stock value of zero proves it."""
    if any(row.stock_value is None or row.stock_value != 0 for row in rows):
        raise Refusal("connector_empty")


def _cash_adds_up(summary: Summary, together: Balance, balances: dict[str, Balance]) -> None:
    added = sum((row.cash * row.rate for row in balances.values()), ZERO)
    gross = sum((abs(row.cash * row.rate) for row in balances.values()), ZERO)
    _require("the cash of the currencies", added, "that of all together", [together.cash], gross)
    if summary.cash is not None:
        _require("the cash of the currencies", added, "total_cash_value", [summary.cash], gross)


def _answers_agree(summary: Summary, together: Balance, balances: dict[str, Balance]) -> None:
    """The row of all currencies beside the summary, and beside the stocks of each currency."""
    whole = summary.net_liquidation
    if together.net_value is not None:
        name = "the balances' net_liquidation_value"
        _require("net_liquidation", whole, name, [together.net_value], abs(whole))
    values = [row.stock_value for row in balances.values()]
    if together.stock_value is not None and None not in values:
        added = sum((row.stock_value * row.rate for row in balances.values()), ZERO)
        gross = sum((abs(row.stock_value * row.rate) for row in balances.values()), ZERO)
        name = "the balances' stock_market_value"
        _require("the stocks of the currencies", added, name, [together.stock_value], gross)


def _stocks_add_up(balance: Balance, rows: list[Holding]) -> None:
    """The stocks of a currency; some count what is no stock, or has no class, among them."""
    if balance.stock_value is None:
        if rows:
            raise Refusal("connector_no_stock_value", currency=balance.currency)
        return
    stocks = _sum(rows, lambda row: row.category in _STOCKS)
    untold = _sum(rows, lambda row: row.category in _STOCKS or row.category == "UNTOLD")
    every = _sum(rows, lambda row: True)
    name = f"the positions in {balance.currency}"
    whole = [stocks, untold, every, _sum(rows, lambda row: row.category not in _NOT_COUNTED)]
    gross = sum((abs(row.value) for row in rows), ZERO)
    _require("stock_market_value", balance.stock_value, name, whole, gross)


def _all_adds_up(
    summary: Summary, balances: dict[str, Balance], holdings: list[Holding]
) -> Decimal:
    """Cash and positions beside the net liquidation value; returns what they come to."""
    rates = {name: row.rate for name, row in balances.items()}
    cash = sum((row.cash * row.rate for row in balances.values()), ZERO)
    counted = [row for row in holdings if row.category not in _NOT_COUNTED]
    gains = sum(
        ((row.gain or ZERO) * rates[row.currency] for row in holdings if row.category == "CFD"),
        ZERO,
    )
    parts = cash + sum((row.value * rates[row.currency] for row in counted), ZERO) + gains
    whole = [parts, parts + summary.dividends]
    gross = max(abs(parts), abs(summary.net_liquidation))
    _require("net_liquidation", summary.net_liquidation, "cash and positions", whole, gross)
    return parts


def _sum(rows: list[Holding], counts: Callable[[Holding], bool]) -> Decimal:
    return sum((row.value for row in rows if counts(row)), ZERO)


def _require(one: str, first: Decimal, other: str, seconds: list[Decimal], gross: Decimal) -> None:
    """Refusal with both figures where `first` is none of `seconds`, to a percent of `gross`."""
    most = max(_UNIT, gross * _SHARE)
    nearest = min(seconds, key=lambda second: abs(second - first))
    if abs(nearest - first) <= most:
        return
    raise Refusal(
        "connector_contradiction",
        one=Ours(one),
        first=f"{to_cents(first):,}",
        other=Ours(other),
        second=f"{to_cents(nearest):,}",
    )
