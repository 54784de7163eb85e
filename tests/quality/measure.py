"""How far a plan ends from its target, and the figures that sum that up over many accounts.

Needs nothing that is not part of Python, so that the tests of the runtime can test it.
"""

from __future__ import annotations

import math
from typing import Dict, List, Mapping, NamedTuple, Sequence

STOCKS, BONDS, CASH = "STK", "BOND", "CASH"


class Row(NamedTuple):
    """A position of an account: its class, its value, and what one unit is worth."""

    symbol: str
    asset_class: str
    quantity: int
    price: float

    @property
    def value(self) -> float:
        """What it is worth before the orders."""
        return self.quantity * self.price


class Case(NamedTuple):
    """An account and where it should go: percent of the net asset value by class."""

    name: str
    rows: Sequence[Row]
    cash: float
    percent: Mapping[str, float]

    @property
    def total(self) -> float:
        """The net asset value."""
        return self.cash + sum(row.value for row in self.rows)

    @property
    def class_values(self) -> Dict[str, float]:
        """What each class is worth before the orders."""
        values = {STOCKS: 0.0, BONDS: 0.0, CASH: self.cash}
        for row in self.rows:
            values[row.asset_class] += row.value
        return values

    @property
    def class_targets(self) -> Dict[str, float]:
        """What each class should be worth."""
        return {name: self.total * share / 100 for name, share in self.percent.items()}

    @property
    def targets(self) -> Dict[str, float]:
        """What each position should be worth: its part of its class stays what it is."""
        values, wanted = self.class_values, self.class_targets
        return {
            row.symbol: wanted[row.asset_class] * row.value / values[row.asset_class]
            for row in self.rows
        }


class End(NamedTuple):
    """What orders leave: the value that each moved (below zero for sales), and the cash."""

    moved: Mapping[str, float]
    cash: float
    orders: int = 0


class Deviation(NamedTuple):
    """How far an end is from the target, in percent of the net asset value."""

    position: float
    asset_class: float

    @property
    def both(self) -> float:
        """Of positions and classes together, which is what plans are to keep low."""
        return self.position + self.asset_class


def class_ends(case: Case, end: End) -> Dict[str, float]:
    """What each class is worth after the orders; costs are out of the cash."""
    values = {**case.class_values, CASH: end.cash}
    for row in case.rows:
        values[row.asset_class] += end.moved.get(row.symbol, 0.0)
    return values


def deviation(case: Case, end: End) -> Deviation:
    """How far the positions, and the classes with the cash, end from their targets."""
    targets, wanted, after = case.targets, case.class_targets, class_ends(case, end)
    rows = (row.value + end.moved.get(row.symbol, 0.0) - targets[row.symbol] for row in case.rows)
    classes = sum(abs(after[name] - wanted[name]) for name in wanted)
    part = 100 / case.total
    return Deviation(sum(map(abs, rows)) * part, classes * part)


def broken_rules(case: Case, end: End, floor: float) -> List[str]:
    """What of the orders that `end` comes of a plan may not have; commissions within a dollar."""
    targets, found = case.targets, []
    spent = end.cash - case.cash
    for row in case.rows:
        moved = end.moved.get(row.symbol, 0.0)
        units = moved / row.price
        spent += moved + fee(round(abs(units)), row.price)
        if abs(units - round(units)) > 1e-6:
            found.append(f"{row.symbol}: {units} units")
        if units < -row.quantity - 1e-6:
            found.append(f"{row.symbol}: sells {-units} of {row.quantity}")
        if moved * (targets[row.symbol] - row.value) < 0:
            found.append(f"{row.symbol}: moves away from its target")
    if abs(spent) > 1:
        found.append(f"{spent} of the cash is not accounted for")
    if end.cash < floor - 1:
        found.append(f"cash of {end.cash} where {floor} has to be left")
    return found


class Spread(NamedTuple):
    """What many figures come to."""

    mean: float
    median: float
    p95: float
    worst: float


def spread(figures: Sequence[float]) -> Spread:
    """Their mean, median, 95th percentile (the nearest rank) and worst."""
    ordered = sorted(figures)
    count = len(ordered)
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    rank = max(math.ceil(0.95 * count), 1) - 1
    return Spread(sum(ordered) / count, middle, ordered[rank], ordered[-1])


def is_better(one: Deviation, other: Deviation, least: float = 1e-6) -> bool:
    """Whether `one` is nearer than `other` on positions and on classes, by more than rounding."""
    return one.position < other.position - least and one.asset_class < other.asset_class - least


def over_best(ours: Sequence[float], best: Sequence[float]) -> float:
    """By how many percent the mean of ours is over that of the best."""
    least = sum(best)
    return (sum(ours) / least - 1) * 100 if least else 0.0


def fee(quantity: int, price: float) -> float:
    """What IBKR Pro Fixed takes for an order of US shares."""
    return round(min(max(quantity * 0.005, 1.0), quantity * price * 0.01), 2) if quantity else 0.0
