"""Which step is exchanged next: the best of all moves, which are all tried here."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Iterator, Tuple

from ib_portfolio.planning.orders.traded_steps import TradedSteps


class State:
    """A state of lines as small numbers, so that ties and halves are common."""

    def __init__(self, random: Random) -> None:
        count, groups = random.randint(1, 5), random.randint(1, 3)
        self.steps = object.__new__(TradedSteps)
        own = self.steps
        own._step = [random.randint(1, 6) for _ in range(count)]
        own._half = [step // 2 for step in own._step]
        own._largest = max(own._step)
        own._cash = [random.choice((1, -1)) * step for step in own._step]
        own._rest = [random.randint(-9, 9) for _ in range(count)]
        own._group = [random.randrange(groups) for _ in range(count)]
        own._left = [random.randint(-9, 9) for _ in range(groups)]
        own._room = [random.randint(0, 3) for _ in range(count)]
        own._count = [random.randint(0, 3) for _ in range(count)]
        own._spare, own._aim = random.randint(-9, 9), random.randint(0, 6)
        self.kept, self.by_part = random.randrange(count), random.random() < 0.5

    def change(self, place: int, more: int) -> int:
        """How some steps more change what the line and its sleeve are off by."""
        own, value = self.steps, more * self.steps._step[place]
        rest, left = own._rest[place], own._left[own._group[place]]
        return abs(rest - value) - abs(rest) + abs(left - value) - abs(left)

    def spending(self) -> Iterator[Tuple[Fraction, int, int]]:
        """What each move that there is cash for changes, for what it moves if `by_part`."""
        own = self.steps
        for place in range(len(own._step)):
            for wanted in (own._rest[place], own._left[own._group[place]]):
                step, cash = own._step[place], own._cash[place]
                more = (2 * wanted + step) // (2 * step)
                more = max(min(more, own._room[place]), -own._count[place])
                if more * cash < -own._spare:
                    more = own._spare // step if more > 0 else -(own._spare // step)
                over = own._spare - own._aim
                change = self.change(place, more) + abs(over + more * cash) - abs(over)
                if change < 0 and place != self.kept:
                    yield Fraction(change, abs(more) * step if self.by_part else 1), place, more

    def raising(self) -> Iterator[Tuple[Fraction, int, int]]:
        """What each move that brings cash changes for what it brings of what is short."""
        own, short = self.steps, -self.steps._spare
        for place, (step, cash) in enumerate(zip(own._step, own._cash)):
            sign = 1 if cash > 0 else -1
            most = min(own._room[place] if sign > 0 else own._count[place], -(-short // step))
            few = 1
            if self.by_part:
                few = max((2 * sign * own._rest[place] + step) // (2 * step), 1)
            for steps in (min(few, most), most) if most and place != self.kept else ():
                change = self.change(place, sign * steps)
                yield Fraction(change, min(steps * step, short)), place, sign * steps


def test_the_move_that_follows_is_the_first_of_the_best() -> None:
    """Every move is tried here; the program passes over those that cannot help."""
    found = {"spending": 0, "raising": 0}
    for seed in range(6_000):
        state = State(Random(seed))
        kind = "raising" if state.steps._spare < 0 else "spending"
        rows = list(getattr(state, kind)())
        best = min(rows, key=lambda row: row[0], default=None)
        assert state.steps._next(state.kept, state.by_part) == (best and best[1:]), seed
        found[kind] += best is not None
    assert min(found.values()) > 1_000
