"""What of an evidence is told in words, and evidence of the answers of servers, told in JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Dict, Iterator

from told_histories import number
from told_rows import options_of, row_of, rows_of, slashed_in

from ib_portfolio.checks.connector_evidence import connector_evidence
from ib_portfolio.checks.evidence import Evidence, Holding, statement_evidence
from ib_portfolio.checks.server_evidence import server_evidence

Row = Dict[str, Any]
Numbers = Dict[str, Decimal]
# Fields of a raw row that evidence keeps as they are.
_TERMS = ("assetCategory", "listingExchange", "underlyingSymbol", "expiry", "strike", "multiplier")


def evidence_told(found: Evidence) -> Iterator[str]:
    """What of an evidence is told, in words."""
    yield from map(_holding, found.holdings)
    yield f"cash {number(found.cash)}, a dollar {number(found.usd)}, day {found.day or '-'}"
    yield " ".join(f"{name} {number(amount)}" for name, amount in found.cash_rows)
    yield " ".join(f"{name} at {number(rate)}" for name, rate in found.rates)
    tied = " ".join(f"{name} {number(amount)}" for name, amount in found.tied_up)
    yield f"tied up {tied}" if tied else ""
    yield f"set aside {number(found.set_aside)}" if found.set_aside else ""
    yield f"in all {found.told_total}" if found.told_total is not None else ""
    yield "days first" if found.day_first else ""
    for name, rows in found.lot_rows.items():
        yield f"lots {' '.join(name)}: {len(rows)}"
    executions = found.executions
    yield f"executions {'-' if executions is None else len(executions)} from {found.first_day}"


def _holding(one: Holding) -> str:
    words = [f"{one.symbol}/{one.conid or '-'}", one.currency, one.asset_class or "held"]
    words += [number(one.quantity), f"worth {number(one.value)}", f"gain {number(one.gain)}"]
    words += [f"at {number(one.rate)}", f"unit {number(one.unit)}", f"share {one.share or '-'}"]
    for name in ("treasury", "by_face", "locked", "is_told"):
        words += [name] if getattr(one, name) else []
    words += [f"kept {number(one.kept)}"] if one.kept else []
    words += [f"accrued {number(one.accrued)}"] if one.accrued is not None else []
    told = (one.counted.kind or "-", one.counted.because or "-")
    words += [] if told == ("-", "-") else [f"{told[0]} by {told[1]}"]
    words += [f"{name} {part}" for name, part in one.in_classes]
    words += [f"{name} {one.row[name]}" for name in _TERMS if one.row.get(name)]
    return " ".join(words)


_ANSWERED: Dict[str, Any] = {
    "contract_description": "ACME",
    "contract_id": 1,
    "currency": "USD",
    "asset_class": "STK",
    "position": 10,
    "market_price": 10,
    "market_value": 100,
}
_SERVED: Dict[str, Any] = {
    "symbol": "ACME",
    "currency": "USD",
    "asset_class": "STK",
    "quantity": "10",
    "position_value": "100",
    "unrealized_pnl": "5",
    "mark_price": "10",
    "fx_rate_to_base": "1",
    "position_date": "2026-11-20",
}


def _changed(usual: Row, text: str) -> Row:
    """The usual row with the fields that a JSON object tells; null takes one away."""
    row = {**usual, **json.loads(text, parse_float=Decimal)}
    return {name: value for name, value in row.items() if value is not None}


def connector_told(given: str) -> Iterator[str]:
    """JSON of positions between `&`; then JSON of balances, options: each behind a bar."""
    told, balances, options = [*map(str.strip, given.split("|")), "", ""][:3]
    rows = [_changed(_ANSWERED, text) for text in told.split(" & ") if text]
    usual = {"currency": "USD", "exchange_rate": 1, "cash_balance": 50}
    money = [_changed(usual, text) for text in balances.split(" & ") if text] or [usual]
    yield from evidence_told(
        connector_evidence(
            {"currency": "USD"}, {"balances": money}, {"positions": rows}, options_of(options)
        )
    )


def server_told(given: str) -> Iterator[str]:
    """As `connector_told`."""
    told, balances, options = [*map(str.strip, given.split("|")), "", ""][:3]
    rows = [_changed(_SERVED, text) for text in told.split(" & ") if text]
    usual = {"currency": "USD", "ending_cash": "50"}
    money = [_changed(usual, text) for text in balances.split(" & ") if text] or [usual]
    summary = {"cash": {"by_currency": money}}
    yield from evidence_told(server_evidence({"positions": rows}, summary, options_of(options)))


def evidence_of(given: str) -> Evidence:
    """The evidence in `rows | options`; the account is in dollars, with 50 of them, else."""
    told, _, options = given.partition(" | ")
    rows = rows_of(told)
    for kind in ("cash", "account"):
        element, row = row_of(kind)
        rows.setdefault(element, [row])
    return statement_evidence(rows, options_of(options), slashed_in(rows), "2026-11-19")


def numbers_of(text: str) -> Numbers:
    """`STK 60, CASH 40`"""
    pairs = (part.rsplit(" ", 1) for part in text.split(", ") if part.strip())
    return {name.strip(): Decimal(value) for name, value in pairs}


def numbers_told(numbers: Numbers) -> str:
    """The same the other way round."""
    return ", ".join(f"{name} {number(value)}" for name, value in numbers.items())
