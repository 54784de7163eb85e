"""Several funds that hold the same kind of thing, by the table of funds; nothing is guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.numbers import ZERO
from ..core.portfolio import Portfolio, Position
from ..market.fund_classes import FundTable

# What the table's words mean where several funds of one kind overlap; others say too little.
_KINDS = {"BOND": "bonds", "CASH": "cash"}


class Overlap(NamedTuple):
    """Funds of one kind, or listings of one fund; `what` is a key of the messages."""

    what: str
    positions: tuple[Position, ...]
    value: Decimal  # of all of them, base currency


def overlaps_of(portfolio: Portfolio) -> tuple[Overlap, ...]:
    """Listings of one security (the same ISIN), then funds of one kind; the largest first."""
    held = [row for row in portfolio.positions if row.category == "STK" and row.value > 0]
    groups: dict[tuple[str, str], list[Position]] = {}
    for row in held:
        if row.instrument.isin:
            groups.setdefault(("security", row.instrument.isin), []).append(row)
    table = FundTable()
    for row in held:
        listed = table.find(row.symbol, row.currency, row.instrument)
        if listed and listed.sure and listed.kind in _KINDS:
            groups.setdefault((_KINDS[listed.kind], ""), []).append(row)
    found = [
        Overlap(kind, tuple(rows), sum((row.value for row in rows), ZERO))
        for (kind, _), rows in groups.items()
        if len(rows) > 1
    ]
    return tuple(sorted(found, key=lambda one: (-one.value, one.what)))
