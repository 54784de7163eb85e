"""The best orders that there are for a household, by one program over all of its accounts.

Each class goes one way in all accounts and ends no further from the target than it began, no
account owes more than its plan leaves it owing, and the cash of all is at least its target, where
the plans reach it.
"""

from __future__ import annotations

import math
from typing import List, NamedTuple, Sequence, Tuple

from joint_measure import Household, joint_targets, joint_total, joint_values
from measure import BONDS, CASH, STOCKS, End, Row
from order_variables import Line, Order, Terms, cash_terms, class_terms, end_with, order_of
from program import Program

_SLACK = 1e-7  # percent: the last digits of the solver


class JointBest(NamedTuple):
    """Where the accounts end, and how low it is proved that nothing can be."""

    ends: Sequence[End]
    bound: float
    solved: bool


def joint_best(
    household: Household, floors: Sequence[float], least: float, seconds: float
) -> JointBest:
    """The orders with the least deviation; cash ends at least at each account's of the `floors`.

    Over all accounts it is at `least` that.
    """
    program, part = Program(), 100 / joint_total(household)
    placed: List[Tuple[List[Line], List[Order]]] = []
    moved: List[Terms] = []
    for case, floor in zip(household, floors):
        lines = [line for row in case.rows if (line := _line(household, row)).most]
        orders = [order_of(program, line, 0.0) for line in lines]
        placed.append((lines, orders))
        moved.append(cash_terms(lines, orders, part))
        program.at_least(moved[-1], (floor - case.cash) * part - _SLACK)
        for name in (STOCKS, BONDS):
            _positions(program, [row for row in case.rows if row.asset_class == name], placed[-1])
    cash = _joined(moved)
    have = sum(case.cash for case in household)
    program.at_least(cash, (least - have) * part - _SLACK)
    _classes(program, household, placed, cash)
    found = program.solve(seconds, 1e-3)
    if found.values is None:
        return JointBest([End({}, case.cash) for case in household], found.bound or 0.0, False)
    ends = [end_with(case, *own, found.values) for case, own in zip(household, placed)]
    return JointBest(ends, found.bound or 0.0, True)


def _line(household: Household, row: Row) -> Line:
    """A position as the program sees it: it may be sold whole, or bought as its class may."""
    part = 100 / joint_total(household)
    gap = joint_targets(household)[row.asset_class] - joint_values(household)[row.asset_class]
    most = row.quantity if gap < 0 else math.floor(2 * gap / row.price)
    return Line(row, 1 if gap > 0 else -1, row.price * part, 0.0, 1, most)


def _positions(
    program: Program, rows: Sequence[Row], placed: Tuple[List[Line], List[Order]]
) -> None:
    """The deviation of each position from the part that it had of its class in its account."""
    whole = sum(row.value for row in rows)
    own = {
        line.row.symbol: {count: line.sign * line.unit for count in order.counts}
        for line, order in zip(*placed)
    }
    moves = _joined([own.get(row.symbol, {}) for row in rows])
    for row in rows:
        share = row.value / whole
        terms = {at: -value * share for at, value in moves.items()}
        for at, value in own.get(row.symbol, {}).items():
            terms[at] += value
        _absolute(program, terms, 0.0, math.inf)


def _classes(
    program: Program,
    household: Household,
    placed: Sequence[Tuple[List[Line], List[Order]]],
    cash: Terms,
) -> None:
    part = 100 / joint_total(household)
    values, targets = joint_values(household), joint_targets(household)
    moved = {name: _joined([class_terms(name, *own) for own in placed]) for name in (STOCKS, BONDS)}
    for name, terms in {**moved, CASH: cash}.items():
        gap = (targets[name] - values[name]) * part
        _absolute(program, terms, gap, math.inf if name == CASH else abs(gap) + _SLACK)


def _absolute(program: Program, terms: Terms, gap: float, most: float) -> None:
    """Counts by how much the terms come to more or less than the gap."""
    off = program.variable(0, most, cost=1.0)
    program.at_least({**terms, off: 1.0}, gap)
    program.at_least({**{at: -value for at, value in terms.items()}, off: 1.0}, -gap)


def _joined(rows: Sequence[Terms]) -> Terms:
    return {at: value for row in rows for at, value in row.items()}
