"""What the checks of a strategy get: its orders with their raw positions, lots and bonds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

from ....core.record import Record
from ..bond_checks import OF_FACE, BondAgain, bonds_again
from ..plan_part_checks import traded_positions
from ..review_evidence import HALF_CENT, RawLot, RawPosition, ReviewEvidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....core.reviews.review_document import ReviewDocument
    from ....core.reviews.strategy_document import StrategyDocument

_ZERO = Decimal(0)
_OF_PRICE = Decimal("1e-10")  # the price of one unit is told to ten decimals


class SaleAgain(Record):
    """What a sale realises lot by lot, the dearest first; base currency, not rounded."""

    short: Decimal
    long: Decimal
    long_from: str  # from when on nothing in it is short-term with a gain, "" where none is
    near: Decimal  # to how much the two are told


class Strategy:
    """What every check of a strategy gets."""

    def __init__(
        self,
        document: StrategyDocument,
        review: ReviewDocument,
        evidence: ReviewEvidence,
    ) -> None:
        self.document, self.review, self.evidence = document, review, evidence
        self.bonds: list[BondAgain] = list(bonds_again(review, evidence))
        self.traded = traded_positions(document["plan"], evidence)
        self.sales = self._sales()

    def _sales(self) -> dict[int, SaleAgain]:
        """The sales whose lots are clear, by priority; none of a retirement account."""
        found = {}
        for trade in self.document["plan"]["trades"]:
            raw = self.traded.get(trade["priority"])
            taxed = trade["action"] == "SELL" and not self.evidence.retired
            lots = dearest_first(raw) if raw and taxed else []
            if raw and lots and self.document["as_of"]:
                quantity = Decimal(trade["quantity"])
                found[trade["priority"]] = _sold(quantity, raw, lots, self.document["as_of"])
        return found


def dearest_first(raw: RawPosition) -> list[RawLot]:
    """The lots, the dearest first, of equal ones the oldest; none where they are not clear."""
    whole = sum((lot.quantity for lot in raw.lots), _ZERO) == raw.quantity
    if not whole or any(
        lot.quantity <= 0 or lot.cost is None or not lot.opened for lot in raw.lots
    ):
        return []
    return sorted(raw.lots, key=lambda lot: (-_unit(lot), lot.opened))


def _unit(lot: RawLot) -> Decimal:
    return (lot.cost or _ZERO) / lot.quantity


def _sold(quantity: Decimal, raw: RawPosition, lots: list[RawLot], day: str) -> SaleAgain:
    left, price = quantity, raw.value / raw.quantity
    sums, last = {"short": _ZERO, "long": _ZERO}, ""
    for lot in lots:
        part = min(left, lot.quantity)
        left -= part
        if not part:
            continue
        gain, turns = part * (price - _unit(lot)), _turns_long(lot.held_since)
        sums["long" if turns <= day else "short"] += gain
        if turns > day and gain > 0:
            last = max(last, turns)
    return SaleAgain(**sums, long_from=last, near=HALF_CENT + quantity * _OF_PRICE)


def _turns_long(held_since: str) -> str:
    """The day after, a year later: then it is held for more than one year."""
    first = datetime.date.fromisoformat(held_since) + datetime.timedelta(days=1)
    if (first.month, first.day) == (2, 29):
        return f"{first.year + 1}-03-01"
    return first.replace(year=first.year + 1).isoformat()


def near_of(bonds: Iterable[BondAgain]) -> Decimal:
    """To how much a sum over bonds is told."""
    return HALF_CENT + sum((own.raw.quantity * own.raw.rate for own in bonds), _ZERO) * OF_FACE
