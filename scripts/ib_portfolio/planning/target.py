"""The target: what each position should be worth, and the weights that say so."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ..core.asset_classes import CASH, MIXED
from ..core.numbers import ZERO
from ..core.portfolio import Portfolio
from ..core.profiles import Profile
from ..core.record import Record
from .reachable_goals import Tradable, buyable_sleeves, reachable_goals, share_among
from .sleeves import filled_sleeves, sleeve_sums, sleeve_targets, sleeve_values
from .trading_terms import NO_LOTS, Lots, TradingTerms, trading_terms

# Weights are integers of 0.0001 percent, so that they can sum to exactly 100.
UNITS_PER_PERCENT = 10_000
WHOLE = 100 * UNITS_PER_PERCENT
_LAST_DIGITS = Decimal("1e-12")
# A unit above this part of the whole is not left to rounding: it could leave its class half a
# point off, and two of them a whole one.
COARSE = Decimal("0.01")


class Target(Record):
    """Where a portfolio should go; amounts in base currency, of its investable value.

    `wanted` is what the profile wants of each sleeve, `goals` what this plan aims at: the same
    unless the run asks for less, or a sleeve cannot be bought or sold. `positions` holds a target
    value for each of `Portfolio.traded`, in that order, and `parts` what it would be if large units
    could be divided (empty: the same), both unrounded; `weights` the whole target rounded to 0.0001
    percent by symbol, with all cash under `cash_key`. `cash` is what the free cash should be,
    without the funds that count as cash, and `cash_floor` what of it must be there after the
    orders: the same, but in an account of a household, which keeps to all together. `unfilled` are
    sleeves of which nothing is held, `stuck` those of which nothing may be traded: what they lack
    stays where it is. `terms` are those of each of `Portfolio.traded`.
    """

    profile: Profile
    wanted: dict[str, Decimal]
    goals: dict[str, Decimal]
    positions: tuple[Decimal, ...]
    parts: tuple[Decimal, ...]
    weights: dict[str, Decimal]
    cash_key: str
    cash: Decimal
    cash_floor: Decimal
    unfilled: dict[str, Decimal]
    stuck: dict[str, Decimal]
    terms: tuple[TradingTerms, ...]


def build_target(
    portfolio: Portfolio,
    profile: Profile,
    goals: dict[str, Decimal] | None = None,
    keep_cash_funds: bool = False,
    least_cash: Decimal | None = None,
    lots: Lots = NO_LOTS,
) -> Target:
    """The target of `portfolio` under `profile`: in each sleeve in proportion to current values.

    What is locked counts in its sleeve and keeps its value; the others of it share the rest.
    `goals`, summing to the investable value, replace the profile's values of the sleeves, and
    `least_cash` the profile's cash as what must be there after the orders. Funds that count as cash
    are sold as far as the cash is needed: they keep what the cash may be after the plan, and all
    that they have with `keep_cash_funds`. `lots` are the user's own, by upper-case symbol.
    """
    total, values = portfolio.investable_value, sleeve_values(portfolio, profile)
    wanted, filled = sleeve_targets(portfolio, profile), filled_sleeves(portfolio)
    asked = goals or wanted
    locked = sleeve_sums(portfolio.locked, profile)
    free = sleeve_sums(portfolio.traded, profile)
    unfilled = {name: wanted[name] for name in profile.traded if asked[name] and name not in filled}
    stuck = {
        name: asked[name] - locked[name]
        for name in profile.traded
        if locked[name] and not free[name] and asked[name] > locked[name]
    }
    fixed = dict(locked)
    for row in portfolio.traded:
        fixed[row.sleeve] += row.kept_value
    terms = trading_terms(portfolio.traded, lots)
    tradable = list(zip(portfolio.traded, terms))
    buyable = buyable_sleeves(tradable, asked, values)
    goals = reachable_goals(asked, values, fixed, buyable)
    cash = goals[CASH] - locked[CASH]
    # The last digits of divisions are no cash that a fund may keep.
    cash = cash if cash > _LAST_DIGITS else ZERO
    funds = free[CASH] if keep_cash_funds else min(free[CASH], cash)
    shared = {name: max(goals[name] - locked[name], ZERO) for name in profile.traded}
    positions, parts = _positions(tradable, {**shared, CASH: funds}, total)
    # No purchase needs more than the profile's cash, and none may take what a run asks to keep.
    aimed = min(goals[CASH], max(asked[CASH], wanted[CASH])) - locked[CASH]
    floor = aimed if least_cash is None else min(goals[CASH], least_cash) - locked[CASH]
    # An account of a household may owe, and go on to.
    owed = min(goals[CASH], ZERO)
    return Target(
        profile=profile,
        wanted=wanted,
        goals=goals,
        positions=positions,
        parts=parts,
        weights=_weights(portfolio, profile, positions),
        cash_key=f"{portfolio.base_currency}.CASH",
        cash=max(aimed - funds, owed),
        cash_floor=max(floor - funds, owed),
        unfilled=unfilled,
        stuck=stuck,
        terms=tuple(terms),
    )


def _positions(
    tradable: Sequence[Tradable], wanted: dict[str, Decimal], whole: Decimal
) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    """What the traded positions have of what is wanted of their sleeves, and their own parts."""
    values: dict[int, Decimal] = {}
    parts: dict[int, Decimal] = {}
    limit = whole * COARSE
    for name, amount in wanted.items():
        places = [at for at, (row, _) in enumerate(tradable) if row.sleeve == name]
        rows = [tradable[at] for at in places]
        shared = share_among([row for row, _ in rows], amount)
        parts.update(zip(places, shared))
        if any(row.unit_value * terms.step > limit for row, terms in rows):
            from .whole_units import in_whole_units

            shared = in_whole_units(rows, shared, limit)
        values.update(zip(places, shared))
    ordered = range(len(tradable))
    own = tuple(parts[at] for at in ordered) if parts != values else ()
    return tuple(values[at] for at in ordered), own


def _weights(
    portfolio: Portfolio, profile: Profile, positions: Sequence[Decimal]
) -> dict[str, Decimal]:
    """Percent by symbol, summing to exactly 100; rows of one symbol are added up.

    First the sleeves share the whole, so that each has its exact percentage, then their rows.
    """
    rows = [*portfolio.traded, *portfolio.locked]
    targets = [*positions, *(row.value for row in portfolio.locked)]
    cash = portfolio.investable_value - sum(targets, ZERO)
    # The last digits of divisions are no cash.
    cash = cash if cash > _LAST_DIGITS else ZERO
    groups = (*profile.percent, MIXED)
    sums = dict.fromkeys(groups, ZERO)
    for row, target in zip(rows, targets):
        sums[row.sleeve] += target
    sums[CASH] += cash
    shares = dict(zip(sums, apportion(WHOLE, list(sums.values()), list(sums))))
    units: dict[str, int] = {}
    for name in groups:
        own = [(row.symbol, target) for row, target in zip(rows, targets) if row.sleeve == name]
        if name == CASH:
            own.append((f"{portfolio.base_currency}.CASH", cash))
        parts = apportion(shares[name], [part for _, part in own], [symbol for symbol, _ in own])
        for (symbol, _), part in zip(own, parts):
            units[symbol] = units.get(symbol, 0) + part
    return {symbol: Decimal(count) / UNITS_PER_PERCENT for symbol, count in units.items()}


def apportion(units: int, amounts: Sequence[Decimal], names: Sequence[str]) -> list[int]:
    """`units` given out in proportion to `amounts` (none negative), summing to exactly `units`.

    Largest remainder, ties by larger amount, then name: every part is less than one unit from its
    exact share and a larger amount never gets less. Amounts whose share is under one unit get one
    all the same, before the others: a trade tool reads a weight of 0 as "sell everything".
    """
    if not any(amounts):
        return [units if not place else 0 for place in range(len(amounts))]
    tiny = _under_one(units, amounts)
    parts = dict.fromkeys(tiny, 1)
    rest = [place for place in range(len(amounts)) if place not in parts]
    shared = _largest_remainder(
        units - len(tiny), [amounts[place] for place in rest], [names[place] for place in rest]
    )
    parts.update(zip(rest, shared))
    return [parts[place] for place in range(len(amounts))]


def _under_one(units: int, amounts: Sequence[Decimal]) -> list[int]:
    """The places of amounts that get under one unit, also once those have one; [] if all do."""
    found: list[int] = []
    rest = [place for place, amount in enumerate(amounts) if amount]
    while len(found) < units:
        total = sum((amounts[place] for place in rest), ZERO)
        left = units - len(found)
        tiny = {place for place in rest if left * amounts[place] < total}
        if not tiny:
            return found
        found += sorted(tiny)
        rest = [place for place in rest if place not in tiny]
    return []


def _largest_remainder(units: int, amounts: list[Decimal], names: list[str]) -> list[int]:
    total = sum(amounts, ZERO)
    shares = [units * amount / total for amount in amounts]
    parts = [int(share) for share in shares]
    order = sorted(
        range(len(amounts)),
        key=lambda place: (parts[place] - shares[place], -amounts[place], names[place]),
    )
    for place in order[: units - sum(parts)]:
        parts[place] += 1
    return parts
