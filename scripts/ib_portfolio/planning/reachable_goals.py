"""What of a target can be reached: by sleeves that cannot all buy and sell, by whole units.

What one position or sleeve cannot take goes where it can: to the others of its sleeve, or nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ..core.asset_classes import CASH
from ..core.numbers import ZERO
from ..core.portfolio import Position
from .trading_terms import TradingTerms

Amounts = dict[str, Decimal]
Tradable = tuple[Position, TradingTerms]


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


def share_among(rows: Sequence[Position], wanted: Decimal) -> list[Decimal]:
    """What each of the rows of a sleeve should be worth when they are `wanted` in all.

    In proportion to their values, but none below what of it must not be sold. What is not held yet
    is bought in equal parts.
    """
    values = [row.value for row in rows]
    total = sum(values, ZERO)
    # Equal sums must give the value itself, without the last digits of a division.
    if wanted == total:
        return values
    if not total:
        return [wanted / len(rows) for _ in rows]
    return in_proportion(rows, wanted, {})


def in_proportion(
    rows: Sequence[Position], wanted: Decimal, given: Mapping[int, Decimal]
) -> list[Decimal]:
    """`wanted` less what is `given` to some, by place; the rest by value, none below its kept."""
    fixed = dict(given)
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
