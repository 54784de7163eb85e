"""The best orders that there are for an account, by mixed-integer programming (HiGHS in scipy).

The orders are those that a plan may have: whole units, sales at most of what is held, each position
only toward its target, no class further from its target than it began, cash after commissions at
least what it should be. Commissions are IBKR's for US shares, but that one is not rounded to cents.
"""

from __future__ import annotations

import math
from typing import Dict, List, NamedTuple, Optional, Sequence

from measure import BONDS, CASH, STOCKS, Case, End
from order_variables import (
    Line,
    Order,
    Terms,
    cash_terms,
    class_terms,
    end_with,
    order_of,
)
from outcomes import Best
from program import Program

# In accounts of more positions than this, no order is more than twice what a position lacks.
_MOST_UNBOUND = 25
_SLACK = 1e-7  # percent of the net asset value: the last digits of the solver


class Task(NamedTuple):
    """What is asked of the solver beside the account."""

    floor: float  # what cash has to be after the orders
    minimum: float = 0.0  # no order is smaller
    ends: Optional[Dict[str, float]] = None  # the fewest orders that end near these class values
    near: float = 0.25  # how near, in percent of the net asset value
    seconds: float = 10.0
    gap: float = 3e-4  # what of the result the solver need not prove


def best(case: Case, task: Task) -> Best:
    """The orders with the least deviation, or the fewest that end near enough."""
    program = Program()
    lines = _lines(case, task)
    orders = [order_of(program, line, 1.0 if task.ends else 0.0) for line in lines]
    moved = {name: class_terms(name, lines, orders) for name in (STOCKS, BONDS)}
    part = 100 / case.total
    cash = cash_terms(lines, orders, part)
    program.at_least(cash, (task.floor - case.cash) * part - _SLACK)
    _classes(program, case, {**moved, CASH: cash}, task)
    if task.ends is None:
        for line, order in zip(lines, orders):
            _position(program, line, order.counts)
    return _solved(program, case, task, lines, orders)


def _lines(case: Case, task: Task) -> List[Line]:
    targets, values, wanted = case.targets, case.class_values, case.class_targets
    part = 100 / case.total
    lines = []
    for row in case.rows:
        gap = targets[row.symbol] - row.value
        least = max(math.ceil(task.minimum / row.price - 1e-9), 1)
        lacks = abs(wanted[row.asset_class] - values[row.asset_class])
        most = row.quantity if gap < 0 else math.floor(2 * lacks / row.price)
        if len(case.rows) > _MOST_UNBOUND and not task.minimum and task.ends is None:
            most = min(most, 2 * math.ceil(abs(gap) / row.price))
        sign = 1 if gap > 0 else -1
        lines.append(Line(row, sign, row.price * part, abs(gap) * part, least, most))
    return [line for line in lines if line.most >= line.least and line.gap]


def _position(program: Program, line: Line, counts: Sequence[int]) -> None:
    """The deviation of a position, with the line through the two whole counts about its target."""
    off = program.variable(0, math.inf, cost=1.0)
    unit, gap = line.unit, line.gap
    program.at_least({off: 1.0, **dict.fromkeys(counts, unit)}, gap)
    program.at_least({off: 1.0, **dict.fromkeys(counts, -unit)}, -gap)
    below = math.floor(gap / unit)
    under, over = gap - below * unit, (below + 1) * unit - gap
    slope = under - over
    program.at_least({off: 1.0, **dict.fromkeys(counts, slope)}, under + slope * below)


def _classes(program: Program, case: Case, moved: Dict[str, Terms], task: Task) -> None:
    """The deviation of each class from its target, and from where it has to end."""
    part = 100 / case.total
    for name, terms in moved.items():
        gap = (case.class_targets[name] - case.class_values[name]) * part
        most = math.inf if name == CASH else abs(gap) + _SLACK
        off = program.variable(0, most, cost=1.0 if task.ends is None else 0.0)
        program.at_least({**terms, off: 1.0}, gap)
        program.at_least({**{at: -value for at, value in terms.items()}, off: 1.0}, -gap)
        if task.ends is not None:
            moves = (task.ends[name] - case.class_values[name]) * part
            program.at_least(terms, moves - task.near - _SLACK)
            program.at_least(
                {at: -value for at, value in terms.items()}, -moves - task.near - _SLACK
            )


def _solved(
    program: Program, case: Case, task: Task, lines: List[Line], orders: List[Order]
) -> Best:
    found = program.solve(task.seconds, task.gap)
    constant = 0.0
    if task.ends is None:
        traded = {line.row.symbol for line in lines}
        targets, part = case.targets, 100 / case.total
        still = (row for row in case.rows if row.symbol not in traded)
        constant = sum(abs(row.value - targets[row.symbol]) * part for row in still)
    bound = (found.bound or 0.0) + constant
    if found.values is None:
        return Best(End({}, case.cash), bound, 1.0, False)
    end = end_with(case, lines, orders, found.values)
    whole = found.objective + constant
    return Best(end, bound, max(whole - bound, 0.0) / whole if whole else 0.0, True)
