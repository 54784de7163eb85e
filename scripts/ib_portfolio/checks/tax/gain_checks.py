"""Checks of what the sales realise: by the oldest lots of the raw input, else in proportion."""

from __future__ import annotations

from decimal import Decimal

from ..case import CENT, ZERO, Case, Problems, cents, name_of
from ..evidence import Evidence, Holding
from .raw_lots import lots_are_told, opened_with_slashes, ordered, raw_lots


def gains(case: Case) -> Problems:
    """A sale realises what its oldest lots do, or its share where the lots are not told.

    The tax section is the sum.
    """
    found = []
    twins = _twins(case.evidence)
    for trade, holding in case.pairs:
        claim, method, gain = trade["estimated_realized_gain"], None, None
        if holding is not None and trade["action"] == "SELL":
            by_lot = _name(holding) not in twins and lots_are_told(case.evidence, holding)
            if trade["gain_method"] == "PROPORTION" and opened_with_slashes(case.evidence, holding):
                by_lot = False
            method, gain = _gain(case.evidence, holding, Decimal(trade["quantity"]), by_lot)
        if trade["gain_method"] != method:
            yield f"{name_of(trade)}: the gain is told by {method}, not {trade['gain_method']}"
        if (claim is None) != (gain is None) or (
            gain is not None and abs(gain - Decimal(claim)) > CENT
        ):
            yield f"{name_of(trade)} realises {gain}, not {claim}"
        found += [] if claim is None else [Decimal(claim)]
    won = sum((gain for gain in found if gain > 0), ZERO)
    lost = -sum((gain for gain in found if gain < 0), ZERO)
    tax = case.document["tax"]
    if [Decimal(tax[name]) for name in ("gains", "losses", "net")] != [won, lost, won - lost]:
        yield "the tax section is not the sum of the sales"


def _name(holding: Holding) -> tuple[object, ...]:
    return holding.symbol, holding.conid, holding.currency, holding.by_face


def _twins(evidence: Evidence) -> set[tuple[object, ...]]:
    """The names of holdings that only their value tells apart: lots belong to none of them."""
    seen: set[tuple[object, ...]] = set()
    found = set()
    for holding in evidence.holdings:
        name = _name(holding)
        (found if name in seen else seen).add(name)
    return found


def _gain(
    evidence: Evidence, holding: Holding, sold: Decimal, by_lot: bool
) -> tuple[str | None, Decimal | None]:
    """By which rule the gain of a sale is told, and the gain; None where it is not."""
    if by_lot:
        left, cost = sold, ZERO
        for lot in ordered(raw_lots(evidence, holding), "FIFO"):
            part = min(left, lot.quantity)
            cost += lot.cost * part / lot.quantity
            left -= part
        return "FIFO", sold * holding.value / holding.quantity - cost
    if holding.gain is None:
        return None, None
    return "PROPORTION", cents(holding.gain) / holding.quantity * sold
