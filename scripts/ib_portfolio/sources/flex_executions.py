"""The executions that a statement itself tells of: what was bought and sold."""

from __future__ import annotations

from ..core.portfolio import Execution
from .flex_account import AccountDay
from .flex_rows import execution_rows

# Rows that only sum trades up or match them with lots: where nothing else is, purchases are hidden.
_SUMMARIES = ("AssetSummary", "SymbolSummary", "Lot")


def read_executions(day: AccountDay) -> tuple[Execution, ...] | None:
    """The executions in the section Trades, else its orders; None where it does not tell.

    It does not tell when it is missing, or holds summaries or closed lots only.
    """
    found = _of_level(day, "Trade", "EXECUTION") or _of_level(day, "Order", "ORDER")
    if found:
        return found
    hidden = day.of("Trade") or any(day.of(name) for name in _SUMMARIES)
    return None if hidden or not day.of("Trades") else ()


def _of_level(day: AccountDay, element: str, wanted: str) -> tuple[Execution, ...]:
    rows = execution_rows(day, element)
    return tuple(execution for level, execution in rows if level in ("", wanted))
