"""Steps exchanged for others: one position a step further off, others nearer, all of it nearer.

Single steps get stuck where the cash is used up, or where a sleeve is near its target but by the
wrong positions. So each cheap step is tried with what follows best on it, and kept where all
deviations together are less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from ...core.numbers import ZERO
from .order import Order
from .sizing_lines import Line

# Steps that are tried, the cheapest first, each with so many others. Where there are more positions
# what exchanges still win is a small part of what all of them want.
_MOST_TRIED = 24
_MOST_LOOKS = 2000  # at lines
_LEAST_TRIED = 9
_MOST_LINES = 600
_MOST_BOTH = 25  # lines of which both ways to follow are looked at for every step
_MOST_MOVES = 8
_MOST_PASSES = 2
_MOST_TRIES = 2
# Integers of a millionth of the base currency: adding them takes half the time of Decimals.
_DIGITS = 6
_LEAST = 10**_DIGITS // 100  # a cent is nothing to win

# The order of a line with some steps more, and how to take them.
Ordered = Callable[[Line, int], Order]
Take = Callable[[Line, int], None]
Move = tuple[int, int]  # the place of a line, and how many steps more


class TradedSteps:
    """The lines of a plan as integers, what orders they come to, and how to take steps.

    `aim` is what of the cash over its floor is to stay, and `beyond` how far beyond its target a
    sleeve may be bought for cash that waits, both in base currency.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        ordered: Ordered,
        take: Take,
        aim: Decimal,
        beyond: Decimal,
    ) -> None:
        # What is worth next to nothing moves nothing.
        lines = [line for line in lines if _units(line.step_value)]
        lines.sort(key=lambda line: line.name)
        self._lines, self._ordered, self._take = lines, ordered, take
        groups = list({id(line.group): line.group for line in lines}.values())
        self._group = [groups.index(line.group) for line in lines]
        self._left = [_units(group.left) for group in groups]
        self._furthest = [_units(group.wanted) for group in groups]
        self._beyond = [
            most if group.lines[0].sign < 0 else min(max(_units(beyond), -left), most)
            for group, most, left in zip(groups, self._furthest, self._left)
        ]
        self._step = [_units(line.step_value) for line in lines]
        self._largest = max(self._step, default=0)
        self._half = [step // 2 for step in self._step]
        self._cash = [-line.sign * step for line, step in zip(lines, self._step)]
        self._rest = [_units(line.part - line.count * line.step_value) for line in lines]
        self._room, self._count = [line.room for line in lines], [line.count for line in lines]
        self._spare, self._aim = 0, _units(aim)

    def improve(self, spare: Decimal, sell_more: bool = True) -> None:
        """Takes what lowers the deviations by more than it costs.

        `spare` is the cash over its floor, in base currency, of which no exchange takes more.
        Without `sell_more` no sleeve goes further beyond its target than it is.
        """
        if not sell_more:
            self._furthest = [abs(left) for left in self._left]
            self._beyond = self._furthest
        for _ in range(_MOST_PASSES if 0 < len(self._lines) <= _MOST_LINES else 0):
            before = spare
            for place, more in self._ranked(spare):
                if -self._count[place] <= more <= self._room[place]:
                    spare = self._exchange((place, more), spare)
            if spare == before:
                return

    def _ranked(self, spare: Decimal) -> list[Move]:
        """The steps with which all gets nearer, those first that win most with what follows."""
        self._spare = _units(spare)
        ranked = []
        both = len(self._lines) <= _MOST_BOTH
        for step in self._tried():
            way = self._best_with(step, spare) if both else self._followed(step, spare, True)
            moves, change = way
            if moves:
                ranked.append((change, step))
        return [step for _, step in sorted(ranked)]

    def _tried(self) -> list[Move]:
        """The steps that cost less than all deviations could win, the cheapest first.

        Single ones, and of few positions some at once.
        """
        steps, most = [], sum(map(abs, self._left)) + abs(self._spare - self._aim)
        at_once = max(_MOST_TRIED // (2 * len(self._lines)), 1)
        sizes = [sign * size for size in range(1, at_once + 1) for sign in (1, -1)]
        for place, (rest, step) in enumerate(zip(self._rest, self._step)):
            most += max(abs(rest) - abs(rest - step), abs(rest) - abs(rest + step), 0)
            for more in sizes:
                if -self._count[place] <= more <= self._room[place]:
                    steps.append((abs(rest - more * step) - abs(rest), place, more))
        count = max(_MOST_LOOKS // (len(steps) or 1), _LEAST_TRIED)
        tried = sorted(steps)[: min(_MOST_TRIED, count)]
        return [(place, more) for change, place, more in tried if change < most]

    def _exchange(self, first: Move, spare: Decimal) -> Decimal:
        """Takes `first` with what follows best, where that pays; the spare cash after it."""
        costs = ZERO
        for _ in range(_MOST_TRIES):
            moves, change = self._best_with(first, spare - costs)
            taken, lacks = self._worth(moves, change, spare)
            if taken:
                for move in moves:
                    self._moved(*move)
                return spare + lacks
            if lacks >= 0:
                break
            costs -= lacks  # what the orders cost, which was not known
        return spare

    def _best_with(self, first: Move, spare: Decimal) -> tuple[list[Move], int]:
        """`first` and what follows best in either way, and how that changes the deviations."""
        by_size, by_part = (self._followed(first, spare, kind) for kind in (False, True))
        return by_part if by_part[1] < by_size[1] else by_size

    def _followed(self, first: Move, spare: Decimal, by_part: bool) -> tuple[list[Move], int]:
        """`first` and what follows best, and how that changes the deviations.

        [] where none of it is nearer.
        """
        self._spare = _units(spare)
        before = self._rest[:], self._left[:], self._room[:], self._count[:]
        start = abs(self._spare - self._aim)
        moves, change = [first], self._moved(*first)
        best, count = -_LEAST, 0
        for _ in range(_MOST_MOVES):
            now = change + abs(self._spare - self._aim) - start
            if self._spare >= 0 and now < best and self._is_no_further():
                best, count = now, len(moves)
            move = self._next(first[0], by_part)
            if move is None:
                break
            moves.append(move)
            change += self._moved(*move)
        self._rest, self._left, self._room, self._count = before
        return moves[:count], best

    def _is_no_further(self) -> bool:
        """Whether no sleeve is further from its target than it may be: mostly than it began."""
        rows = zip(self._left, self._furthest, self._beyond)
        return all(-beyond <= left <= most for left, most, beyond in rows)

    def _worth(self, moves: list[Move], change: int, spare: Decimal) -> tuple[bool, Decimal]:
        """Takes the moves if they win more than they cost; whether, and the cash that they bring.

        Where they need more cash than is to spare, what is lacking, below zero.
        """
        added: dict[int, int] = {}
        for place, more in moves:
            added[place] = added.get(place, 0) + more
        steps = [(self._lines[place], more) for place, more in added.items() if more]
        orders = [self._ordered(line, more) for line, more in steps]
        pairs = list(zip(orders, steps))
        if any(line.count + more and not order.quantity for order, (line, more) in pairs):
            return False, ZERO  # an order that would cost more than it moves, and is none
        cash = sum((order.cash - line.cash for order, (line, _) in pairs), ZERO)
        if cash < min(-spare, ZERO):
            return False, cash - min(-spare, ZERO)
        cost = sum((order.cost - line.order.cost for order, (line, _) in pairs), ZERO)
        if not steps or Decimal(change).scaleb(-_DIGITS) + cost >= 0:
            return False, ZERO
        for line, more in steps:
            self._take(line, more)
        return True, cash

    def _next(self, kept: int, by_part: bool) -> Move | None:
        """The best move after the first, of another line; None where nothing is won any more.

        The one that wins most, or `by_part` most for what it moves. Of each line the steps that
        would close its own rest, or its sleeve's, as far as cash goes.
        """
        if self._spare < 0:
            return self._raising(kept, by_part)
        found, best_change, best_size = None, 0, 1
        spare, lefts = self._spare, self._left
        over = spare - self._aim
        is_over = abs(over)
        rows = zip(
            self._step, self._half, self._cash, self._rest, self._group, self._room, self._count
        )
        for place, (step, half, cash, rest, group, room, count) in enumerate(rows):
            left = lefts[group]
            # Most lines are within half a step of what they want, or have no cash for a whole one:
            # no step more helps, and no step less.
            if (rest < step - half > left or not room or (cash < 0 and step > spare)) and (
                rest >= -half <= left or not count or (cash > 0 and step > spare)
            ):
                continue
            if place == kept:
                continue
            is_off, before = abs(rest) + abs(left) + is_over, 0
            for wanted in (rest, left):
                more = (wanted + half) // step
                if more > room:
                    more = room
                elif more < -count:
                    more = -count
                if more * cash < -spare:
                    more = spare // step if more > 0 else -(spare // step)
                if more == before:
                    continue
                before, value = more, more * step
                change = abs(rest - value) + abs(left - value) + abs(over + more * cash) - is_off
                size = abs(value) if by_part else 1
                if change < 0 and change * best_size < best_change * size:
                    found, best_change, best_size = (place, more), change, size
        return found

    def _raising(self, kept: int, by_part: bool) -> Move | None:
        """The move that raises cash at the least change for what it brings of what is short.

        As many steps as are short, or one; `by_part` those that close the line's own rest.
        """
        short, lefts = -self._spare, self._left
        found, best_change, best_brings = None, 0, 0
        least, cheapest = 2 * self._largest + 1, None  # of the steps that are enough by themselves
        rows = zip(self._step, self._cash, self._rest, self._group, self._room, self._count)
        for place, (step, cash, rest, group, room, count) in enumerate(rows):
            left = lefts[group]
            if step >= short:
                change = abs(rest - cash) + abs(left - cash) - abs(rest) - abs(left)
                if change < least and place != kept and (room if cash > 0 else count):
                    least, cheapest = change, place
                continue
            most = min(room if cash > 0 else count, -(-short // step))
            if not most or place == kept:
                continue
            few = 1 if most <= _MOST_MOVES else most
            if by_part:
                closes = rest if cash > 0 else -rest
                few = min(max((2 * closes + step) // (2 * step), 1), most)
            for steps in (few, most) if few < most else (most,):
                value = steps * cash
                change = abs(rest - value) + abs(left - value) - abs(rest) - abs(left)
                brings = min(steps * step, short)
                if change * best_brings < best_change * brings or found is None:
                    found = (place, steps if cash > 0 else -steps)
                    best_change, best_brings = change, brings
        if cheapest is not None:
            one = (cheapest, 1 if self._cash[cheapest] > 0 else -1)
            enough, other = least * best_brings, best_change * short
            if found is None or enough < other or (enough == other and one < found):
                return one
        return found

    def _moved(self, place: int, more: int) -> int:
        """Some steps more, and how they changed the deviations."""
        group, value = self._group[place], more * self._step[place]
        rest, left = self._rest[place], self._left[group]
        change = abs(rest - value) - abs(rest) + abs(left - value) - abs(left)
        self._rest[place], self._left[group] = rest - value, left - value
        self._spare += more * self._cash[place]
        self._room[place] -= more
        self._count[place] += more
        return change


def _units(value: Decimal) -> int:
    return int(value.scaleb(_DIGITS))
