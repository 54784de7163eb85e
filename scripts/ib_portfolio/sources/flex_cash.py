"""The cash of a Flex statement: its own total in base currency, and the cash of each currency."""

from __future__ import annotations

from decimal import Decimal

from ..core.messages import Refusal
from ..core.numbers import CENT, ZERO, to_cents
from ..core.record import Record
from .flex_rates import Rates
from .flex_rows import CashRow, StatementRows

_TOTAL = "BASE_SUMMARY"
# Rates have five significant digits or more: a converted amount is off by at most this share.
_RATE_ROUNDING = Decimal("0.00005")

ByCurrency = tuple[tuple[str, tuple[Decimal, Decimal]], ...]


class Cash(Record):
    """`total` in base currency; each currency with (amount in it, base currency for one unit), ()
    where the statement does not tell. The rate of a currency without cash may be 0.
    """

    total: Decimal
    by_currency: ByCurrency


def read_cash(rows: StatementRows, rates: Rates) -> Cash:
    """The cash: BASE_SUMMARY, or each currency converted, or the cash of the net asset value.

    A currency with 0 needs no rate. Refusal("no_rate") for another without one, ("cash_twice") for
    one with two amounts, ("cash_missing") where nothing tells how much there is, ("cash_gap") with
    the difference where the currencies do not come to BASE_SUMMARY beyond rounding: a cent of each
    currency, and half a unit in the fifth digit of an exchange rate.
    """
    stated = _stated(rows.cash)
    total = stated.pop(_TOTAL, None)
    by_currency = tuple(
        (name, (amount, _rate(name, amount, rates))) for name, amount in stated.items()
    )
    if by_currency:
        converted = sum((amount * rate for _, (amount, rate) in by_currency), ZERO)
        if total is not None:
            _require_sum(total, converted, by_currency, rates.base_currency)
        return Cash(converted if total is None else total, by_currency)
    return Cash(_cash_of_net_asset_value(rows) if total is None else total, ())


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


def _rate(currency: str, amount: Decimal, rates: Rates) -> Decimal:
    return rates.of_currency(currency) if to_cents(amount) else rates.find(currency) or ZERO


def _require_sum(total: Decimal, converted: Decimal, rows: ByCurrency, base: str) -> None:
    tolerance = CENT + sum((CENT * rate for _, (_, rate) in rows), ZERO)
    for name, (amount, rate) in rows:
        tolerance += _RATE_ROUNDING * abs(amount * rate) if name != base else ZERO
    gap = converted - total
    if abs(gap) > tolerance:
        raise Refusal(
            "cash_gap",
            gap=f"{to_cents(abs(gap)):,}",
            direction="more" if gap > 0 else "less",
            total=f"{to_cents(total):,}",
            base=base,
        )
