"""The ledger: do positions, cash and accruals add up to the statement's own net asset value?"""

from __future__ import annotations

from decimal import Decimal

from ..core.messages import Refusal, say
from ..core.numbers import CENT, ZERO, to_cents
from ..core.record import Record
from .flex_positions import PositionRows
from .flex_rates import Rates
from .flex_rows import NetAssetValueRow

# A future's positionValue is notional, settled daily; a CFD is worth what it gained.
_SETTLED_DAILY = frozenset(("FUT",))
_WORTH_ITS_GAIN = frozenset(("CFD", "FXCFD"))
# Rates have five significant digits or more: a converted value is off by at most this share.
_RATE_ROUNDING = Decimal("0.00005")


class Ledger(Record):
    """The net asset value in base currency, and a sentence on what it was compared with."""

    net_asset_value: Decimal
    sentence: str


def reconcile(
    own: NetAssetValueRow | None, groups: list[PositionRows], rates: Rates, cash: Decimal
) -> Ledger:
    """The account's net asset value: IBKR's own where the statement has it, else the sum.

    Refusal("ledger_gap") with the gap and the likely row when the parts do not add up to IBKR's own
    total beyond rounding: a cent a row, and half a unit in the fifth digit of an exchange rate.
    """
    values = [(group.rows[0].symbol, net_value(group, rates)) for group in groups]
    parts = sum((value for _, value in values), ZERO) + cash
    if own is None or own.total is None:
        return Ledger(parts, say("ledger_no_total"))
    gap = own.total - parts - own.accruals - _interest(own, groups, rates)
    if abs(gap) > _tolerance(groups, values, rates):
        raise Refusal(
            "ledger_gap",
            gap=f"{to_cents(abs(gap)):,}",
            direction="less" if gap > 0 else "more",
            total=f"{to_cents(own.total):,}",
            likely=_likely(gap, values),
        )
    return Ledger(own.total, say("ledger_adds_up", total=f"{to_cents(own.total):,}"))


def net_value(group: PositionRows, rates: Rates) -> Decimal:
    """What a position adds to the net asset value, in base currency; 0 where it has no price."""
    total = ZERO
    for row in group.rows:
        category = row.contract.category
        if category in _SETTLED_DAILY or row.value is None:
            continue
        value = (row.gain or ZERO) if category in _WORTH_ITS_GAIN else row.value
        total += value * rates.of_row(row)
    return total


def _interest(own: NetAssetValueRow, groups: list[PositionRows], rates: Rates) -> Decimal:
    """The interest accrued: stated in one, or by components, or that of bonds by their rows.

    What is stated in one already holds what is named a component of it.
    """
    if own.interest is not None:
        return own.interest
    if own.bond_interest is not None:
        return own.broker_interest + own.bond_interest
    rows = (row for group in groups for row in group.rows)
    accrued = ((row.instrument.accrued_interest or ZERO) * rates.of_row(row) for row in rows)
    return own.broker_interest + sum(accrued, ZERO)


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
