"""A Flex statement as a portfolio: what an account holds, all in base currency."""

from __future__ import annotations

from decimal import Decimal

from ..core.messages import Ours, Refusal, say
from ..core.numbers import CENT, LARGEST, ZERO, to_cents, unit_value
from ..core.plain_text import plain
from ..core.portfolio import Lot, Portfolio, Position, classify, mask_account
from .flex_account import AccountDay
from .flex_cash import read_cash
from .flex_executions import read_executions
from .flex_positions import PositionRows, position_rows
from .flex_rates import Rates
from .flex_rows import PositionRow, StatementRows, statement_rows
from .flex_settled_cash import settled_warning
from .reconciliation import reconcile


def portfolio_of(day: AccountDay, source: str, may_be_all_cash: bool = False) -> Portfolio:
    """`day` as a portfolio in base currency; Refusal for numbers that cannot be trusted.

    Refusal also where it has no positions, unless `may_be_all_cash` and its net asset value
    counts none either.
    """
    rows = statement_rows(day)
    if not rows.positions:
        _require_all_cash(rows, may_be_all_cash)
    rates = Rates(rows)
    groups = position_rows(rows.positions)
    positions = [_position(group, rates) for group in groups]
    cash = read_cash(rows, rates)
    _keep_cash_key_free(positions, rates.base_currency)
    ledger = reconcile(rows.net_asset_value, groups, rates, cash.total)
    dates = sorted({row.as_of for row in positions if row.as_of})
    return Portfolio(
        source=source,
        account=plain(mask_account(day.account)),
        base_currency=rates.base_currency,
        as_of=dates[-1] if dates else day.to_date,
        positions=tuple(positions),
        cash=to_cents(cash.total),
        net_asset_value=to_cents(ledger.net_asset_value),
        usd_rate=rates.find("USD"),
        rates=rates.all_told,
        ledger=ledger.sentence,
        warnings=(
            *_warnings(day, positions, dates),
            *settled_warning(rows.cash, rates, cash.total),
        ),
        cash_by_currency=cash.by_currency,
        executions=read_executions(day),
        executions_from=day.from_date,
    )


def _require_all_cash(rows: StatementRows, may_be_all_cash: bool) -> None:
    line = Ours(say("no_positions"))
    if rows.net_asset_value and rows.net_asset_value.has_securities:
        raise Refusal("positions_left_out", line=line)
    if not may_be_all_cash:
        raise Refusal("no_positions_in_statement", line=line)


def _keep_cash_key_free(positions: list[Position], base_currency: str) -> None:
    """Refusal("row_symbol") for a holding that is called what a target calls the cash."""
    key = f"{base_currency}.CASH"
    if any(row.symbol == key and row.asset_class for row in positions):
        raise Refusal("row_symbol", symbol=key)


def _warnings(day: AccountDay, positions: list[Position], dates: list[str]) -> list[str]:
    """What the statement leaves in doubt: rows without a price, prices of different days."""
    unpriced = [row.symbol for row in positions if row.held_reason == "held.unpriced"]
    found = [say("unpriced", symbol=symbol) for symbol in unpriced]
    if day.segment:
        found.append(say("segment_left_out", account=mask_account(day.segment)))
    if len(dates) > 1:
        old = [row for row in positions if row.as_of and row.as_of != dates[-1]]
        named = ", ".join(f"{row.symbol} {row.as_of}" for row in old[:5])
        more = f" (+{len(old) - 5})" if len(old) > 5 else ""
        found.append(say("dates_differ", newest=dates[-1], older=named + more))
    return found


def _position(group: PositionRows, rates: Rates) -> Position:
    """The rows of one position added up and converted to base currency."""
    first = group.rows[0]
    category = first.contract.category
    rate = rates.of_row(first)
    quantity = _total([row.quantity for row in group.rows])
    values = [row.value for row in group.rows]
    priced = None not in values
    value = _total(values) * rate if priced else ZERO
    if True in [row.is_off_price for row in group.rows]:
        raise Refusal("row_value", symbol=first.symbol)
    unit = _unit_value(first.symbol, value, quantity)
    asset_class, reason = classify(category, quantity, to_cents(value), priced)
    return Position(
        symbol=first.symbol,
        currency=first.contract.currency,
        category=category,
        asset_class=asset_class,
        held_reason=reason,
        quantity=quantity,
        rate=rate,
        value=to_cents(value),
        unit_value=unit,
        unrealized_gain=_gain(group.rows, rate),
        treasury=first.treasury,
        as_of=first.day,
        conid=first.contract.conid,
        description=first.description,
        zero_cost=any(_is_all_gain(row) for row in group.rows),
        lots=tuple([_lot(row, rate) for row in sorted(group.lots, key=_opened)]),
        instrument=first.instrument._replace(accrued_interest=_accrued_interest(group.rows)),
    )


def _accrued_interest(rows: list[PositionRow]) -> Decimal | None:
    """The interest of all rows together; None where no row tells any."""
    told = [row.instrument.accrued_interest for row in rows]
    known = [amount for amount in told if amount is not None]
    return _total(known) if known else None


def _total(numbers: list[Decimal]) -> Decimal:
    """Their sum; most positions have one row."""
    return numbers[0] if len(numbers) == 1 else sum(numbers, ZERO)


def _unit_value(symbol: str, value: Decimal, quantity: Decimal) -> Decimal:
    """What one unit is worth; Refusal("row_number") where the value does not fit the quantity."""
    if abs(value) >= LARGEST:
        raise Refusal("row_number", symbol=symbol, field="positionValue")
    unit = unit_value(value, quantity) if quantity else ZERO
    if not unit and to_cents(value):
        raise Refusal("row_number", symbol=symbol, field="position")
    return unit


def _gain(rows: list[PositionRow], rate: Decimal) -> Decimal | None:
    """The unrealized gain: the stated one, else value less cost; None where neither is told."""
    gains = []
    for row in rows:
        gain = row.gain
        if gain is None and row.cost is not None and row.value is not None:
            gain = row.value - row.cost
        if gain is None:
            return None
        gains.append(gain)
    return to_cents(_total(gains) * rate)


def _is_all_gain(row: PositionRow) -> bool:
    """Whether the row tells a cost of 0, and a gain that is all of its value, or none."""
    if row.cost != 0 or not row.value:
        return False
    return row.gain is None or abs(row.gain - row.value) <= CENT


def _opened(row: PositionRow) -> tuple[str, str]:
    """When a lot was opened, for sorting; the text behind the day tells the time."""
    return row.opened, row.opened_text


def _lot(row: PositionRow, rate: Decimal) -> Lot:
    return Lot(
        quantity=row.quantity,
        cost=None if row.cost is None else row.cost * rate,
        opened=row.opened,
        held_since=row.held_since or row.opened,
    )
