"""Which OpenPosition rows are the same position, each holding once."""

from __future__ import annotations

from ..core.messages import Refusal
from ..core.record import Record
from .flex_rows import Contract, PositionRow, require_few


class PositionRows(Record):
    """The rows that make up one position, and its LOT rows where the statement has them."""

    rows: list[PositionRow]
    lots: list[PositionRow]


def position_rows(rows: list[PositionRow]) -> list[PositionRows]:
    """The rows of each position, every holding once: LOT rows count only where no SUMMARY row is.

    Rows without levelOfDetail count as SUMMARY. Of several days of a position the last counts.
    Refusal("row_twice") when the same contract stands twice for a reason the rows do not tell,
    ("too_many_positions") for more than a plan is made for.
    """
    summaries: dict[Contract, list[PositionRow]] = {}
    lots: dict[Contract, list[PositionRow]] = {}
    for row in rows:
        (lots if row.is_lot else summaries).setdefault(row.contract, []).append(row)
    found = []
    for contract in {**summaries, **lots}:
        own_lots = _last_day(lots.get(contract, []))
        if contract in summaries:
            groups = _apart(summaries[contract])
            lots_of_group = own_lots if len(groups) == 1 else []
            found.extend(PositionRows(group, lots_of_group) for group in groups)
        else:
            found.append(PositionRows(own_lots, own_lots))
    require_few(len(found))
    return found


def _apart(rows: list[PositionRow]) -> list[list[PositionRow]]:
    """Rows of one contract as one position: an account may hold it in several models.

    Without a conid two different rows may be two contracts of one symbol; they stay apart.
    """
    rows = _last_day(rows)
    if not rows[0].contract.conid and len(set(rows)) == len(rows):
        return [[row] for row in rows]
    if len({row.model for row in rows}) < len(rows):
        raise Refusal("row_twice", symbol=rows[0].symbol)
    return [rows]


def _last_day(rows: list[PositionRow]) -> list[PositionRow]:
    last = max((row.day for row in rows), default="")
    return [row for row in rows if row.day == last]
