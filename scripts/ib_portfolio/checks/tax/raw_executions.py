"""The executions in a statement's raw rows, read for the checks by code of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Row = Mapping[str, str]


def executions_of(rows: Mapping[str, Sequence[Row]]) -> tuple[Row, ...] | None:
    """The raw rows of single executions, else of orders; None where the statement tells neither.

    Sums and closed lots are neither; a section Trades without a row tells that there was none.
    """
    for element, level in (("Trade", "EXECUTION"), ("Order", "ORDER")):
        found = [
            row
            for row in rows.get(element, ())
            if row.get("levelOfDetail", "").upper() in ("", level)
        ]
        if found:
            return tuple(found)
    sums = ("Trade", "AssetSummary", "SymbolSummary", "Lot")
    return None if any(map(rows.get, sums)) or not rows.get("Trades") else ()
