"""The target: what each position should be worth, and the weights that say so."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from ..core.asset_classes import ASSET_CLASSES, CASH, MIXED, TRADED_CLASSES
from ..core.numbers import ZERO
from ..core.portfolio import Portfolio, Position
from ..core.profiles import Profile

# Weights are integers of 0.0001 percent, so that they can sum to exactly 100.
UNITS_PER_PERCENT = 10_000
WHOLE = 100 * UNITS_PER_PERCENT
_LAST_DIGITS = Decimal("1e-12")


class Target(NamedTuple):
    """Where a portfolio should go; amounts in base currency, of its investable value.

    `classes` is what the profile wants of each class, `goals` what this plan aims at: the same
    unless the run asks for less. `positions` holds a target value for each of `Portfolio.traded`,
    in that order, unrounded; `weights` the whole target rounded to 0.0001 percent by symbol, with
    all cash under `cash_key`. `unfilled` are classes of which nothing is held, `stuck` those
    of which nothing may be traded: what they lack stays in cash, which `cash_floor` counts in.
    That is of the cash alone, without the funds that count as cash.
    """

    profile: Profile
    classes: dict[str, Decimal]
    goals: dict[str, Decimal]
    positions: tuple[Decimal, ...]
    weights: dict[str, Decimal]
    cash_key: str
    cash_floor: Decimal
    unfilled: dict[str, Decimal]
    stuck: dict[str, Decimal]


def build_target(
    portfolio: Portfolio,
    profile: Profile,
    goals: dict[str, Decimal] | None = None,
    keep_cash_funds: bool = False,
) -> Target:
    """The target of `portfolio` under `profile`: in each class in proportion to current values.

    What is locked counts in its class and keeps its value; the others of the class share the rest.
    `goals`, summing to the investable value, replace the profile's values of the classes. Funds
    that count as cash are sold as far as the cash is needed: they keep what the cash may be after
    the plan, and all that they have with `keep_cash_funds`.
    """
    total, values = portfolio.investable_value, portfolio.class_values
    classes = {name: total * profile.percent[name] / 100 for name in ASSET_CLASSES}
    goals = goals or classes
    locked = _class_sums(portfolio.locked)
    free = _class_sums(portfolio.traded)
    unfilled = {name: goals[name] for name in TRADED_CLASSES if goals[name] and not values[name]}
    stuck = {
        name: goals[name] - locked[name]
        for name in TRADED_CLASSES
        if locked[name] and not free[name] and goals[name] > locked[name]
    }
    kept = sum(unfilled.values(), ZERO) + sum(stuck.values(), ZERO)
    cash = max(goals[CASH] - locked[CASH], ZERO) + kept
    funds = free[CASH] if keep_cash_funds else min(free[CASH], cash)
    wanted = {name: max(goals[name] - locked[name], ZERO) for name in TRADED_CLASSES}
    wanted[CASH] = funds
    positions = tuple(_value(row, wanted, free) for row in portfolio.traded)
    return Target(
        profile=profile,
        classes=classes,
        goals=goals,
        positions=positions,
        weights=_weights(portfolio, positions),
        cash_key=f"{portfolio.base_currency}.CASH",
        cash_floor=max(cash - funds, ZERO),
        unfilled=unfilled,
        stuck=stuck,
    )


def _class_sums(rows: Sequence[Position]) -> dict[str, Decimal]:
    sums = dict.fromkeys(ASSET_CLASSES, ZERO)
    for row in rows:
        for name, value in row.in_classes:
            sums[name] += value
    return sums


def _value(row: Position, wanted: dict[str, Decimal], free: dict[str, Decimal]) -> Decimal:
    """The position's part of what is wanted of its class beside what is locked of it."""
    name = row.asset_class
    # Equal sums must give the value itself, without the last digits of a division.
    return row.value if wanted[name] == free[name] else wanted[name] * row.value / free[name]


def _weights(portfolio: Portfolio, positions: Sequence[Decimal]) -> dict[str, Decimal]:
    """Percent by symbol, summing to exactly 100; rows of one symbol are added up.

    First the classes share the whole, so that each has its exact percentage, then their rows.
    """
    rows = [*portfolio.traded, *portfolio.locked]
    targets = [*positions, *(row.value for row in portfolio.locked)]
    cash = portfolio.investable_value - sum(targets, ZERO)
    # The last digits of divisions are no cash.
    cash = cash if cash > _LAST_DIGITS else ZERO
    groups = (*ASSET_CLASSES, MIXED)
    sums = dict.fromkeys(groups, ZERO)
    for row, target in zip(rows, targets):
        sums[row.asset_class] += target
    sums[CASH] += cash
    shares = dict(zip(sums, apportion(WHOLE, list(sums.values()), list(sums))))
    units: dict[str, int] = {}
    for name in groups:
        own = [
            (row.symbol, target) for row, target in zip(rows, targets) if row.asset_class == name
        ]
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
