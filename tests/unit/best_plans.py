"""A plan beside doing nothing, and beside the best whole units that there are around it.

How far off a plan ends is the sum of what positions and classes lack, or have too much. Every plan
that is compared goes only towards its targets, keeps the cash at its floor after commissions, and
no class ends further off than it began.
"""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ib_portfolio.core.asset_classes import CASH
from ib_portfolio.core.numbers import ZERO, to_cents
from ib_portfolio.planning.orders.order import Order
from ib_portfolio.planning.plan import Plan

MOST_POSITIONS = 6
# Of the whole: how much further off than the best whole units around it a plan may end. Of 400
# ordinary accounts 99 in 100 are within 0.007, and the furthest is 0.013.
MOST_FURTHER_OFF = Decimal("0.02")
_CENT = Decimal("0.01")
_LEAST_COMMISSION = Decimal(5)


class Beside(NamedTuple):
    """How far off a plan ends, and the best of the whole units around it: of the whole."""

    found: Decimal
    best: Decimal
    unit: Decimal  # what the dearest unit is worth

    @property
    def further(self) -> Decimal:
        """How much further off the plan ends than the best."""
        return self.found - self.best


def worse_than_nothing(plan: Plan) -> Iterator[str]:
    """Where a plan without options leaves classes further from their targets than they began.

    All of them together by no more than a unit of the dearest and what all costs.
    """
    values, after, wanted = plan.portfolio.class_values, plan.values_after, plan.target.wanted
    costs = plan.total_commission + plan.total_taxes + plan.exchange_cost
    costs += abs(plan.accrued_interest)
    units = (
        row.unit_value * terms.step for row, terms in zip(plan.portfolio.traded, plan.target.terms)
    )
    room = max(units, default=ZERO) + costs + _CENT * (len(plan.orders) + 1)
    before_all = after_all = ZERO
    for name, goal in wanted.items():
        before, end = abs(values[name] - goal), abs(after[name] - goal)
        before_all, after_all = before_all + before, after_all + end
        if name != CASH and end > before + _CENT * len(plan.orders):
            yield f"{name} was {before:.2f} from its target and ends {end:.2f} from it"
    if plan.orders and after_all > before_all + room:
        yield f"the classes were {before_all:.2f} from their targets and end {after_all:.2f}"


def beside_the_best(plan: Plan) -> Optional[Beside]:
    """The plan beside the best units; None where there are too many rows, or its cash is short."""
    rows, target = plan.portfolio.traded, plan.target
    floor = target.cash_floor + plan.portfolio.set_aside + plan.exchange_cost
    if not rows or len(rows) > MOST_POSITIONS or plan.cash_after + plan.exchange_cost < floor:
        return None
    whole = plan.portfolio.investable_value
    moved = {id(order.position): order.moved for order in plan.orders}
    own = tuple(moved.get(id(row), ZERO) for row in rows)
    choices = [_choices(plan, at) for at in range(len(rows))]
    before = _gaps(plan, [ZERO] * len(rows))
    found = _off(plan, own)
    best = found
    for orders in itertools.product(*choices):
        cash = plan.portfolio.cash + sum((cash for _, cash in orders), ZERO)
        if cash < floor:
            continue
        moves = [move for move, _ in orders]
        gaps = _gaps(plan, moves)
        if all(gaps[name] <= before[name] + _CENT for name in gaps):
            best = min(best, _off(plan, moves))
    units = (row.unit_value * terms.step for row, terms in zip(rows, target.terms))
    return Beside(found / whole, best / whole, max(units) / whole)


def _choices(plan: Plan, at: int) -> List[Tuple[Decimal, Decimal]]:
    """What orders of a position around its part in its class move and bring, and none."""
    row, terms = plan.portfolio.traded[at], plan.target.terms[at]
    gap = plan.target.positions[at] - row.value
    found = [(ZERO, ZERO)]
    if not gap or not row.unit_value or (gap > 0 and not terms.may_buy):
        return found
    step = terms.step if gap > 0 else terms.sale_step(row.quantity)
    near = int(abs(gap) / (row.unit_value * step))
    own = next((abs(order.quantity) for order in plan.orders if order.position is row), ZERO)
    most = row.quantity if gap < 0 else None
    trimmed = terms.most_trimmed(row.quantity, row.by_face)
    for units in sorted({count * step for count in range(max(near - 1, 0), near + 3)} | {own}):
        if not units or (most is not None and units > trimmed and units != row.quantity):
            continue
        amount = to_cents(units * row.unit_value)
        signed = units if gap > 0 else -units
        order = Order(row, signed, amount, *plan.fees.charges(row, signed, amount))
        if order.cost < amount:
            found.append((order.moved, order.cash))
    return found


def _gaps(plan: Plan, moves: Sequence[Decimal]) -> Dict[str, Decimal]:
    """How far each class but cash is from its goal."""
    ends = dict.fromkeys(plan.target.goals, ZERO)
    for row in plan.portfolio.locked:
        for name, value in row.in_sleeves:
            ends[name] += value
    for row, move in zip(plan.portfolio.traded, moves):
        ends[row.sleeve] += row.value + move
    goals = plan.target.goals
    return {name: abs(ends[name] - goals[name]) for name in goals if name != CASH}


def _off(plan: Plan, moves: Sequence[Decimal]) -> Decimal:
    rows = zip(plan.portfolio.traded, moves, plan.target.parts or plan.target.positions)
    own = sum((abs(row.value + move - wanted) for row, move, wanted in rows), ZERO)
    return own + sum(_gaps(plan, moves).values(), ZERO)
