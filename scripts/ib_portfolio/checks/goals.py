"""What each share of a target is to be worth where no option changes it, worked out again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from ..core.asset_classes import CASH
from .evidence import Holding

_ZERO = Decimal(0)


def reached_goals(
    bought: Sequence[tuple[Holding, Decimal]],
    wanted: dict[str, Decimal],
    totals: dict[str, Decimal],
    closing: Collection[str] = (),
) -> dict[str, Decimal]:
    """What is `wanted` of each share, but no sale is for a share that is not bought.

    That is one that lacks something while nothing of it is held or priced, or its smallest unit is
    more than twice as much. Where it has a part, the others sell only what the cash lacks of its
    own and other purchases need, each in proportion to what it has too much; what is `closing` is
    sold in any case. `bought` is what can be bought, each with what its smallest order is worth.
    """
    goals = dict(wanted)
    units: dict[str, Decimal] = {}
    for row, unit in bought:
        units[row.share] = min(unit, units.get(row.share, unit))
    lacks = {name: goals[name] - totals[name] for name in goals}
    traded = [name for name in goals if name != CASH]
    not_bought = {
        name
        for name in traded
        if lacks[name] > 0 and not units.get(name, 2 * lacks[name] + 1) <= 2 * lacks[name]
    }
    if not not_bought:
        return goals
    needed = lacks[CASH] + sum(
        (max(lacks[name], _ZERO) for name in traded if name not in not_bought), _ZERO
    )
    needed += sum((min(lacks[name], _ZERO) for name in closing), _ZERO)
    over = {name: -lacks[name] for name in traded if lacks[name] < 0 and name not in closing}
    most = sum(over.values(), _ZERO)
    for name, spare in over.items():
        goals[name] = totals[name] - min(max(needed, _ZERO), most) * spare / most
    for name in not_bought:
        if totals[name] or name in units:
            goals[name] = totals[name]
    return goals
