"""Orders: how many whole units to buy and sell so that cash after fees is enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from ...core.numbers import CENT, ZERO, to_cents
from ...core.portfolio import Position
from ...market.commissions import Charges
from ..trading_terms import TradingTerms
from .order import Order
from .sizing_lines import Group, Line, Offer
from .traded_steps import TradedSteps

# Each pass lowers the deviations; what is left to gain after so many is a matter of cents.
_MOST_PASSES = 10

# What an order costs, by position, quantity (below zero for sales) and amount.
Costs = Callable[[Position, Decimal, Decimal], Charges]


class Sizing:
    """Order sizes for positions and their target values, in the steps that IBKR takes.

    `parts` are the values that their deviations are from, where those are others: own parts of
    which no whole units are worth as much.
    """

    def __init__(
        self,
        positions: Sequence[Position],
        targets: Sequence[Decimal],
        costs: Costs,
        terms: Sequence[TradingTerms],
        parts: Sequence[Decimal] = (),
        large_first: bool = False,
    ) -> None:
        self._costs, self._large_first = costs, large_first
        self._lines = [Line(*row) for row in zip(positions, targets, terms, parts or targets)]
        for line in self._lines:
            line.order = self._order(line)
            line.cash = line.order.cash
        self._sales, self._purchases = self._groups(-1), self._groups(1)
        self._offers_whole = False

    def orders(self) -> list[Order]:
        """The orders that move more than they cost, in the order of the positions."""
        return [line.order for line in self._lines if line.order.quantity]

    def settle(self, cash: Decimal, floor: Decimal, sell_more: bool = True) -> Decimal:
        """Sizes the orders so that the cash after them is at least `floor`; returns that cash.

        A sleeve is spread over its positions in proportion to what they want, purchases only as far
        as the cash goes. Then single steps: more where that lowers the deviations of position and
        sleeve together, less (or more sales) where cash costs the least deviation while it is
        short, and more again from what that leaves; last, steps of one for those of others. No
        sleeve ends further from its target than it began: where that forbids to sell enough,
        nothing is bought and the cash ends below the floor. Without `sell_more` no sleeve is sold
        beyond its target for the floor.
        """
        self._sells_more = sell_more
        self._cash = cash + sum((line.cash for line in self._lines), ZERO)
        aim = self._cash + sum((group.wanted for group in self._sales), ZERO)
        aim -= sum((group.wanted for group in self._purchases), ZERO)
        if self._large_first:
            self._fix_large(cash)
        for group in self._sales:
            self._spread(group, max(group.left, ZERO))
            self._round_up(sorted(group.lines, key=Line.rounds_early))
        self._buy(floor)
        # First without the units that would bring far more cash than is missing.
        self._largest = self._fine_step(cash)
        self.has_large = self._largest is not None
        self._raise(floor)
        if self._largest is not None and self._cash < floor:
            self._largest = None
            self._raise(floor)
        if self._cash < floor:
            # Only then of what is sold whole or not at all: it may bring far more than is needed.
            self._offers_whole = True
            self._raise(floor)
        self._buy_more(floor)
        self._improve(floor)
        self._widen(cash)
        most, beyond = max(aim - floor, ZERO), self._percent(cash) / 2
        steps = TradedSteps(self._moving(), self._order, self._take, most, beyond)
        steps.improve(self._cash - floor, sell_more)
        self.off = self._all_off(aim, floor)
        for group in self._sales + self._purchases:
            group.lines = []  # which name their group: in a circle they would stay in memory
        return self._cash

    def _fix_large(self, cash: Decimal) -> None:
        from .large_units import whole_steps  # loaded only where units are large

        self._widen(cash)
        for line, count in whole_steps(self._sales + self._purchases, self._percent(cash)):
            line.is_fixed = True
            self._take(line, count)

    def _all_off(self, aim: Decimal, floor: Decimal) -> Decimal:
        lines = self._moving()
        off = sum((abs(line.part - line.count * line.step_value) for line in lines), ZERO)
        off += sum((abs(group.left) for group in self._sales + self._purchases), ZERO)
        return off + abs(self._cash - max(aim, floor))

    def _raise(self, floor: Decimal) -> None:
        """Less bought, and more sold, until the cash is enough or no sleeve may give more."""
        self._give_back(floor)
        self._sell_more(floor)

    def _fine_step(self, cash: Decimal) -> Decimal | None:
        """A percent of the whole, where a line has larger steps than that; else None."""
        limit = self._percent(cash)
        return limit if any(line.step_value > limit for line in self._moving()) else None

    def _percent(self, cash: Decimal) -> Decimal:
        return (sum((line.position.value for line in self._lines), ZERO) + cash) / 100

    def _widen(self, cash: Decimal) -> None:
        """What large units of a sleeve cannot give, its other positions may."""
        limit = self._percent(cash)
        for group in self._sales:
            units = (line.step_value for line in group.lines)
            large = sum((unit for unit in units if unit > limit), ZERO)
            for line in group.lines:
                if line.step_value <= limit:
                    line.widen(large)

    def _groups(self, sign: int) -> list[Group]:
        """What is sold (-1) or bought (1) of each sleeve, the one that wants most first."""
        groups: dict[str, list[Line]] = {}
        for line in self._lines:
            if line.sign == sign and line.moves:
                groups.setdefault(line.position.sleeve, []).append(line)
        return sorted(map(Group, groups.values()), key=lambda group: (-group.wanted, group.name))

    def _moving(self) -> list[Line]:
        return [line for group in self._sales + self._purchases for line in group.lines]

    def _spread(self, group: Group, value: Decimal) -> None:
        """More steps worth at most `value`, in proportion to what is wanted, none over its room."""
        lines = [line for line in group.lines if not line.is_fixed]
        rest, wanted = value, sum((line.wanted for line in lines), ZERO)
        for line in sorted(lines, key=Line.fills_early):
            steps = min(rest * line.wanted / wanted / line.step_value, Decimal(line.room))
            line.fraction = steps % 1
            rest -= steps * line.step_value
            wanted -= line.wanted
            self._take(line, int(steps))

    def _round_up(self, lines: list[Line], floor: Decimal | None = None) -> None:
        """A step more where that lowers the deviations and, given a `floor`, the cash allows it."""
        for line in lines:
            if line.room and line.change(1) < 0:
                brings = self._brings(line, 1)
                if floor is None or brings > 0 or self._cash + brings >= floor:
                    self._take(line, 1)

    def _improve(self, floor: Decimal) -> None:
        """Steps more, and steps of sales less, that lower the deviations and that cash allows."""
        for _ in range(_MOST_PASSES):
            before = self._cash
            lines = sorted(self._moving(), key=Line.wins_early)
            self._round_up(lines, floor)
            for line in (line for line in lines if line.sign < 0):
                less = line.oversold(self._cash - floor)
                enough = self._cash + self._brings(line, -less) >= floor
                if less and enough and line.change(-less) < 0:
                    self._take(line, -less)
            if self._cash == before:
                return

    def _buy(self, floor: Decimal) -> None:
        """Purchases from the cash over the floor; where that is too little, each gets its part."""
        groups = [group for group in self._purchases if group.left > 0]
        wanted = sum((group.left for group in groups), ZERO)
        lines = [line for group in groups for line in group.lines if not line.is_fixed]
        budget = min(max(self._cash - floor, ZERO), wanted)
        costs = sum((self._cost(line, line.wanted * budget / wanted) for line in lines), ZERO)
        budget = max(min(self._cash - floor - costs, wanted), ZERO)
        for group in groups:
            self._spread(group, group.left * budget / wanted)
        self._round_up(sorted(lines, key=Line.rounds_early))

    def _buy_more(self, floor: Decimal) -> None:
        """Purchases again, where sales of large units left more than single steps can spend."""
        spare = self._cash - floor
        groups = [group for group in self._purchases if group.least_step <= min(spare, group.left)]
        left = sum((group.left for group in groups), ZERO)
        for group in groups:
            part = min(spare, left) * group.left / left
            if part > _MOST_PASSES * group.least_step:
                costs = sum((self._cost(line, part) for line in group.lines), ZERO)
                self._spread(group, max(part - costs, ZERO))

    def _cost(self, line: Line, value: Decimal) -> Decimal:
        """The most that spending `value` more on a line takes beside it, and a cent to round.

        That is also what steps cost that were no order so far, being worth less than their fee.
        """
        steps = int(value / line.step_value) + 1
        taken = line.cash - self._order(line, steps).cash
        return max(taken - steps * line.step_value, ZERO) + CENT

    def _give_back(self, floor: Decimal) -> None:
        """A step of each line for cash, cheapest first; the last is the cheapest that is enough."""
        if self._cash >= floor:
            return
        from heapq import heapify, heappop, heappush  # loaded only where cash is short

        offers = [offer for offer in map(self._offer, self._moving()) if offer.brings > 0]
        offers.sort(key=lambda offer: offer.line.name)
        # What a sleeve has given makes more of it dearer: what is cheapest is looked at again.
        heap = [(offer.change / offer.brings, at) for at, offer in enumerate(offers)]
        heapify(heap)
        while heap:
            at = heappop(heap)[1]
            now = self._offer(offers[at].line)
            if now.brings <= 0:
                continue
            again = (now.change / now.brings, at)
            if heap and again > heap[0]:
                heappush(heap, again)
                continue
            if self._cash + now.brings >= floor:
                rest = [now, *(self._offer(offers[other].line) for _, other in heap)]
                enough = (other for other in rest if self._cash + other.brings >= floor)
                now = min(enough, key=lambda other: (other.change, other.line.name))
            self._take(now.line, now.more)
            if self._cash >= floor:
                return

    def _offer(self, line: Line) -> Offer:
        """A step less of a purchase or more of a sale, unless its sleeve has no room for that."""
        if line.sign > 0:
            able = line.count > 0
        else:
            able = line.room > 0 and line.step_value <= line.group.may_take and self._sells_more
            able = able and not (line.is_whole and not self._offers_whole)
            able = able and (self._largest is None or line.step_value <= self._largest)
        more = -line.sign if able and not line.is_fixed else 0
        return Offer(line, more, self._brings(line, more), line.change(more))

    def _sell_more(self, floor: Decimal) -> None:
        """More sales until the cash is enough or no sleeve may give more."""
        before = None
        while self._cash < floor and self._cash != before:
            before = self._cash
            for group in self._sales if self._sells_more else ():
                self._spread(group, max(min(floor - self._cash, group.may_take), ZERO))
            self._give_back(floor)

    def _order(self, line: Line, more: int = 0) -> Order:
        """The order of a line with some steps more; none if it costs as much as it moves."""
        count = line.count + more
        if line.tried == count:
            return line.tried_order
        line.tried, line.tried_order = count, self._order_of(line, count)
        return line.tried_order

    def _order_of(self, line: Line, count: int) -> Order:
        row = line.position
        quantity = row.quantity if line.closes else count * line.step
        if not quantity:
            return Order(row, ZERO, ZERO, ZERO)
        amount = to_cents(quantity * row.unit_value)
        signed = quantity if line.sign > 0 else -quantity
        commission, taxes, interest = self._costs(row, signed, amount)
        if amount <= (commission + taxes if taxes else commission):
            return Order(row, ZERO, ZERO, ZERO)
        return Order(row, signed, amount, commission, taxes, interest)

    def _brings(self, line: Line, more: int) -> Decimal:
        return self._order(line, more).cash - line.cash

    def _take(self, line: Line, more: int) -> None:
        order = self._order(line, more)
        self._cash += order.cash - line.cash
        line.order, line.cash = order, order.cash
        line.count += more
        line.room -= more
        line.group.left -= more * line.step_value
