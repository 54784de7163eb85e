"""How far the accounts of a household end from its target together; nothing but Python is needed.

What falls to each account is not given: classes are measured over all accounts, and a position by
the part that it had of its class in its account, whatever that class comes to there.
"""

from __future__ import annotations

from typing import Dict, Sequence

from measure import Case, Deviation, End, class_ends

Household = Sequence[Case]


def joint_total(household: Household) -> float:
    """What all accounts are worth."""
    return sum(case.total for case in household)


def joint_targets(household: Household) -> Dict[str, float]:
    """What each class should be worth over all accounts."""
    whole = joint_total(household)
    return {name: whole * share / 100 for name, share in household[0].percent.items()}


def joint_values(household: Household) -> Dict[str, float]:
    """What each class is worth over all accounts before the orders."""
    return _sums([case.class_values for case in household])


def joint_deviation(household: Household, ends: Sequence[End]) -> Deviation:
    """In percent of what all accounts are worth."""
    after = [class_ends(case, end) for case, end in zip(household, ends)]
    sums, targets = _sums(after), joint_targets(household)
    classes = sum(abs(sums[name] - target) for name, target in targets.items())
    positions = 0.0
    for case, end, values in zip(household, ends, after):
        before = case.class_values
        for row in case.rows:
            part = row.value / before[row.asset_class]
            value = row.value + end.moved.get(row.symbol, 0.0)
            positions += abs(value - part * values[row.asset_class])
    share = 100 / joint_total(household)
    return Deviation(positions * share, classes * share)


def _sums(rows: Sequence[Dict[str, float]]) -> Dict[str, float]:
    return {name: sum(row[name] for row in rows) for name in rows[0]}
