"""Goals of sleeves that differ from the profile's targets: bands, and buying without selling.

Loaded only when a run asks for one of them.
"""

from __future__ import annotations

from decimal import Decimal

from ..core.asset_classes import CASH
from ..core.messages import Refusal
from ..core.numbers import ZERO
from ..core.portfolio import Portfolio
from ..core.profiles import Profile
from ..request.preferences import Preferences
from .sleeves import Amounts, filled_sleeves, sleeve_targets, sleeve_values, traded_sleeves

# Of the band's width, where orders go from outside: its middle, half way to its edge, its edge.
_STOPS = {"target": Decimal(0), "half": Decimal("0.5"), "edge": Decimal(1)}


def keeps_cash_funds(portfolio: Portfolio, profile: Profile, preferences: Preferences) -> bool:
    """Whether funds that count as cash are left alone: nothing is sold, or all is in its band."""
    return preferences.no_sell or (
        preferences.band is not None and inside_band(portfolio, profile, preferences)
    )


def class_goals(portfolio: Portfolio, profile: Profile, preferences: Preferences) -> Amounts:
    """What each sleeve should be worth under `preferences`, in base currency, summing to the whole.

    Inside the band that is what each is worth now.
    """
    values, goals = sleeve_values(portfolio, profile), sleeve_targets(portfolio, profile)
    if preferences.band is not None:
        widths = band_widths(portfolio, profile, preferences)
        judged = judged_values(portfolio, profile, preferences)
        if _all_inside(judged, goals, widths):
            return _inside(values, goals, preferences.cash_flow, traded_sleeves(portfolio))
        stop = _STOPS[preferences.to]
        if stop or bands_apart(profile, preferences):
            goals = _outside_only(judged, goals, widths, stop)
    if preferences.no_sell:
        goals = _without_sales(values, goals, portfolio.free_cash, filled_sleeves(portfolio))
    return goals


def require_bands_of(profile: Profile, preferences: Preferences) -> None:
    """Refusal("band_of_nothing") for a band of a symbol that has no share of its own."""
    for name in preferences.own_bands:
        if name not in profile.percent:
            raise Refusal("band_of_nothing", name=name)


def bands_apart(profile: Profile, preferences: Preferences) -> bool:
    """Whether each sleeve acts on its own band alone: it has its own, or symbols are named."""
    return bool(preferences.own_bands) or profile.names_symbols


def inside_band(portfolio: Portfolio, profile: Profile, preferences: Preferences) -> bool:
    """Whether every sleeve is within its band of its target, the edge included."""
    values, targets = (
        judged_values(portfolio, profile, preferences),
        sleeve_targets(portfolio, profile),
    )
    return _all_inside(values, targets, band_widths(portfolio, profile, preferences))


def judged_values(portfolio: Portfolio, profile: Profile, preferences: Preferences) -> Amounts:
    """What bands are held against: what each sleeve is worth, in base currency.

    Where each acts on its own band, new money goes first into what is under its target.
    """
    values = sleeve_values(portfolio, profile)
    if preferences.cash_flow <= 0 or not bands_apart(profile, preferences):
        return values
    targets, traded = sleeve_targets(portfolio, profile), traded_sleeves(portfolio)
    return _inside(values, targets, preferences.cash_flow, traded)


def band_widths(portfolio: Portfolio, profile: Profile, preferences: Preferences) -> Amounts:
    """How far each sleeve may be from its target, in base currency.

    What is sold because the target does not name it has no band.
    """
    total = portfolio.investable_value
    return {
        name: total * band_points(preferences, name, percent) / 100
        if not profile.named or name in (*profile.named, CASH)
        else ZERO
        for name, percent in profile.percent.items()
    }


def band_points(preferences: Preferences, name: str, percent: Decimal) -> Decimal:
    """How far the sleeve `name`, with a target of `percent`, may be from it, in points."""
    band = preferences.own_bands.get(name, preferences.band)
    assert band is not None
    return band.width(percent)


def edge_of_cash(portfolio: Portfolio, profile: Profile, preferences: Preferences) -> Decimal:
    """The lower edge of cash's band, in base currency."""
    percent = profile.percent[CASH]
    edge = percent - band_points(preferences, CASH, percent)
    return portfolio.investable_value * edge / 100


def _all_inside(values: Amounts, targets: Amounts, widths: Amounts) -> bool:
    return all(abs(values[name] - targets[name]) <= width for name, width in widths.items())


def _inside(values: Amounts, targets: Amounts, cash_flow: Decimal, buyable: set[str]) -> Amounts:
    """What the sleeves are worth, but new money goes into those under their targets.

    A withdrawal that the cash is too little for comes from those over them.
    """
    traded = [name for name in values if name != CASH]
    spare = min(cash_flow, values[CASH] - targets[CASH])
    if spare > 0:
        gaps = _gaps(values, targets, buyable)
        more = _fill(gaps, min(spare, sum(gaps.values(), ZERO)))
        return _with_rest(values, {name: values[name] + more.get(name, ZERO) for name in traded})
    if cash_flow >= 0 or values[CASH] >= 0:
        return dict(values)
    # As the targets sum to what the values do, at least so much is over them.
    over = {name: max(values[name] - targets[name], ZERO) for name in traded}
    taken = _fill({name: gap for name, gap in over.items() if gap}, -values[CASH])
    return {**{name: values[name] - taken.get(name, ZERO) for name in traded}, CASH: ZERO}


def _outside_only(values: Amounts, targets: Amounts, widths: Amounts, stop: Decimal) -> Amounts:
    """Only what is outside its own band moves, to where `stop` says; cash takes what is left."""
    stops = {name: width * stop for name, width in widths.items()}
    return _with_cash(_stopped(values, targets, widths, stops), targets, widths, stops)


def _stopped(values: Amounts, targets: Amounts, widths: Amounts, stops: Amounts) -> Amounts:
    """What each sleeve but cash goes to: nowhere from inside, from outside as far as it may."""
    goals = {}
    for name in values:
        off = values[name] - targets[name]
        if name == CASH:
            continue
        goals[name] = values[name]
        if abs(off) > widths[name]:
            goals[name] = targets[name] + (stops[name] if off > 0 else -stops[name])
    return goals


def _with_cash(goals: Amounts, targets: Amounts, widths: Amounts, stops: Amounts) -> Amounts:
    """The goals with the cash that they leave, brought back where that is outside its own band.

    Below nothing is outside, however wide the band. Sleeves on the other side of their targets then
    move further in, in proportion to their distance, none past its target.
    """
    total = sum(targets.values(), ZERO)
    cash = total - sum(goals.values(), ZERO)
    middle, missing = targets[CASH], ZERO
    if cash > middle + widths[CASH]:
        missing = middle + stops[CASH] - cash
    elif cash < max(middle - widths[CASH], ZERO):
        missing = max(middle - stops[CASH], ZERO) - cash
    if missing:
        distance = {name: goals[name] - targets[name] for name in goals}
        helping = {name: gap for name, gap in distance.items() if gap * missing > 0}
        most = sum(helping.values(), ZERO)
        for name, gap in helping.items():
            goals[name] -= gap * min(missing / most, Decimal(1))
    return {**goals, CASH: total - sum(goals.values(), ZERO)}


def _gaps(values: Amounts, targets: Amounts, buyable: set[str]) -> Amounts:
    """What the sleeves that can be bought lack of their targets."""
    return {
        name: targets[name] - values[name]
        for name in values
        if name != CASH and name in buyable and targets[name] > values[name]
    }


def _with_rest(values: Amounts, goals: Amounts) -> Amounts:
    """The goals with the cash that is left of what all is worth."""
    return {**goals, CASH: sum(values.values(), ZERO) - sum(goals.values(), ZERO)}


def _without_sales(values: Amounts, targets: Amounts, cash: Decimal, filled: set[str]) -> Amounts:
    """Nothing below its present value; free cash fills the most underweight sleeve first.

    `cash` is what can be spent, without funds that count as cash. A sleeve without holdings cannot
    be bought: its share stays in cash.
    """
    traded = [name for name in values if name != CASH]
    unfilled = {name: targets[name] for name in traded if name not in filled}
    free = min(values[CASH] - targets[CASH] - sum(unfilled.values(), ZERO), cash)
    gaps = _gaps(values, targets, filled)
    more = _fill(gaps, min(max(free, ZERO), sum(gaps.values(), ZERO)))
    goals = {name: values[name] + more.get(name, ZERO) for name in traded}
    return _with_rest(values, {**goals, **unfilled})


def _fill(gaps: Amounts, money: Decimal) -> Amounts:
    """`money` given to the largest gaps until they are as small as the next, and so on."""
    filled: Amounts = {}
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
    """How much new money would bring every sleeve to its target without any sale.

    The largest value / percent of those that are bought decides the whole; cash can be spent.
    One without holdings, or without a share, does not count.
    """
    values = sleeve_values(portfolio, profile)
    wholes = [
        values[name] * 100 / profile.percent[name]
        for name in profile.traded
        if profile.percent[name]
    ]
    return max(max(wholes, default=ZERO) - portfolio.investable_value, ZERO)
