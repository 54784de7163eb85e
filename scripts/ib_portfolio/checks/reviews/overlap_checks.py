"""The check of a review's overlaps: funds of one kind, as the checks count holdings themselves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ..funds.fund_evidence import count_again
from .review_evidence import RawPosition, ReviewEvidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.review_document import ReviewDocument


_KINDS = {"BOND": "bonds", "CASH": "cash"}
_CENT = Decimal("0.01")


def overlaps(document: ReviewDocument, evidence: ReviewEvidence) -> Iterator[str]:
    """Several listings of one ISIN, and several funds of one kind, are there with their value."""
    found = sorted(
        (kind, sorted(plain(raw.symbol) for raw in rows), sum(raw.worth for raw in rows))
        for (kind, _), rows in overlapping(evidence).items()
    )
    claims = sorted(
        (row["kind"], sorted(row["symbols"]), Decimal(row["value"])) for row in document["overlaps"]
    )
    if claims != found:
        yield f"the overlaps are {found}"


def overlapping(evidence: ReviewEvidence) -> dict[tuple[str, str], list[RawPosition]]:
    """The long positions of one ISIN, and the funds of one kind, where there are several."""
    groups: dict[tuple[str, str], list[RawPosition]] = {}
    for raw in evidence.positions:
        if raw.category != "STK" or raw.value < _CENT / 2 or raw.quantity <= 0:
            continue
        isin = raw.row.get("isin", "").strip().upper()
        if isin:
            groups.setdefault(("security", isin), []).append(raw)
        counted = count_again(dict(raw.row), "STK", raw.value, {})
        if counted.asset_class in _KINDS:
            groups.setdefault((_KINDS[counted.asset_class], ""), []).append(raw)
    return {key: rows for key, rows in groups.items() if len(rows) > 1}
