"""What each class is to be worth where no option changes it, worked out a second time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ..core.asset_classes import CASH, TRADED_CLASSES
from .evidence import Holding

_ZERO = Decimal(0)


def class_goals(
    bought: Sequence[tuple[Holding, Decimal]],
    percents: dict[str, Decimal],
    totals: dict[str, Decimal],
) -> dict[str, Decimal]:
    """The percentages of the whole, but no sale is for a class that is not bought.

    That is one that lacks something while nothing of it is held, or its smallest unit is more than
    twice as much. Where it has a share, another sells only what the cash lacks of its percentage.
    `bought` is what can be bought, each with what its smallest order is worth.
    """
    whole = sum(totals.values(), _ZERO)
    goals = {name: whole * percents[name] / 100 for name in totals}
    units: dict[str, Decimal] = {}
    for row, unit in bought:
        units[row.asset_class] = min(unit, units.get(row.asset_class, unit))
    lacks = {name: goals[name] - totals[name] for name in goals}
    not_bought = {
        name
        for name in TRADED_CLASSES
        if lacks[name] > 0 and not units.get(name, 2 * lacks[name] + 1) <= 2 * lacks[name]
    }
    for name in TRADED_CLASSES if not_bought else ():
        if name not in not_bought:
            goals[name] = max(goals[name], totals[name] - max(lacks[CASH], _ZERO))
        elif totals[name]:
            goals[name] = totals[name]
    return goals
