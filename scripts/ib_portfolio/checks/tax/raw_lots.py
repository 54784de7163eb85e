"""The lots in the raw LOT rows of a holding, in the order of each method, for the checks."""

from __future__ import annotations

from decimal import Decimal

from ...core.record import Record
from ..case import ZERO
from ..evidence import Evidence, Holding
from ..raw_dates import raw_day

_EIGHT_DIGITS = Decimal("1e-8")  # of a price; lots that differ by less are alike


class RawLot(Record):
    """A LOT row with its numbers read."""

    opened: str
    clock: str  # the text behind the day
    held_since: str
    quantity: Decimal
    cost: Decimal  # base currency


def raw_lots(evidence: Evidence, holding: Holding) -> list[RawLot]:
    """The lots of a holding on their last day, in the order of the rows."""
    rows, days = _rows(evidence, holding)
    newest = max(days, default="")
    return [
        _raw_lot(row, holding, evidence.day_first) for row, day in zip(rows, days) if day == newest
    ]


def lots_are_told(evidence: Evidence, holding: Holding) -> bool:
    """Whether the lots of a holding are all long with day and cost, and sum to it."""
    rows, days = _rows(evidence, holding)
    newest = max(days, default="")
    rows = [row for row, day in zip(rows, days) if day == newest]
    told = all(
        Decimal(row["position"]) > 0
        and row.get("costBasisMoney")
        and raw_day(row.get("openDateTime", ""), evidence.day_first)
        for row in rows
    )
    whole = sum((Decimal(row["position"]) for row in rows), ZERO)
    return bool(rows) and told and whole == holding.quantity


def opened_with_slashes(evidence: Evidence, holding: Holding) -> bool:
    """Whether a lot's day is written as 05/11/2026, of which a file may not tell the order."""
    return any("/" in row.get("openDateTime", "") for row in _rows(evidence, holding)[0])


def _rows(evidence: Evidence, holding: Holding) -> tuple[list[dict[str, str]], list[str]]:
    """The LOT rows of a holding, and the day of each."""
    name = (holding.symbol, holding.conid, holding.currency)
    rows = [row for row in evidence.lot_rows.get(name, ()) if _is_face(row) == holding.by_face]
    return rows, [raw_day(row.get("reportDate", ""), evidence.day_first) for row in rows]


def _is_face(row: dict[str, str]) -> bool:
    return row.get("assetCategory") in ("BOND", "BILL")


def _raw_lot(row: dict[str, str], holding: Holding, day_first: bool) -> RawLot:
    text = row.get("openDateTime", "")
    opened = raw_day(text, day_first)
    return RawLot(
        opened=opened,
        clock=text,
        held_since=raw_day(row.get("holdingPeriodDateTime", ""), day_first) or opened,
        quantity=Decimal(row["position"]),
        cost=Decimal(row.get("costBasisMoney") or 0) * holding.rate,
    )


def ordered(lots: list[RawLot], method: str, price: Decimal = ZERO, sold: str = "") -> list[RawLot]:
    """The lots in the order in which a method takes them; equal ones oldest first."""
    lots = sorted(lots, key=lambda lot: (lot.opened, lot.clock))
    if method == "LIFO":
        return lots[::-1]
    if method == "HIGHEST_COST":
        return sorted(lots, key=lambda lot: -lot.cost / lot.quantity)
    if method.startswith("MAX_"):
        return sorted(lots, key=lambda lot: _preference(lot, method, price, sold))
    return lots


def _preference(lot: RawLot, method: str, price: Decimal, sold: str) -> tuple[bool, bool, Decimal]:
    """The wanted sign of gain before the other; there the wanted term first, else it last.

    Then the most of what is wanted, or the least of what is not.
    """
    _, term, _, sign = method.split("_")
    gain = (price - lot.cost / lot.quantity).quantize(_EIGHT_DIGITS)
    of_term = over_a_year(lot.held_since, sold) == (term == "LONG")
    wanted = (gain >= 0) == (sign == "GAIN")
    size = abs(gain)
    return (not wanted, of_term != wanted, -size if wanted else size)


def over_a_year(held_since: str, sold: str) -> bool:
    """More than twelve months by the calendar, counted from the day after the acquisition."""
    import datetime

    start = datetime.date.fromisoformat(held_since) + datetime.timedelta(days=1)
    end = datetime.date.fromisoformat(sold)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months > 12 or (months == 12 and end.day >= start.day)
