"""What of a target can be reached: by classes that cannot all buy and sell, by whole units.

What one position or class cannot take goes where it can: to the others of its class, or nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_DOWN, Decimal

from ..core.asset_classes import CASH, TRADED_CLASSES
from ..core.numbers import ZERO
from ..core.portfolio import Position
from .trading_terms import Lots, terms_of

Amounts = dict[str, Decimal]
# A unit above this part of the whole is not left to rounding: it could leave its class half a
# point off, and two of them a whole one.
_COARSE = Decimal("0.01")
_MOST_COARSE = 100


def reachable_goals(goals: Amounts, values: Amounts, fixed: Amounts, buyable: set[str]) -> Amounts:
    """`goals` of the classes as far as the orders can go that are possible at all.

    `values` are what the classes are worth, `fixed` what of them cannot be sold, and `buyable` the
    classes of which something can be bought. The share of a class that cannot be bought stays where
    it is: sales go only as far as cash's own goal and the other purchases need. What cannot be sold
    is missing from the purchases. All in base currency; the sum stays the same.
    """
    over = {
        name: max(values[name] - max(goals[name], fixed[name]), ZERO) for name in TRADED_CLASSES
    }
    lacks = {
        name: max(goals[name] - values[name], ZERO) if name in buyable else ZERO
        for name in TRADED_CLASSES
    }
    for_cash = goals[CASH] - values[CASH]  # below zero: what cash has to spare
    all_over, all_lacks = sum(over.values(), ZERO), sum(lacks.values(), ZERO)
    if all_over == for_cash + all_lacks:
        return goals
    sold = min(all_over, max(for_cash + all_lacks, ZERO))
    bought = min(all_lacks, max(sold - for_cash, ZERO))
    reachable = {
        name: values[name]
        - _part(sold, over[name], all_over)
        + _part(bought, lacks[name], all_lacks)
        for name in TRADED_CLASSES
    }
    total = sum(goals.values(), ZERO)
    return {**reachable, CASH: total - sum(reachable.values(), ZERO)}


def buyable_classes(
    rows: Sequence[Position], goals: Amounts, values: Amounts, lots: Lots
) -> set[str]:
    """The classes of which the `rows` can be bought: one unit is at most twice what it lacks.

    A unit is what orders are multiples of; `lots` are the user's own, by upper-case symbol.
    """
    least: Amounts = {}
    for row in rows:
        if not terms_of(row, lots).may_buy:
            continue
        unit = _unit(row, lots)
        least[row.asset_class] = min(unit, least.get(row.asset_class, unit))
    return {name for name, unit in least.items() if unit <= 2 * (goals[name] - values[name])}


def _part(amount: Decimal, own: Decimal, whole: Decimal) -> Decimal:
    return amount * own / whole if own else ZERO


def share_among(
    rows: Sequence[Position], wanted: Decimal, whole: Decimal, lots: Lots
) -> list[Decimal]:
    """What each of the `rows` of a class should be worth when together they are to be `wanted`.

    In proportion to their values, but none below what of it must not be sold, and a row whose unit
    is more than a percent of the `whole` at a value that units of it come to; the others share what
    that leaves, none going the other way than the class does.
    """
    values = [row.value for row in rows]
    total = sum(values, ZERO)
    # Equal sums must give the value itself, without the last digits of a division.
    if wanted == total:
        return values
    shared = _in_proportion(rows, wanted, {})
    pinned: dict[int, Decimal] = {}
    for at in _coarse(rows, whole, lots):
        if len(pinned) + 1 == len(rows):
            break
        units = _in_units(rows, at, shared[at], wanted, pinned, lots)
        if units is not None:
            pinned[at] = units
            shared = _in_proportion(rows, wanted, pinned)
    return shared


def _coarse(rows: Sequence[Position], whole: Decimal, lots: Lots) -> list[int]:
    """The places of the rows with large units, the largest first."""
    found = [at for at, row in enumerate(rows) if _unit(row, lots) > whole * _COARSE]
    found.sort(key=lambda at: (-_unit(rows[at], lots), rows[at].symbol, at))
    return found[:_MOST_COARSE]


def _unit(row: Position, lots: Lots) -> Decimal:
    return row.unit_value * terms_of(row, lots).step


def _in_units(
    rows: Sequence[Position],
    at: int,
    target: Decimal,
    wanted: Decimal,
    pinned: dict[int, Decimal],
    lots: Lots,
) -> Decimal | None:
    """The value nearest to `target` that whole units more or less of a row come to.

    One unit less where the others would have to go the other way; None where they cannot take what
    is left.
    """
    row, unit = rows[at], _unit(rows[at], lots)
    step = terms_of(row, lots).step
    exact = abs(target - row.value) / unit
    nearest, fewest = exact.to_integral_value(ROUND_HALF_DOWN), exact // 1
    sign = 1 if target > row.value else -1
    most = (row.quantity - row.kept) // step if sign < 0 else nearest
    rest = [row for place, row in enumerate(rows) if place != at and place not in pinned]
    held = sum((one.value for one in rest), ZERO)
    least = sum((one.kept_value for one in rest), ZERO)
    for count in (nearest, fewest):
        value = row.value + sign * min(count, most) * unit
        left = wanted - value - sum(pinned.values(), ZERO)
        # A weight of nothing would close a position: that is not for rounding to decide.
        if value > 0 and left > 0 and left >= least and (left - held) * sign >= 0:
            return value
    return None


def _in_proportion(
    rows: Sequence[Position], wanted: Decimal, pinned: dict[int, Decimal]
) -> list[Decimal]:
    """`wanted` less what is pinned, by value, no row below what must be kept of it."""
    fixed = dict(pinned)
    while True:
        free = [at for at in range(len(rows)) if at not in fixed]
        left = max(wanted - sum(fixed.values(), ZERO), ZERO)
        held = sum((rows[at].value for at in free), ZERO)
        shared = {at: left * rows[at].value / held for at in free}
        low = [at for at in free if shared[at] < rows[at].kept_value]
        if not low:
            shared.update(fixed)
            return [shared[at] for at in range(len(rows))]
        fixed.update((at, rows[at].kept_value) for at in low)
