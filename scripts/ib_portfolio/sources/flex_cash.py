"""The cash of a Flex statement: its own total in base currency, and the cash of each currency."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.messages import Refusal
from ..core.numbers import CENT, ZERO, parse_decimal, to_cents
from .flex_account import AccountDay
from .flex_positions import number_of
from .flex_rates import Rates

_TOTAL = "BASE_SUMMARY"
# Rates have five significant digits or more: a converted amount is off by at most this share.
_RATE_ROUNDING = Decimal("0.00005")


class Cash(NamedTuple):
    """`total` in base currency; by currency (amount in it, base currency for one unit) of all that
    is not 0, () where the statement does not tell.
    """

    total: Decimal
    by_currency: tuple[tuple[str, tuple[Decimal, Decimal]], ...]


def read_cash(day: AccountDay, rates: Rates) -> Cash:
    """The cash: BASE_SUMMARY, or each currency converted, or the cash of the net asset value.

    A currency with 0 needs no rate. Refusal("no_rate") for another without one, ("cash_gap") with
    the difference where the currencies do not come to BASE_SUMMARY beyond rounding: a cent for each
    row, and half a unit in the fifth digit of an exchange rate.
    """
    stated = _stated(day)
    total = stated.pop(_TOTAL, None)
    by_currency = tuple(
        (name, (amount, rates.of_currency(name)))
        for name, amount in stated.items()
        if to_cents(amount)
    )
    converted = sum((amount * rate for _, (amount, rate) in by_currency), ZERO)
    if total is None and stated:
        total = converted
    elif total is None:
        return Cash(_cash_of_net_asset_value(day), ())
    elif stated:
        _require_sum(total, converted, by_currency, rates.base_currency)
    return Cash(total, by_currency or tuple(_nothing(name, rates) for name in stated))


def _nothing(currency: str, rates: Rates) -> tuple[str, tuple[Decimal, Decimal]]:
    """A currency of which the statement tells that there is none."""
    return currency, (ZERO, rates.find(currency) or ZERO)


def _require_sum(
    total: Decimal,
    converted: Decimal,
    by_currency: tuple[tuple[str, tuple[Decimal, Decimal]], ...],
    base: str,
) -> None:
    foreign = (abs(amount * rate) for name, (amount, rate) in by_currency if name != base)
    tolerance = CENT * (len(by_currency) + 1) + _RATE_ROUNDING * sum(foreign, ZERO)
    gap = converted - total
    if abs(gap) > tolerance:
        raise Refusal(
            "cash_gap",
            gap=f"{to_cents(abs(gap)):,}",
            direction="more" if gap > 0 else "less",
            total=f"{to_cents(total):,}",
            base=base,
        )


def _cash_of_net_asset_value(day: AccountDay) -> Decimal:
    if day.net_asset_value_row.get("cash"):
        return number_of(day.net_asset_value_row, "cash")
    raise Refusal("cash_missing")


def _stated(day: AccountDay) -> dict[str, Decimal]:
    """Currency -> ending cash; Refusal when one is no number or a currency has two amounts."""
    stated: dict[str, Decimal] = {}
    for row in day.of("CashReportCurrency"):
        currency = row.get("currency", "")
        if not row.get("endingCash"):
            continue
        amount = parse_decimal(row["endingCash"])
        if amount is None:
            raise Refusal("cash_number", currency=currency)
        if stated.setdefault(currency, amount) != amount:
            raise Refusal("cash_twice", currency=currency)
    return stated
