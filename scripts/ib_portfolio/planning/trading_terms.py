"""In which pieces each position can be traded: its lot or denomination, and what is left whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ..core.numbers import ZERO
from ..core.portfolio import Position
from ..core.record import Record

Lots = Mapping[str, Decimal]
NO_LOTS: Lots = {}


class TradingTerms(Record):
    """Orders are multiples of `step`; a sale may be of everything as well.

    Where `may_trim` is no, a sale is of everything or there is none.
    """

    step: Decimal  # shares, or face
    may_buy: bool = True
    may_trim: bool = True
    most_to_sell: Decimal | None = None  # of what may be sold at all; None: everything
    # Keys of messages.json, for what is not bought, and sold whole only: why it is kept, or sold.
    why_kept: str = ""
    why_sold_whole: str = ""

    def sale_step(self, held: Decimal) -> Decimal:
        """The step of sales from `held` units: all of them where it cannot be trimmed."""
        return self.step if self.may_trim else held

    def most_trimmed(self, held: Decimal, by_face: bool) -> Decimal:
        """The most of `held` units that may be sold and leave some, or none, of it.

        An odd rest of face, less than a step, cannot be sold later: it stays part of a whole step.
        """
        most = held if self.most_to_sell is None else min(held, self.most_to_sell)
        if not self.may_trim:
            return most if most == held else ZERO
        if by_face and held % self.step:
            most = min(most, held - self.step)
        return max(most, ZERO)


_WHOLESALE = ("lock.wholesale", "whole_wholesale")
_LOT_UNKNOWN = ("lock.lot_unknown", "whole_lot_unknown")
_ONE_SHARE = TradingTerms(Decimal(1))


def trading_terms(positions: Sequence[Position], lots: Lots = NO_LOTS) -> list[TradingTerms]:
    """The terms of each position, in their order; `lots` are the user's, by upper-case symbol."""
    return [terms_of(position, lots) for position in positions]


def terms_of(position: Position, lots: Lots = NO_LOTS) -> TradingTerms:
    """The terms of one position: the user's word, its bond's denomination, its exchange's lot.

    Shares under short calls are never sold.
    """
    if not (lots or position.instrument.exchange or position.kept or position.by_face):
        return _ONE_SHARE  # most positions, at once
    terms = _all_sold(position, lots)
    if not position.kept:
        return terms
    return terms._replace(most_to_sell=max(position.quantity - position.kept, ZERO))


def _all_sold(position: Position, lots: Lots) -> TradingTerms:
    if lots:
        step = lots.get(" ".join(position.symbol.upper().split()))
        if step is not None:
            return _terms(position, step)
    if position.by_face:
        from ..market.bond_denominations import denomination_of

        return _terms(position, denomination_of(position), _WHOLESALE)
    if not position.instrument.exchange:
        return _ONE_SHARE
    from ..market.lot_sizes import lot_of

    return _terms(position, lot_of(position.instrument), _LOT_UNKNOWN)


def _terms(
    position: Position, step: Decimal | None, why: tuple[str, str] = ("", "")
) -> TradingTerms:
    if step is None:
        return TradingTerms(position.quantity, False, False, None, *why)
    if step == 1:
        return _ONE_SHARE
    # Of less than two steps of face no step can be sold without leaving an odd rest.
    odd = position.by_face and position.quantity % step and position.quantity < 2 * step
    return TradingTerms(step, may_trim=not odd)
