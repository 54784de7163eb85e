"""Orders where a unit is a large part of the whole: as it comes, or the large ones first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ...core.numbers import ZERO
from ..whole_units import Large, nearest_units
from .sizing_lines import Group, Line


def whole_steps(groups: Sequence[Group], limit: Decimal) -> Iterator[tuple[Line, int]]:
    """The steps of each line whose step is over the `limit` that leave its sleeve nearest.

    The others of the sleeve are to take the rest.
    """
    for group in groups:
        large = [line for line in group.lines if line.step_value > limit]
        large.sort(key=lambda line: (-line.step_value, line.name))
        small = [line for line in group.lines if line.step_value <= limit]
        wanted = sum((line.wanted for line in small), ZERO)
        most = sum((line.room * line.step_value for line in small), ZERO)
        rows = [Large(line.wanted, line.step_value, line.room) for line in large]
        chosen = nearest_units(rows, wanted, most if group.lines[0].sign < 0 else None)
        for line, count in zip(large, chosen.counts):
            yield line, min(count, int(group.may_take / line.step_value))
