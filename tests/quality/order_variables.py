"""The variables of an account's orders in a program: units, commissions, what they move.

Commissions are IBKR's for US shares by its Fixed plan, but that one is not rounded to cents.
"""

from __future__ import annotations

import math
from typing import Dict, List, NamedTuple, Sequence

import numpy as np
from measure import Case, End, Row, fee
from program import Program

Terms = Dict[int, float]  # factors by the number of a variable


class Order(NamedTuple):
    """The variables of an order: those of its units, and what each variable costs in dollars."""

    counts: List[int]
    costs: Terms


class Line(NamedTuple):
    """A position as the program sees it; values are in percent of the net asset value."""

    row: Row
    sign: int
    unit: float
    gap: float  # what it lacks, or has too much
    least: int  # units of the smallest order
    most: int


def order_of(program: Program, line: Line, cost: float) -> Order:
    """The variables of an order: in each range of IBKR's commission its units, and whether it is.

    Up to 100 dollars one percent, up to 200 shares one dollar, beyond that half a cent a share.
    """
    flat = math.ceil(100 / line.row.price)
    ranges = (
        (1, flat - 1, 0.0, line.row.price * 0.01),
        (flat, 200, 1.0, 0.0),
        (201, line.most, 0.0, 0.005),
    )
    counts, costs, any_order = [], {}, {}
    for low, high, an_order, a_unit in ranges:
        low, high = max(low, line.least), min(high, line.most)
        if low <= high:
            count = program.variable(0, high, whole=True)
            order = program.variable(0, 1, cost, whole=True)
            program.at_least({count: 1.0, order: -float(low)}, 0)
            program.at_least({order: float(high), count: -1.0}, 0)
            counts.append(count)
            costs.update({count: a_unit, order: an_order})
            any_order[order] = -1.0
    program.at_least(any_order, -1)
    return Order(counts, costs)


def class_terms(name: str, lines: Sequence[Line], orders: Sequence[Order]) -> Terms:
    """What orders add to a class, in percent of the net asset value."""
    return {
        count: line.sign * line.unit
        for line, order in zip(lines, orders)
        for count in order.counts
        if line.row.asset_class == name
    }


def cash_terms(lines: Sequence[Line], orders: Sequence[Order], part: float) -> Terms:
    """What orders add to the cash after their commissions, `part` percent for a dollar."""
    cash: Terms = {}
    for line, order in zip(lines, orders):
        cash.update((at, -line.sign * line.unit) for at in order.counts)
        for at, cost in order.costs.items():
            cash[at] = cash.get(at, 0.0) - cost * part
    return cash


def end_with(case: Case, lines: Sequence[Line], orders: Sequence[Order], values: np.ndarray) -> End:
    """Where the account ends with the orders that the variables' values say, to the cent."""
    sizes = [round(sum(values[at] for at in order.counts)) for order in orders]
    amounts = {
        line.row.symbol: line.sign * size * line.row.price
        for line, size in zip(lines, sizes)
        if size
    }
    paid = sum(fee(size, line.row.price) for line, size in zip(lines, sizes))
    return End(amounts, case.cash - sum(amounts.values()) - paid, len(amounts))
