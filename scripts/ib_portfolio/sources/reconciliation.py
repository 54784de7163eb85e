"""The ledger: do positions, cash and accruals add up to the statement's own net asset value?"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.messages import Refusal, say
from ..core.numbers import CENT, ZERO, parse_decimal, to_cents
from .flex_account import AccountDay
from .flex_positions import (
    PositionRows,
    is_priced,
    local_value,
    optional_number,
    symbol_of,
)
from .flex_rates import Rates
from .flex_xml import Row

_ACCRUALS = (
    "dividendAccruals",
    "softDollars",
    "liteSurchargeAccruals",
    "cgtWithholdingAccruals",
    "incentiveCouponAccruals",
    "eventContractInterestAccruals",
    "marginFinancingChargeAccruals",
)
# interestAccruals already holds what is named a component of it.
_INTEREST = "interestAccruals"
_BROKER_INTEREST = (
    "brokerInterestAccrualsComponent",
    "fdicInsuredAccountInterestAccrualsComponent",
)
_BOND_INTEREST = "bondInterestAccrualsComponent"
# A future's positionValue is notional, settled daily; a CFD is worth what it gained.
_SETTLED_DAILY = frozenset(("FUT",))
_WORTH_ITS_GAIN = frozenset(("CFD", "FXCFD"))
# Rates have five significant digits or more: a converted value is off by at most this share.
_RATE_ROUNDING = Decimal("0.00005")


class Ledger(NamedTuple):
    """The net asset value in base currency, and a sentence on what it was compared with."""

    net_asset_value: Decimal
    sentence: str


def reconcile(day: AccountDay, groups: list[PositionRows], rates: Rates, cash: Decimal) -> Ledger:
    """The account's net asset value: IBKR's own where the statement has it, else the sum.

    Refusal("ledger_gap") with the gap and the likely row when the parts do not add up to IBKR's own
    total beyond rounding: a cent a row, and half a unit in the fifth digit of an exchange rate.
    """
    values = [(symbol_of(group.rows[0]), net_value(group, rates)) for group in groups]
    parts = sum((value for _, value in values), ZERO) + cash
    summary = day.net_asset_value_row
    stated = parse_decimal(summary.get("total", ""))
    if stated is None:
        return Ledger(parts, say("ledger_no_total"))
    gap = stated - parts - _accruals(summary, groups, rates)
    if abs(gap) > _tolerance(groups, values, rates):
        raise Refusal(
            "ledger_gap",
            gap=f"{to_cents(abs(gap)):,}",
            direction="less" if gap > 0 else "more",
            total=f"{to_cents(stated):,}",
            likely=_likely(gap, values),
        )
    return Ledger(stated, say("ledger_adds_up", total=f"{to_cents(stated):,}"))


def net_value(group: PositionRows, rates: Rates) -> Decimal:
    """What a position adds to the net asset value, in base currency; 0 where it has no price."""
    total = ZERO
    for row in group.rows:
        category = row.get("assetCategory", "")
        if category in _SETTLED_DAILY or not is_priced(row):
            continue
        if category in _WORTH_ITS_GAIN:
            value = optional_number(row, "fifoPnlUnrealized") or ZERO
        else:
            value = local_value(row)
        total += value * rates.of_row(row)
    return total


def _accruals(summary: Row, groups: list[PositionRows], rates: Rates) -> Decimal:
    """Dividends and interest earned, not yet paid, in base currency."""
    return _sum_of(summary, _ACCRUALS) + _interest(summary, groups, rates)


def _interest(summary: Row, groups: list[PositionRows], rates: Rates) -> Decimal:
    """The interest accrued: stated in one, or by components, or that of bonds by their rows."""
    if summary.get(_INTEREST):
        return _sum_of(summary, (_INTEREST,))
    broker = _sum_of(summary, _BROKER_INTEREST)
    if summary.get(_BOND_INTEREST):
        return broker + _sum_of(summary, (_BOND_INTEREST,))
    rows = (row for group in groups for row in group.rows)
    accrued = ((optional_number(row, "accruedInt") or ZERO) * rates.of_row(row) for row in rows)
    return broker + sum(accrued, ZERO)


def _sum_of(summary: Row, fields: tuple[str, ...]) -> Decimal:
    return sum((parse_decimal(summary.get(name, "")) or ZERO for name in fields), ZERO)


def _tolerance(
    groups: list[PositionRows], values: list[tuple[str, Decimal]], rates: Rates
) -> Decimal:
    converted = sum(
        abs(value) for group, (_, value) in zip(groups, values) if rates.of_row(group.rows[0]) != 1
    )
    return CENT * (len(values) + 5) + _RATE_ROUNDING * converted


def _likely(gap: Decimal, values: list[tuple[str, Decimal]]) -> str:
    """The row whose value, doubled, left out or with the other sign, is nearest to the gap."""
    size = abs(gap)
    distance, symbol = min(
        ((min(abs(size - abs(value)), abs(size - 2 * abs(value))), name) for name, value in values),
        default=(size, ""),
    )
    if symbol and distance <= size / 100:
        return say("ledger_likely_row", symbol=symbol)
    return say("ledger_likely_cash")
