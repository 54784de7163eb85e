"""A plan's claims beside the evidence, matched up once for all checks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from ..core.plain_text import plain
from .evidence import Evidence, Holding, amount_asked

Document = dict[str, object]
Problems = Iterator[str]

_LIBRARY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CENT = Decimal("0.01")
ZERO = Decimal(0)
LOT_SIZE = {"shares": 1, "face": 1000}

# Options that do not change which orders a class needs.
_HARMLESS = frozenset(
    "contribute withdraw explain basket order-type csv html lots tax-rate".split()
)


class Case(NamedTuple):
    """What every check gets: the document, the evidence, and what both come to."""

    document: Document
    evidence: Evidence
    pairs: list[tuple[Document, Holding | None]]  # each trade with the holding it is of
    profile: dict[str, Decimal]  # percent by asset class
    totals: dict[str, Decimal]  # value by asset class, from the evidence
    weights: dict[str, Decimal]

    @property
    def trades(self) -> list[Document]:
        """The trades of the document."""
        return self.document["trades"]

    @property
    def whole(self) -> Decimal:
        """What the profile applies to, from the evidence."""
        return sum(self.totals.values(), ZERO)

    @property
    def traded(self) -> list[Holding]:
        """The holdings that may be traded."""
        return [row for row in self.evidence.holdings if row.asset_class and not row.locked]

    @property
    def locked(self) -> list[Holding]:
        """The holdings that count in their class but may not be traded."""
        return [row for row in self.evidence.holdings if row.locked]

    @property
    def is_plain(self) -> bool:
        """Whether every class goes to its target: no band, no lock, no other class, no limit."""
        return not set(self.evidence.asked) - _HARMLESS


def read_data(path: str) -> dict:
    """The JSON object in a data file of the library, as "market/fees.json"."""
    with open(os.path.join(_LIBRARY, *path.split("/")), encoding="utf-8") as file:
        return json.load(file)


def make_case(document: Document, evidence: Evidence) -> Case:
    """The case of `document` against `evidence`."""
    profile = read_data("core/profiles.json")["profiles"][document["profile"]]
    totals = {"STK": ZERO, "BOND": ZERO, "CASH": cents(evidence.cash)}
    for row in evidence.holdings:
        if row.asset_class:
            totals[row.asset_class] += cents(row.value)
    return Case(
        document=document,
        evidence=evidence,
        pairs=_pairs(document["trades"], evidence),
        profile={name: Decimal(profile[name]) for name in totals},
        totals=totals,
        weights={k: Decimal(str(part)) for k, part in document["target_allocation"].items()},
    )


def _pairs(trades: list[Document], evidence: Evidence) -> list[tuple[Document, Holding | None]]:
    """Each trade with its holding: of the same name, class and contract, the one of its price.

    Of several at one price the larger comes first, as among the trades.
    """
    by_name: dict[tuple[str, ...], list[Holding]] = {}
    for row in evidence.holdings:
        if row.asset_class and not row.locked:
            name = (plain(row.symbol), plain(row.conid), plain(row.currency), row.asset_class)
            by_name.setdefault(name, []).append(row)
    for rows in by_name.values():
        rows.sort(key=lambda row: -row.quantity)
    pairs, taken = [], set()
    for trade in trades:
        name = tuple(trade[part] for part in ("symbol", "conid", "currency", "asset_class"))
        found = by_name.get(name, [])
        price = Decimal(trade["price"])
        free = [row for row in found if id(row) not in taken] or found
        near = min(free, key=lambda row: abs(row.value / row.quantity - price), default=None)
        taken.add(id(near))
        pairs.append((trade, near))
    return pairs


def cents(number: Decimal) -> Decimal:
    """`number` to the cent, halves away from zero."""
    return number.quantize(CENT, ROUND_HALF_UP)


def total(rows: list[Document], field: str, action: str = "") -> Decimal:
    """The sum of a field over the trades, or over those of one action."""
    return sum((Decimal(row[field]) for row in rows if action in ("", row["action"])), ZERO)


def name_of(trade: Document) -> str:
    """How a problem names a trade."""
    return f"{trade['action']} {trade['symbol']} ({trade['currency']})"


def band_width(case: Case, name: str) -> Decimal:
    """The half width of the asked band around a class's target, in percentage points."""
    points, slash, share = case.evidence.asked["band"].partition("/")
    width = amount_asked({"band": points}, "band")
    if not slash:
        return width
    return min(width, case.profile[name] * amount_asked({"band": share}, "band") / 100)
