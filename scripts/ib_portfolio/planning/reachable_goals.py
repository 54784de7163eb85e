"""What of a target can be reached: by sleeves that cannot all buy and sell, by whole units.

What one position or sleeve cannot take goes where it can: to the others of its sleeve, or nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_DOWN, Decimal

from ..core.asset_classes import CASH
from ..core.numbers import CENT, ZERO
from ..core.portfolio import Position
from .trading_terms import TradingTerms

Amounts = dict[str, Decimal]
Tradable = tuple[Position, TradingTerms]
# A unit above this part of the whole is not left to rounding: it could leave its class half a
# point off, and two of them a whole one.
_COARSE = Decimal("0.01")
_MOST_COARSE = 100


def reachable_goals(goals: Amounts, values: Amounts, fixed: Amounts, buyable: set[str]) -> Amounts:
    """`goals` of the sleeves as far as the orders can go that are possible at all.

    `values` are what the sleeves are worth, `fixed` what of them cannot be sold, and `buyable`
    those of which something can be bought. The share of a sleeve that cannot be bought stays where
    it is: sales go only as far as cash's own goal and the other purchases need. What cannot be sold
    is missing from the purchases. A sleeve of which nothing is wanted is sold all the same, for
    cash. All in base currency; the sum stays the same.
    """
    traded = [name for name in goals if name != CASH]
    over = {name: max(values[name] - max(goals[name], fixed[name]), ZERO) for name in traded}
    lacks = {
        name: max(goals[name] - values[name], ZERO) if name in buyable else ZERO for name in traded
    }
    for_cash = goals[CASH] - values[CASH]  # below zero: what cash has to spare
    all_over, all_lacks = sum(over.values(), ZERO), sum(lacks.values(), ZERO)
    if all_over == for_cash + all_lacks:
        return goals
    closed = sum((over[name] for name in traded if not goals[name]), ZERO)
    sold = min(all_over, max(for_cash + all_lacks, closed, ZERO))
    bought = min(all_lacks, max(sold - for_cash, ZERO))
    reachable = {
        name: values[name]
        - (_part(sold - closed, over[name], all_over - closed) if goals[name] else over[name])
        + _part(bought, lacks[name], all_lacks)
        for name in traded
    }
    total = sum(goals.values(), ZERO)
    return {**reachable, CASH: total - sum(reachable.values(), ZERO)}


def buyable_sleeves(rows: Sequence[Tradable], goals: Amounts, values: Amounts) -> set[str]:
    """The sleeves of which the `rows` can be bought: one unit is at most twice what it lacks.

    A unit is what orders are multiples of.
    """
    least: Amounts = {}
    for row, terms in rows:
        if not terms.may_buy:
            continue
        unit = row.unit_value * terms.step
        least[row.sleeve] = min(unit, least.get(row.sleeve, unit))
    return {name for name, unit in least.items() if unit <= 2 * (goals[name] - values[name])}


def _part(amount: Decimal, own: Decimal, whole: Decimal) -> Decimal:
    return amount * own / whole if own else ZERO


def share_among(tradable: Sequence[Tradable], wanted: Decimal, whole: Decimal) -> list[Decimal]:
    """What each of the `tradable` rows of a sleeve should be worth when they are `wanted` in all.

    In proportion to their values, but none below what of it must not be sold, and a row whose unit
    is more than a percent of the `whole` at a value that units of it come to; the others share what
    that leaves, none going the other way than the sleeve does. What is not held yet is bought in
    equal parts.
    """
    rows = [row for row, _ in tradable]
    values = [row.value for row in rows]
    total = sum(values, ZERO)
    # Equal sums must give the value itself, without the last digits of a division.
    if wanted == total:
        return values
    if not total:
        return [wanted / len(rows) for _ in rows]
    shared = _in_proportion(rows, wanted, {})
    pinned: dict[int, Decimal] = {}
    for at in _coarse(tradable, whole):
        if len(pinned) + 1 == len(rows):
            break
        units = _in_units(rows, at, tradable[at][1].step, shared[at], wanted, pinned)
        if units is not None:
            pinned[at] = units
            shared = _in_proportion(rows, wanted, pinned)
    return shared


def _coarse(rows: Sequence[Tradable], whole: Decimal) -> list[int]:
    """The places of the rows with large units, the largest first."""
    limit = whole * _COARSE
    units = ((row.unit_value * terms.step, at) for at, (row, terms) in enumerate(rows))
    found = [(-unit, rows[at][0].symbol, at) for unit, at in units if unit > limit]
    return [at for _, _, at in sorted(found)[:_MOST_COARSE]]


def _in_units(
    rows: Sequence[Position],
    at: int,
    step: Decimal,
    target: Decimal,
    wanted: Decimal,
    pinned: dict[int, Decimal],
) -> Decimal | None:
    """The value nearest to `target` that whole units more or less of a row come to.

    One unit less where the others would have to go the other way. None where they cannot take what
    is left, and where nothing of the row would be: a weight of nothing closes a position, which is
    not for rounding to decide, so its own part stays its weight.
    """
    row, unit = rows[at], rows[at].unit_value * step
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
        if value < CENT:
            return None
        if left > 0 and left >= least and (left - held) * sign >= 0:
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
