"""Checks of the lots that sales take, against the raw LOT rows. Loaded when a run asks for them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from .case import CENT, ZERO, Case, Check, Problems
from .evidence import Holding
from .raw_dates import raw_day

if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart


class _RawLot(NamedTuple):
    opened: str
    clock: str  # the text behind the day
    held_since: str
    quantity: Decimal
    cost: Decimal  # base currency


def lots_sum_up(case: Case) -> Problems:
    """Every sale is there, and its lots sum to what it sells, by every method."""
    sold = {row["priority"]: row for row in case.trades if row["action"] == "SELL"}
    sales = case.document["lots"]["sales"]
    if [row["priority"] for row in sales] != sorted(sold):
        yield "the lots are not those of the sales"
    for sale, row in _methods(case):
        quantity = sum((Decimal(part["quantity"]) for part in row["lots"]), ZERO)
        if quantity != Decimal(sold[sale["priority"]]["quantity"]):
            yield f"{sale['symbol']}: {row['method']} takes {quantity}"


def lots_hold_enough(case: Case) -> Problems:
    """No sale takes more of the lots of one day than the statement has of them."""
    for sale, row in _methods(case):
        has: dict[str, Decimal] = {}
        for lot in _raw_lots(case, sale):
            has[lot.opened] = has.get(lot.opened, ZERO) + lot.quantity
        for part in row["lots"]:
            has[part["opened"]] = has.get(part["opened"], ZERO) - Decimal(part["quantity"])
        for opened, left in has.items():
            if left < 0:
                yield f"{sale['symbol']}: {row['method']} takes {-left} too many of {opened}"


def lots_split(case: Case) -> Problems:
    """Lots sum to short- and long-term (to a cent each), those to the gain, sales to the totals."""
    fields = ("short", "long", "gain")
    sums: dict[str, list[Decimal]] = {}
    for sale, row in _methods(case):
        short, long, gain = (Decimal(row[field]) for field in fields)
        if short + long != gain:
            yield f"{sale['symbol']}: {row['method']} splits {gain} into {short} and {long}"
        for term, claim in (("short", short), ("long", long)):
            parts = [Decimal(part["gain"]) for part in row["lots"] if part["term"] == term]
            if abs(sum(parts, ZERO) - claim) > CENT * (len(row["lots"]) + 1):
                yield f"{sale['symbol']}: the {term}-term lots of {row['method']} are not {claim}"
        so_far = sums.setdefault(row["method"], [ZERO] * len(fields))
        sums[row["method"]] = [a + b for a, b in zip(so_far, (short, long, gain))]
    totals = {
        row["method"]: [Decimal(row[field]) for field in fields]
        for row in case.document["lots"]["totals"]
    }
    if totals != sums:
        yield "the totals of the lots are not the sums of the sales"


def lots_by_method(case: Case) -> Problems:
    """Each method's gains are those of the raw rows in its order, at the input's price."""
    for sale, row in _methods(case):
        trade, holding = case.pairs[sale["priority"] - 1]
        if holding is None:
            continue
        wanted = Decimal(trade["quantity"])
        short, long = ZERO, ZERO
        for lot in _ordered(_raw_lots(case, sale), row["method"]):
            part = min(wanted, lot.quantity)
            wanted -= part
            gain = part * (holding.value / holding.quantity - lot.cost / lot.quantity)
            if _over_a_year(lot.held_since, case.document["lots"]["sold_on"]):
                long += gain
            else:
                short += gain
        # Costs are rounded to the cent for each lot.
        near = CENT * (len(row["lots"]) + 1)
        for claim, gain in ((row["short"], short), (row["long"], long)):
            if abs(Decimal(claim) - gain) > near:
                yield f"{sale['symbol']}: {row['method']} comes to {gain:.2f}, not {claim}"


def _methods(case: Case) -> Iterator[tuple[DocumentPart, DocumentPart]]:
    for sale in case.document["lots"]["sales"]:
        for row in sale["methods"]:
            yield sale, row


def _raw_lots(case: Case, sale: DocumentPart) -> list[_RawLot]:
    """The LOT rows of what is sold, of their last day."""
    holding = case.pairs[sale["priority"] - 1][1]
    if holding is None:
        return []
    name = (holding.symbol, holding.conid, holding.currency)
    rows = [row for row in case.evidence.lot_rows.get(name, ()) if _is_face(row) == holding.by_face]
    day_first = case.evidence.day_first
    days = [raw_day(row.get("reportDate", ""), day_first) for row in rows]
    newest = max(days, default="")
    return [_raw_lot(row, holding, day_first) for row, day in zip(rows, days) if day == newest]


def _is_face(row: dict[str, str]) -> bool:
    return row.get("assetCategory") in ("BOND", "BILL")


def _raw_lot(row: dict[str, str], holding: Holding, day_first: bool) -> _RawLot:
    text = row.get("openDateTime", "")
    opened = raw_day(text, day_first)
    return _RawLot(
        opened=opened,
        clock=text,
        held_since=raw_day(row.get("holdingPeriodDateTime", ""), day_first) or opened,
        quantity=Decimal(row["position"]),
        cost=Decimal(row.get("costBasisMoney") or 0) * holding.rate,
    )


def _ordered(lots: list[_RawLot], method: str) -> list[_RawLot]:
    if method == "HIGHEST_COST":
        return sorted(lots, key=lambda lot: (-lot.cost / lot.quantity, lot.opened, lot.clock))
    oldest_first = sorted(lots, key=lambda lot: (lot.opened, lot.clock))
    return oldest_first[::-1] if method == "LIFO" else oldest_first


def _over_a_year(held_since: str, sold: str) -> bool:
    """More than twelve months by the calendar, counted from the day after the acquisition."""
    start = datetime.date.fromisoformat(held_since) + datetime.timedelta(days=1)
    end = datetime.date.fromisoformat(sold)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months > 12 or (months == 12 and end.day >= start.day)


CHECKS = (
    (Check("lots sum to the sales", lots_sum_up), ("lots", "tax-rate")),
    (Check("lots hold enough", lots_hold_enough), ("lots", "tax-rate")),
    (Check("short and long term", lots_split), ("lots", "tax-rate")),
    (Check("lots by method", lots_by_method), ("lots", "tax-rate")),
)
