"""The lines that sizing fills: a position and what it wants, the lines of a sleeve, and offers."""

from __future__ import annotations

from decimal import Decimal

from ...core.numbers import ZERO
from ...core.portfolio import Position
from ...core.record import Record
from ..trading_terms import TradingTerms

_WANTED_STEP = Decimal("1e-12")


class Line:
    """A position: its direction (1 buys, -1 sells), what it wants, its steps and room for more.

    `part` is what it wants where units do not matter, below zero in the other direction.
    """

    __slots__ = tuple(
        "position name step step_value sign wanted part closes moves is_whole"
        " count most room fraction is_fixed group order cash tried tried_order".split()
    )

    def __init__(
        self, position: Position, target: Decimal, terms: TradingTerms, part: Decimal
    ) -> None:
        self.position = position
        self.name = (position.symbol, position.currency, position.conid, position.quantity)
        self.sign = 1 if target > position.value else -1
        self.step = terms.step if self.sign > 0 else terms.sale_step(position.quantity)
        self.step_value = position.unit_value * self.step
        # Without the last digits of a division, sums do not depend on the order of the rows.
        self.wanted = abs(target - position.value).quantize(_WANTED_STEP)
        self.part = ((part - position.value) * self.sign).quantize(_WANTED_STEP)
        self.is_whole = self.sign < 0 and not terms.may_trim
        sellable = terms.most_to_sell is None or terms.most_to_sell >= position.quantity
        self.closes = not target and sellable
        self.moves = bool(self.wanted and self.step_value and not self.closes)
        self.count = self.most = 0
        self.tried = -1  # the steps of `tried_order`, so that it need not be made again
        self.room = self._most(terms)
        self.fraction = ZERO
        self.is_fixed = False  # its steps were decided first

    def _most(self, terms: TradingTerms) -> int:
        """The most steps: no purchase over what is wanted, no sale over twice that, by a step."""
        if not self.moves or (self.sign > 0 and not terms.may_buy):
            return 0
        if self.sign > 0:
            return int(self.wanted / self.step_value) + 1
        most = int(2 * self.wanted / self.step_value) + 1
        held = self.position.quantity
        self.most = int(terms.most_trimmed(held, self.position.by_face) // self.step)
        return min(most, self.most)

    def widen(self, value: Decimal) -> None:
        """Room for sales of `value` more than twice what is wanted, as far as that is held."""
        self.room = min(self.room + int(value / self.step_value), self.most - self.count)

    def change(self, more: int) -> Decimal:
        """How some steps more change the deviations of the position and of its sleeve together."""
        value, left = more * self.step_value, self.wanted - self.count * self.step_value
        own = abs(left - value) - abs(left)
        return own + abs(self.group.left - value) - abs(self.group.left)

    def oversold(self, spare: Decimal) -> int:
        """The steps that are sold beyond what line and sleeve want, worth at most `spare`; or one.

        0 without a sale.
        """
        beyond = min(self.count * self.step_value - self.wanted, -self.group.left, spare)
        return min(self.count, max(int(beyond / self.step_value), 1))

    def fills_early(self) -> tuple[object, ...]:
        """Sorts first what has the least room for what it wants."""
        return (self.room * self.step_value / self.wanted, self.name)

    def rounds_early(self) -> tuple[object, ...]:
        """Sorts first what lacks the least to a whole step."""
        return (-self.fraction, self.name)

    def wins_early(self) -> tuple[object, ...]:
        """Sorts first what a step more brings nearest for what it is worth."""
        return (self.change(1) / self.step_value, self.name)


class Group:
    """The lines of one sleeve; what they want together and what of it is left, in base currency."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.name = lines[0].position.sleeve
        self.wanted = self.left = sum((line.wanted for line in lines), ZERO)
        for line in lines:
            line.group = self

    @property
    def least_step(self) -> Decimal:
        """What the smallest step of its lines is worth."""
        return min(line.step_value for line in self.lines)

    @property
    def may_take(self) -> Decimal:
        """What may still be taken with the sleeve no further from its target than it began."""
        return self.wanted + self.left


class Offer(Record):
    """Some steps more of a line: the cash they bring and how they change the deviations."""

    line: Line
    more: int
    brings: Decimal
    change: Decimal
