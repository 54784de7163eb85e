"""Class goals that differ from the profile's targets: bands, and buying without selling.

Loaded only when a run asks for one of them.
"""

from __future__ import annotations

from decimal import Decimal

from ..core.asset_classes import ASSET_CLASSES, TRADED_CLASSES
from ..core.numbers import ZERO
from ..core.portfolio import Portfolio
from ..core.profiles import Profile
from ..request.preferences import Band, Preferences

Goals = dict[str, Decimal]


def keeps_cash_funds(portfolio: Portfolio, profile: Profile, preferences: Preferences) -> bool:
    """Whether funds that count as cash are left alone: nothing is sold, or all is in its band."""
    band = preferences.band
    return preferences.no_sell or (band is not None and inside_band(portfolio, profile, band))


def class_goals(portfolio: Portfolio, profile: Profile, preferences: Preferences) -> Goals:
    """What each class should be worth under `preferences`, in base currency, summing to the whole.

    Inside the band that is what each is worth now.
    """
    total = portfolio.investable_value
    values = portfolio.class_values
    goals = {name: total * profile.percent[name] / 100 for name in ASSET_CLASSES}
    band = preferences.band
    if band is not None:
        if inside_band(portfolio, profile, band):
            return dict(values)
        if preferences.to_edge:
            goals = _edges(values, goals, _widths(profile, band, total))
    if preferences.no_sell:
        goals = _without_sales(values, goals, portfolio.cash)
    return goals


def inside_band(portfolio: Portfolio, profile: Profile, band: Band) -> bool:
    """Whether every class is within `band` of its target, the edge included."""
    total = portfolio.investable_value
    values, widths = portfolio.class_values, _widths(profile, band, total)
    return all(
        abs(values[name] - total * profile.percent[name] / 100) <= widths[name]
        for name in ASSET_CLASSES
    )


def _widths(profile: Profile, band: Band, total: Decimal) -> Goals:
    return {name: total * band.width(profile.percent[name]) / 100 for name in ASSET_CLASSES}


def _edges(values: Goals, targets: Goals, widths: Goals) -> Goals:
    """Each class at the nearest point of its band; what cash lacks comes from the overweight.

    Cash takes what is left. Where that is beyond its own band, classes on the other side of their
    targets move further in, in proportion to their distance.
    """
    goals = {
        name: min(max(values[name], targets[name] - widths[name]), targets[name] + widths[name])
        for name in TRADED_CLASSES
    }
    total = sum(targets.values(), ZERO)
    cash = total - sum(goals.values(), ZERO)
    nearest = min(max(cash, targets["CASH"] - widths["CASH"]), targets["CASH"] + widths["CASH"])
    missing = nearest - cash
    distance = {name: goals[name] - targets[name] for name in TRADED_CLASSES}
    helping = {name: gap for name, gap in distance.items() if gap * missing > 0}
    for name, gap in helping.items():
        goals[name] -= missing * gap / sum(helping.values(), ZERO)
    return {**goals, "CASH": total - sum(goals.values(), ZERO)}


def _without_sales(values: Goals, targets: Goals, cash: Decimal) -> Goals:
    """Nothing below its present value; free cash fills the most underweight class first.

    `cash` is what can be spent, without funds that count as cash. A class without holdings cannot
    be bought: its share stays in cash.
    """
    free = values["CASH"] - targets["CASH"]
    free -= sum((targets[name] for name in TRADED_CLASSES if not values[name]), ZERO)
    free = min(free, cash)
    gaps = {
        name: targets[name] - values[name]
        for name in TRADED_CLASSES
        if values[name] and targets[name] > values[name]
    }
    filled = _fill(gaps, min(max(free, ZERO), sum(gaps.values(), ZERO)))
    goals = {name: values[name] + filled.get(name, ZERO) for name in TRADED_CLASSES}
    goals.update({name: targets[name] for name in TRADED_CLASSES if not values[name]})
    total = sum(values.values(), ZERO)
    return {**goals, "CASH": total - sum(goals.values(), ZERO)}


def _fill(gaps: Goals, money: Decimal) -> Goals:
    """`money` given to the largest gaps until they are as small as the next, and so on."""
    filled: Goals = {}
    names = sorted(gaps, key=lambda name: (-gaps[name], name))
    for count, name in enumerate(names, 1):
        filled[name] = ZERO
        level = gaps[names[count]] if count < len(names) else ZERO
        even = min(money / count, gaps[name] - filled[name] - level)
        for one in filled:
            filled[one] += even
        money -= even * count
    return filled


def money_to_close(portfolio: Portfolio, profile: Profile) -> Decimal:
    """How much new money would bring every class to its target without any sale.

    The largest value / percent decides the whole; a class without holdings does not count.
    """
    values = portfolio.class_values
    wholes = [
        values[name] * 100 / profile.percent[name]
        for name in ASSET_CLASSES
        if profile.percent[name]
    ]
    return max(max(wholes) - portfolio.investable_value, ZERO)
