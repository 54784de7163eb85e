"""Positions with large units: the whole ones that come nearest, with what others then do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_DOWN, Decimal

from ..core.numbers import ZERO
from ..core.record import Record
from .reachable_goals import Tradable, in_proportion

_MOST = 100  # positions of a sleeve
# Pairs are tried up to so many positions: of more, one at a time comes near enough.
_MOST_PAIRS = 12
_HALF = Decimal("0.5")
_LAST_DIGITS = Decimal("1e-9")  # of divisions, which depend on the order of the rows
_NOT_ALL = Decimal("0.999999")  # so that last digits are not taken for something that is left


class Large(Record):
    """A position with large units: what it wants, what one is worth, and how many there may be."""

    wanted: Decimal
    unit: Decimal
    most: int | None  # None for any number

    @property
    def around(self) -> tuple[int, int]:
        """The whole units next to what is wanted, the nearer first; twice the same at the most."""
        exact = self.wanted / self.unit
        nearest = int(exact.to_integral_value(ROUND_HALF_DOWN))
        other = int(exact) if nearest > exact else int(exact) + 1
        most = max(nearest, other) if self.most is None else self.most
        return min(nearest, most), min(other, most)

    @property
    def is_within(self) -> bool:
        """Whether there are as many units as come nearest."""
        return self.most is None or self.wanted <= (self.most + _HALF) * self.unit


class Chosen(Record):
    """How many units of each, and by how much the sleeve then misses its target."""

    counts: tuple[int, ...]
    missed: Decimal


def nearest_units(rows: Sequence[Large], rest: Decimal, most: Decimal | None) -> Chosen:
    """The whole units of `rows` that leave their sleeve nearest to its target.

    The others of the sleeve want `rest`, and may move from nothing to `most` (None: any amount), in
    base currency. They take what the large units leave; what they cannot take, the sleeve misses,
    which other sleeves and their positions miss as well. Single rows are changed, and pairs of
    them, for as long as that comes nearer.
    """
    around = [row.around for row in rows]
    offs = [[count * row.unit - row.wanted for count in one] for row, one in zip(rows, around)]
    changes = [(at,) for at in range(len(rows))]
    if len(rows) <= _MOST_PAIRS:
        changes += [(at, to) for to in range(len(rows)) for at in range(to)]

    def cost_of(picked: Sequence[int]) -> tuple[Decimal, Decimal]:
        moved = [off[pick] for off, pick in zip(offs, picked)]
        left = rest - sum(moved, ZERO)
        takes = max(left, ZERO) if most is None else min(max(left, ZERO), most)
        own = sum(map(abs, moved), ZERO) + abs(takes - rest)
        return own + 3 * abs(left - takes), left - takes

    picked = [0] * len(rows)
    best, missed = cost_of(picked)
    improved = True
    while improved:
        improved = False
        for places in changes:
            tried = [1 - pick if at in places else pick for at, pick in enumerate(picked)]
            cost, left = cost_of(tried)
            if cost < best - _LAST_DIGITS:
                picked, best, missed, improved = tried, cost, left, True
    return Chosen(tuple(one[pick] for one, pick in zip(around, picked)), missed)


def in_whole_units(
    rows: Sequence[Tradable], shared: list[Decimal], limit: Decimal
) -> list[Decimal]:
    """What the rows of a sleeve should be worth, in whole units where a unit is over the `limit`.

    `shared` are their own parts, in base currency; all keep theirs where the others cannot take
    what whole units leave. Not a row of which nothing would be left either: a weight of nothing
    closes a position, which is not for rounding to decide.
    """
    held = sum((row.value for row, _ in rows), ZERO)
    wanted = sum(shared, ZERO)
    large = _large_rows(rows, shared, limit, buys=wanted > held) if held else {}
    if not large or all(share == row.value for share, (row, _) in zip(shared, rows)):
        return shared
    rest = [at for at in range(len(rows)) if at not in large]
    wants = sum((abs(shared[at] - rows[at][0].value) for at in rest), ZERO)
    most, sign = None, 1
    if wanted < held:
        sign = -1
        most = sum((rows[at][0].value - rows[at][0].kept_value for at in rest), ZERO) * _NOT_ALL
    chosen = nearest_units(list(large.values()), wants, most)
    if chosen.missed:
        return shared
    moved = (sign * count * one.unit for count, one in zip(chosen.counts, large.values()))
    given = {at: rows[at][0].value + value for at, value in zip(large, moved)}
    return in_proportion([row for row, _ in rows], wanted, given)


def _large_rows(
    rows: Sequence[Tradable], shared: Sequence[Decimal], limit: Decimal, buys: bool
) -> dict[int, Large]:
    """The rows with large units by place, the largest first, and one row at least left out."""
    found: list[tuple[Decimal, str, int, Large]] = []
    for at, (row, terms) in enumerate(rows):
        unit = row.unit_value * terms.step
        if unit <= limit:
            continue
        units = (row.quantity - row.kept) / terms.step
        most = None if buys else int(units) - (not row.kept and units == int(units))
        large = Large(abs(shared[at] - row.value), unit, most)
        if large.is_within:
            found.append((-unit, row.symbol, at, large))
    found.sort()
    return {at: large for _, _, at, large in found[: min(_MOST, len(rows) - 1)]}
