"""A Flex statement as a portfolio: what an account holds, all in base currency."""

from __future__ import annotations

from decimal import Decimal

from ..core.dates import parse_date
from ..core.messages import Refusal, say
from ..core.numbers import LARGEST, ZERO, parse_decimal, to_cents, unit_value
from ..core.plain_text import plain
from ..core.portfolio import Lot, Portfolio, Position, classify, mask_account
from .flex_account import AccountDay, account_day
from .flex_executions import read_executions
from .flex_instrument import instrument_of
from .flex_positions import (
    PositionRows,
    check_price,
    is_priced,
    is_treasury,
    local_value,
    number_of,
    optional_number,
    position_rows,
    row_date,
    symbol_of,
)
from .flex_rates import Rates
from .flex_settled_cash import settled_warning
from .flex_xml import Row, read_flex
from .reconciliation import reconcile


def read_statement(path: str, account: str = "", source: str = "statement") -> Portfolio:
    """The portfolio of `account` (or of the only account) in the Flex file at `path`.

    Refusal when the file is not a readable Flex statement, the account is not clear, or a number
    that the plan would rest on is missing, cannot be converted, or does not add up.
    """
    return portfolio_of(account_day(read_flex(path), account), source)


def portfolio_of(day: AccountDay, source: str) -> Portfolio:
    """`day` as a portfolio in base currency; Refusal for numbers that cannot be trusted."""
    if not day.of("OpenPosition"):
        raise Refusal("no_positions")
    rates = Rates(day)
    groups = position_rows(day.of("OpenPosition"))
    positions = [_position(group, rates) for group in groups]
    cash = _cash(day, rates)
    _keep_cash_key_free(positions, rates.base_currency)
    ledger = reconcile(day, groups, rates, cash)
    dates = sorted({row.as_of for row in positions if row.as_of})
    return Portfolio(
        source=source,
        account=plain(mask_account(day.account)),
        base_currency=rates.base_currency,
        as_of=dates[-1] if dates else day.to_date,
        positions=tuple(positions),
        cash=to_cents(cash),
        net_asset_value=to_cents(ledger.net_asset_value),
        usd_rate=rates.find("USD"),
        ledger=ledger.sentence,
        warnings=(*_warnings(positions, dates), *settled_warning(day, rates, cash)),
        cash_by_currency=tuple(_cash_by_currency(day, rates)),
        executions=read_executions(day),
        executions_from=day.from_date,
    )


def _keep_cash_key_free(positions: list[Position], base_currency: str) -> None:
    """Refusal("row_symbol") for a holding that is called what a target calls the cash."""
    key = f"{base_currency}.CASH"
    if any(row.symbol == key and row.asset_class for row in positions):
        raise Refusal("row_symbol", symbol=key)


def _warnings(positions: list[Position], dates: list[str]) -> list[str]:
    """What the statement leaves in doubt: rows without a price, prices of different days."""
    unpriced = [row.symbol for row in positions if row.held_reason == "held.unpriced"]
    found = [say("unpriced", symbol=symbol) for symbol in unpriced]
    if len(dates) > 1:
        old = [row for row in positions if row.as_of and row.as_of != dates[-1]]
        named = ", ".join(f"{row.symbol} {row.as_of}" for row in old[:5])
        more = f" (+{len(old) - 5})" if len(old) > 5 else ""
        found.append(say("dates_differ", newest=dates[-1], older=named + more))
    return found


def _position(group: PositionRows, rates: Rates) -> Position:
    """The rows of one position added up and converted to base currency."""
    first = group.rows[0]
    symbol = symbol_of(first)
    rate = rates.of_row(first)
    category = first.get("assetCategory", "")
    quantity = sum((number_of(row, "position") for row in group.rows), ZERO)
    priced = all(is_priced(row) for row in group.rows)
    value = sum((local_value(row) for row in group.rows), ZERO) * rate if priced else ZERO
    for row in group.rows:
        check_price(row)
    unit = _unit_value(symbol, value, quantity)
    asset_class, reason = classify(category, quantity, to_cents(value), priced)
    return Position(
        symbol=symbol,
        currency=first.get("currency") or rates.base_currency,
        category=category,
        asset_class=asset_class,
        held_reason=reason,
        quantity=quantity,
        rate=rate,
        value=to_cents(value),
        unit_value=unit,
        unrealized_gain=_gain(group.rows, rate),
        treasury=is_treasury(first),
        as_of=row_date(first),
        conid=first.get("conid", ""),
        description=first.get("description", ""),
        lots=tuple(_lot(row, rate) for row in sorted(group.lots, key=_opened)),
        instrument=instrument_of(group.rows),
    )


def _unit_value(symbol: str, value: Decimal, quantity: Decimal) -> Decimal:
    """What one unit is worth; Refusal("row_number") where the value does not fit the quantity."""
    if abs(value) >= LARGEST:
        raise Refusal("row_number", symbol=symbol, field="positionValue")
    unit = unit_value(value, quantity) if quantity else ZERO
    if not unit and to_cents(value):
        raise Refusal("row_number", symbol=symbol, field="position")
    return unit


def _gain(rows: list[Row], rate: Decimal) -> Decimal | None:
    """The unrealized gain: fifoPnlUnrealized, else value less cost; None where neither is told."""
    gains = []
    for row in rows:
        gain = optional_number(row, "fifoPnlUnrealized")
        cost = optional_number(row, "costBasisMoney")
        if gain is None and cost is not None and is_priced(row):
            gain = local_value(row) - cost
        if gain is None:
            return None
        gains.append(gain)
    return to_cents(sum(gains, ZERO) * rate)


def _opened(row: Row) -> tuple[str, str]:
    """When a lot was opened, for sorting; the text behind the day tells the time."""
    text = row.get("openDateTime", "")
    return parse_date(text) or "", text


def _lot(row: Row, rate: Decimal) -> Lot:
    cost = optional_number(row, "costBasisMoney")
    opened = parse_date(row.get("openDateTime", "")) or ""
    return Lot(
        quantity=number_of(row, "position"),
        cost=None if cost is None else cost * rate,
        opened=opened,
        held_since=parse_date(row.get("holdingPeriodDateTime", "")) or opened,
    )


def _cash(day: AccountDay, rates: Rates) -> Decimal:
    """The cash in base currency: BASE_SUMMARY, or each currency converted, or the NAV's cash."""
    stated = _stated_cash(day)
    if "BASE_SUMMARY" in stated:
        return stated["BASE_SUMMARY"]
    if stated:
        return sum((amount * rates.of_currency(name) for name, amount in stated.items()), ZERO)
    if day.net_asset_value_row.get("cash"):
        return number_of(day.net_asset_value_row, "cash")
    raise Refusal("cash_missing")


def _stated_cash(day: AccountDay) -> dict[str, Decimal]:
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


def _cash_by_currency(day: AccountDay, rates: Rates) -> list[tuple[str, tuple[Decimal, Decimal]]]:
    """The cash of each currency with its rate; [] when one of them has no rate."""
    found = []
    for currency, amount in _stated_cash(day).items():
        rate = rates.find(currency)
        if currency != "BASE_SUMMARY":
            if rate is None:
                return []
            found.append((currency, (amount, rate)))
    return found
