"""The executions that a statement itself tells of: what was bought and sold."""

from __future__ import annotations

from ..core.dates import parse_date
from ..core.numbers import parse_decimal
from ..core.plain_text import plain
from ..core.portfolio import Execution
from .flex_account import AccountDay
from .flex_xml import Row

# Rows that only sum trades up or match them with lots: where nothing else is, purchases are hidden.
_SUMMARIES = ("AssetSummary", "SymbolSummary", "Lot")


def read_executions(day: AccountDay) -> tuple[Execution, ...] | None:
    """The executions in the section Trades, else its orders; None where it does not tell.

    It does not tell when it is missing, or holds summaries or closed lots only.
    """
    rows = [row for row in day.of("Trade") if _is_level(row, "EXECUTION")]
    rows = rows or [row for row in day.of("Order") if _is_level(row, "ORDER")]
    if rows:
        symbols = {text: plain(text) for text in {row.get("symbol", "") for row in rows}}
        days = {text: parse_date(text) for text in {row.get("tradeDate", "") for row in rows}}
        return tuple(_execution(row, symbols, days) for row in rows)
    hidden = day.of("Trade") or any(day.of(name) for name in _SUMMARIES)
    return None if hidden or not day.of("Trades") else ()


def _is_level(row: Row, level: str) -> bool:
    return row.get("levelOfDetail", "").upper() in ("", level)


def _execution(row: Row, symbols: dict[str, str], days: dict[str, str | None]) -> Execution:
    """The row as an Execution; IBKR writes "BUY (Ca.)" for a purchase that was cancelled."""
    stated = row.get("buySell", "").upper()
    quantity = parse_decimal(row.get("quantity", ""))
    side = next((name for name in ("BUY", "SELL") if stated.startswith(name)), "")
    if quantity is not None:
        quantity = -abs(quantity) if "CA" in stated else abs(quantity)
    return Execution(
        symbol=symbols[row.get("symbol", "")],
        conid=row.get("conid", ""),
        date=days[row.get("tradeDate", "")] or "",
        side=side,
        quantity=quantity,
    )
