"""Checks of a review's lots: losses and days of turning long-term, from the raw LOT rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ..case import cents
from .review_evidence import HALF_CENT, RawLot, RawPosition, ReviewEvidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.review_document import LossRow, ReviewDocument


Problems = Iterator[str]
_ZERO, _CENT = Decimal(0), Decimal("0.01")
_CLASSES = ("STK", "BOND", "BILL")
_SOON = 92
OF_PRICE = Decimal("1e-10")  # the price of one unit is told to ten decimals


def loss_lots(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Each position's losses are those of its lots, or of itself where it has none that fit.

    A retirement account has none.
    """
    if document["retirement"] is not evidence.retired:
        yield "whether it is a retirement account is told wrongly"
    found = sorted(
        (plain(raw.symbol), sum(parts, _ZERO), *parts, losing_quantities(raw), raw.quantity)
        for raw, parts in losing(evidence, document["as_of"])
    )
    names = ("total", "short", "long", "unsplit")
    claims = sorted(
        (row["symbol"], *(Decimal(row[name]) for name in names), Decimal(row["quantity"] or -1))
        for row in document["losses"]
    )
    if [row[0] for row in claims] != [row[0] for row in found]:
        yield f"the losses are of {', '.join(row[0] for row in found)}"
    for claim, own in zip(claims, found):
        near = HALF_CENT + own[6] * OF_PRICE
        if not own[5][0] <= claim[5] <= own[5][1] or any(
            abs(a - b) > near for a, b in zip(claim[1:5], own[1:5])
        ):
            yield f"{own[0]}: losses of {claim[1:]}, not {own[1:6]}"


def losing(
    evidence: ReviewEvidence, as_of: str
) -> list[tuple[RawPosition, tuple[Decimal, Decimal, Decimal]]]:
    """The positions that lose half a cent or more, each with the parts of it; none if retired."""
    held = [] if evidence.retired else _held(evidence)
    lost = [(raw, loss_of(raw, as_of)) for raw in held]
    return [(raw, parts) for raw, parts in lost if sum(parts, _ZERO) <= -_CENT / 2]


def losing_quantities(raw: RawPosition) -> tuple[Decimal, Decimal]:
    """The least and the most that the losing lots come to; both -1 where there are no clear lots.

    Whether a lot that is worth what it cost loses is up to the last digits of the price.
    """
    lots = _clear_lots(raw)
    if not lots:
        return Decimal(-1), Decimal(-1)
    near = raw.quantity * OF_PRICE
    sizes = [(_gain(raw, lot), lot.quantity) for lot in lots]
    least = sum((size for gain, size in sizes if gain < -near), _ZERO)
    return least, sum((size for gain, size in sizes if gain < near), _ZERO)


def loss_of(raw: RawPosition, as_of: str) -> tuple[Decimal, Decimal, Decimal]:
    """What a position could lose short-term, long-term, and without clear lots; not above zero."""
    lots = _clear_lots(raw)
    if not lots:
        return _ZERO, _ZERO, min(cents(raw.gain or _ZERO), _ZERO)
    lost = [(lot, min(_gain(raw, lot), _ZERO)) for lot in lots]
    long = sum((gain for lot, gain in lost if _over_a_year(lot.held_since) <= as_of), _ZERO)
    return sum((gain for _, gain in lost), _ZERO) - long, long, _ZERO


def free_days(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """A loss is free 31 days after the last purchase of the same in the statement, or today.

    Purchases and lots of the household's other accounts count as well.
    """
    if document["other_accounts"] != len(evidence.others):
        yield f"{document['other_accounts']} other accounts, not {len(evidence.others)}"
    for row in document["losses"]:
        raw = position_of_loss(row, evidence, document["as_of"])
        if raw is None:
            yield f"{row['symbol']} is not held"
            continue
        last = max(_purchases(raw, evidence), default="")
        free = max(document["as_of"], _shifted(last, 31)) if last else document["as_of"]
        if row["free_from"] != free:
            yield f"{row['symbol']}: free from {row['free_from']}, not {free}"


def position_of_loss(row: LossRow, evidence: ReviewEvidence, as_of: str) -> RawPosition | None:
    """The raw position of a loss: of those with its symbol the one that loses so much."""
    own = [
        raw for raw in evidence.positions if plain(raw.symbol) == row["symbol"] and raw.quantity > 0
    ]
    total = Decimal(row["total"])
    return min(own, key=lambda raw: abs(sum(loss_of(raw, as_of)) - total), default=None)


def _purchases(raw: RawPosition, evidence: ReviewEvidence) -> Iterator[str]:
    """The days on which any account of the household buys the same."""
    yield from _bought(raw, evidence)
    for other in evidence.others:
        yield from days_bought(raw, other)


def days_bought(held: RawPosition, evidence: ReviewEvidence) -> Iterator[str]:
    """The days on which another account bought the same, by its trades and its lots."""
    yield from _bought(held, evidence)
    for raw in evidence.positions:
        if _is_same(held, raw.row):
            yield from (lot.opened for lot in raw.lots if lot.opened and lot.quantity > 0)


def _is_same(held: RawPosition, row: dict[str, str]) -> bool:
    """Whether a raw row is of the symbol or of the contract of a position."""
    conid = held.row.get("conid")
    same = plain(row.get("symbol", "")) == plain(held.symbol)
    return same or bool(conid and row.get("conid") == conid)


def _bought(held: RawPosition, evidence: ReviewEvidence) -> Iterator[str]:
    """The days on which the raw trades, or else the orders, of an account buy it."""
    trades = _of_level(evidence, "Trade", "EXECUTION") or _of_level(evidence, "Order", "ORDER")
    for trade in trades:
        side = trade.get("buySell", "").upper()
        if _is_same(held, trade) and side.startswith("BUY") and "CA" not in side:
            yield evidence.day(trade.get("tradeDate", ""))


def _of_level(evidence: ReviewEvidence, element: str, level: str) -> list[dict[str, str]]:
    rows = evidence.rows.get(element, [])
    return [row for row in rows if row.get("levelOfDetail", "").upper() in ("", level)]


def turning_days(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Lots named as soon long-term are not so the day before, and none within the time is missing.

    Held for more than one year: the day after the acquisition, a year later.
    """
    found = [
        (plain(raw.symbol), lot.opened, due, lot.quantity, gain)
        for raw, lot, due, gain in turning_again(document["as_of"], evidence)
    ]
    claims = sorted(
        (row["symbol"], row["opened"], row["day"], Decimal(row["quantity"]), Decimal(row["gain"]))
        for row in document["long_term_soon"]
    )
    if [row[:4] for row in claims] != [row[:4] for row in sorted(found)]:
        yield f"soon long-term are {[row[:4] for row in sorted(found)]}"
    for claim, own in zip(claims, sorted(found)):
        if abs(claim[4] - own[4]) > HALF_CENT + own[3] * OF_PRICE:
            yield f"{claim[0]}: a gain of {claim[4]}, not {own[4]}"


def turning_again(
    as_of: str, evidence: ReviewEvidence
) -> Iterator[tuple[RawPosition, RawLot, str, Decimal]]:
    """Each lot that is soon long-term, with its position, the day and its gain."""
    if evidence.retired or not as_of:
        return
    last = _shifted(as_of, _SOON)
    for raw in _held(evidence):
        for lot in _clear_lots(raw):
            gain, due = _gain(raw, lot), _over_a_year(lot.held_since)
            if gain >= _CENT / 2 and as_of < due <= last:
                yield raw, lot, due, gain


def _held(evidence: ReviewEvidence) -> list[RawPosition]:
    return [
        row
        for row in evidence.positions
        if row.category in _CLASSES and row.quantity > 0 and row.value > Decimal("0.005")
    ]


def _clear_lots(raw: RawPosition) -> tuple[RawLot, ...]:
    """The lots, none where they do not fit the position or lack a cost or a day."""
    lots = raw.lots
    fits = sum((lot.quantity for lot in lots), _ZERO) == raw.quantity
    whole = all(lot.quantity > 0 and lot.cost is not None and lot.opened for lot in lots)
    return lots if fits and whole else ()


def _gain(raw: RawPosition, lot: RawLot) -> Decimal:
    assert lot.cost is not None
    return raw.value * lot.quantity / raw.quantity - lot.cost


def _over_a_year(day: str) -> str:
    """The day after `day`, in the next year."""
    year, month, rest = _shifted(day, 1).split("-")
    if (month, rest) == ("02", "29"):
        month, rest = "03", "01"
    return f"{int(year) + 1}-{month}-{rest}"


def _shifted(day: str, days: int) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=days)).isoformat()
