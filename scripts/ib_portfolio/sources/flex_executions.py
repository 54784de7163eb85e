"""The executions that a statement itself tells of: what was bought and sold."""

from __future__ import annotations

from ..core.portfolio import Execution
from .flex_account import AccountDay
from .flex_rows import ExecutionRow, execution_rows

# Rows that only sum trades up or match them with lots: where nothing else is, purchases are hidden.
_SUMMARIES = ("AssetSummary", "SymbolSummary", "Lot")


def read_executions(day: AccountDay) -> tuple[Execution, ...] | None:
    """The executions in the section Trades, else its orders; None where it does not tell.

    It does not tell when it is missing, or holds summaries or closed lots only.
    """
    trades = execution_rows(day, "Trade")
    rows = _of_level(trades, "EXECUTION") or _of_level(execution_rows(day, "Order"), "ORDER")
    if rows:
        return tuple(_execution(row) for row in rows)
    hidden = trades or any(day.of(name) for name in _SUMMARIES)
    return None if hidden or not day.of("Trades") else ()


def _of_level(rows: list[ExecutionRow], level: str) -> list[ExecutionRow]:
    return [row for row in rows if row.level in ("", level)]


def _execution(row: ExecutionRow) -> Execution:
    quantity = row.quantity
    if quantity is not None:
        quantity = -abs(quantity) if row.is_cancelled else abs(quantity)
    return Execution(row.symbol, row.conid, row.day, row.side, quantity)
