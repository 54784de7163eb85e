"""Several funds that hold the same kind of thing, by what they count as without the user's word."""

from __future__ import annotations

from decimal import Decimal

from ..core.numbers import ZERO
from ..core.portfolio import Portfolio, Position
from ..core.record import Record
from ..planning.counted_as import count_holdings

# The classes whose funds overlap where there are several; stock funds may hold anything.
_KINDS = {"BOND": "bonds", "CASH": "cash"}


class Overlap(Record):
    """Funds of one kind, or listings of one fund; `what` is a key of the messages."""

    what: str
    positions: tuple[Position, ...]
    value: Decimal  # of all of them, base currency


def overlaps_of(portfolio: Portfolio) -> tuple[Overlap, ...]:
    """Listings of one security (the same ISIN), then funds of one kind; the largest first."""
    rows = count_holdings(portfolio).positions
    held = [row for row in rows if row.category == "STK" and row.value > 0 and row.quantity > 0]
    groups: dict[tuple[str, str], list[Position]] = {}
    for row in held:
        if row.instrument.isin:
            groups.setdefault(("security", row.instrument.isin), []).append(row)
    for row in held:
        if row.asset_class in _KINDS:
            groups.setdefault((_KINDS[row.asset_class], ""), []).append(row)
    found = [
        Overlap(kind, tuple(rows), sum((row.value for row in rows), ZERO))
        for (kind, _), rows in groups.items()
        if len(rows) > 1
    ]
    return tuple(sorted(found, key=lambda one: (-one.value, one.what)))
