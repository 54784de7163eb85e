"""What bands make of a target, worked out again: only what is outside its own band moves."""

from __future__ import annotations

from decimal import Decimal

from ...core.asset_classes import CASH

Values = dict[str, Decimal]

_ZERO = Decimal(0)
# How much of its half width a share keeps from its centre when it is brought back.
_KEPT = {"edge": Decimal(1), "half": Decimal("0.5")}


def with_new_money(values: Values, centres: Values, money: Decimal, fillable: set[str]) -> Values:
    """The values after `money` went to the largest gaps: until they are level, and so on down.

    Only what the cash has above its own centre is spent.
    """
    left = min(money, values[CASH] - centres[CASH])
    gaps = {name: centres[name] - values[name] for name in fillable if name != CASH}
    gaps = {name: gap for name, gap in gaps.items() if gap > 0}
    level = _level(sorted(gaps.values()), left)
    found = dict(values)
    for name, gap in gaps.items():
        added = max(gap - level, _ZERO)
        found[name] += added
        found[CASH] -= added
    return found


def _level(gaps: list[Decimal], money: Decimal) -> Decimal:
    """To what the largest of the ascending `gaps` are cut where `money` is what that takes.

    None is cut where that is nothing or less, and all are closed where it is more than they take.
    """
    for count in range(1, len(gaps) + 1):
        largest = gaps[-count:]
        below = gaps[-count - 1] if count < len(gaps) else _ZERO
        level = (sum(largest, _ZERO) - money) / count
        if level >= below:
            return level
    return _ZERO


def outside(values: Values, centres: Values, widths: Values) -> set[str]:
    """The shares, cash among them, that are beyond the edge of their band."""
    return {name for name in values if abs(values[name] - centres[name]) > widths[name]}


def banded(values: Values, centres: Values, widths: Values, back_to: str) -> Values:
    """What each share is to be worth: outside, the centre, the edge or half way; cash the rest.

    Where that leaves the cash outside its own band, shares on the helping side of their centres
    bring it back, in proportion to their distance from them and none past them. No band lets the
    cash go below nothing.
    """
    kept, found = _KEPT.get(back_to, _ZERO), dict(values)
    for name in outside(values, centres, widths) - {CASH}:
        found[name] = centres[name] + _signed(widths[name] * kept, values[name] - centres[name])
    whole = sum(values.values(), _ZERO)
    cash = whole - sum((found[name] for name in found if name != CASH), _ZERO)
    centre, half = centres[CASH], widths[CASH] * kept
    back = _ZERO
    if cash > centre + widths[CASH]:
        back = centre + half - cash
    elif cash < max(centre - widths[CASH], _ZERO):
        back = max(centre - half, _ZERO) - cash
    if back:
        distances = {name: found[name] - centres[name] for name in found if name != CASH}
        helping = {name: gap for name, gap in distances.items() if gap * back > 0}
        there = abs(sum(helping.values(), _ZERO))
        for name, gap in helping.items():
            found[name] -= gap * abs(back) / there
    found[CASH] = whole - sum((found[name] for name in found if name != CASH), _ZERO)
    return found


def _signed(size: Decimal, like: Decimal) -> Decimal:
    return size if like > 0 else -size
