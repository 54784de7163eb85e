"""What the parts of a target (its sleeves: classes, and symbols that it names) are worth."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ..core.asset_classes import ASSET_CLASSES
from ..core.numbers import ZERO
from ..core.portfolio import Portfolio, Position
from ..core.profiles import Profile

Amounts = dict[str, Decimal]


def sleeve_values(portfolio: Portfolio, profile: Profile) -> Amounts:
    """What each sleeve of `profile` is worth, in base currency; CASH with the free cash."""
    if not profile.named:
        return portfolio.class_values
    return {**dict.fromkeys(profile.percent, ZERO), **portfolio.sleeve_values}


def sleeve_targets(portfolio: Portfolio, profile: Profile) -> Amounts:
    """What each sleeve of `profile` should be worth, in base currency."""
    total = portfolio.investable_value
    return {name: total * percent / 100 for name, percent in profile.percent.items()}


def sleeve_sums(rows: Iterable[Position], profile: Profile) -> Amounts:
    """What `rows` add to the value of each sleeve of `profile`."""
    sums = dict.fromkeys(profile.percent, ZERO)
    for row in rows:
        for name, value in row.in_sleeves:
            sums[name] += value
    return sums


def filled_sleeves(portfolio: Portfolio) -> set[str]:
    """The sleeves that have a position, or one that can be bought."""
    return {
        name
        for row in portfolio.positions
        if row.asset_class
        for name, value in row.in_sleeves
        if value or row.own_sleeve
    }


def class_percents(portfolio: Portfolio, profile: Profile) -> Amounts:
    """What a target wants of each asset class, in percent: its own share and that of its symbols.

    A mixed fund's share is divided as it is mixed, that of a symbol with holdings of several
    classes as their values are. The share of a symbol of which nothing is held is in the class that
    is told of it, if any is.
    """
    percents = {name: profile.percent[name] for name in ASSET_CLASSES}
    for name, asset_class in profile.classes_told.items():
        percents[asset_class] += profile.percent[name]
    rows: dict[str, list[Position]] = {}
    for row in portfolio.positions:
        if row.own_sleeve:
            rows.setdefault(row.own_sleeve, []).append(row)
    for name, same in rows.items():
        whole = sum((row.value for row in same), ZERO)
        for row in same:
            one = len({other.asset_class for other in same}) == 1
            share = Decimal(row is same[0]) if one else row.value / whole
            for asset_class, part in row.split(profile.percent[name] * share):
                percents[asset_class] += part
    return percents


def traded_sleeves(portfolio: Portfolio) -> set[str]:
    """The sleeves that have a position which may be bought and sold."""
    return {row.sleeve for row in portfolio.traded}
