"""Checks of plans around what stays: their weights, and that each share goes where it can."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.plain_text import plain
from ..case import CENT, COARSE, ZERO, Case, Check, Problems, cents, name_of
from ..evidence import Holding
from ..target_checks import left_undone
from .asked import points_of_few
from .goals_around import goals_around, kept_value

_UNIT = Decimal("0.0001")  # of a weight


def weights_around(case: Case) -> Problems:
    """The weights of each class are its goal, and those of its holdings their parts of it.

    To a unit for each row. Rows with large units have a value that whole units come to, and what
    short calls rest on is never less than that.
    """
    goals = goals_around(case)
    if goals is None:
        return
    names = Counter(plain(row.symbol) for row in case.traded + case.locked)
    weighed = case.whole - min(goals[CASH], ZERO)
    room = _UNIT * (len(names) + 1)
    for share in case.traded_shares:
        rows = [row for row in case.traded if row.share == share]
        locked = [row for row in case.locked if row.share == share and not row.counted.parts]
        if any(names[plain(row.symbol)] > 1 for row in rows + locked) or not rows + locked:
            continue
        mixed = sum(
            (
                value
                for row in case.locked
                if row.counted.parts
                for name, value in row.in_shares
                if name == share
            ),
            ZERO,
        )
        told = sum((case.weights.get(plain(row.symbol), ZERO) for row in rows + locked), ZERO)
        wanted = (goals[share] - mixed) * 100 / weighed
        if rows and abs(told - wanted) > room:
            yield f"the weights of {share} come to {told}, not {wanted:.4f}"
        free = goals[share] - mixed - sum((cents(row.value) for row in locked), ZERO)
        large = sum((case.step_value(row) for row in rows if case.is_coarse(row)), ZERO)
        for row, part in _parts(rows, max(free, ZERO)):
            told = case.weights.get(plain(row.symbol), ZERO)
            if abs(told - part * 100 / weighed) > room + large * 100 / weighed:
                yield f"the weight of {plain(row.symbol)} is {told}, not {part * 100 / weighed:.4f}"


def _parts(rows: list[Holding], goal: Decimal) -> list[tuple[Holding, Decimal]]:
    """What each row should be worth by its value, and none less than what must be kept of it."""
    least = {id(row): kept_value(row) for row in rows}
    bound: set[int] = set()
    while True:
        free = [row for row in rows if id(row) not in bound]
        held = sum((cents(row.value) for row in free), ZERO)
        left = max(goal - sum((least[at] for at in bound), ZERO), ZERO)
        parts = [
            (row, least[id(row)] if id(row) in bound else left * cents(row.value) / held)
            if held or id(row) in bound
            else (row, left / len(free))
            for row in rows
        ]
        low = {id(row) for row, part in parts if part < least[id(row)]}
        if not low:
            return parts
        bound |= low


def directions_around(case: Case) -> Problems:
    """Every order goes towards the weight of its holding, and past it no further than it was off.

    What others of its class cannot take, for their large units, may come on top.
    """
    if goals_around(case) is None or not _no_other_order_decides(case):
        return
    names = Counter(plain(row.symbol) for row in case.traded + case.locked)
    # What is large for the orders is a percent of what is traded, and of the cash.
    moving = sum((cents(row.value) for row in case.traded), case.totals[CASH])
    large = dict.fromkeys(case.totals, ZERO)
    for row in case.traded:
        unit = case.step_value(row)
        large[row.share] += unit if unit > min(moving, case.whole) * COARSE else ZERO
    for trade, row in case.pairs:
        if row is None or row.share == CASH or names[plain(row.symbol)] > 1:
            continue
        wanted = case.weights.get(plain(row.symbol), ZERO) * case.weighed / 100
        before = cents(row.value) - wanted
        change = Decimal(trade["amount"]) * (-1 if trade["action"] == "SELL" else 1)
        room = case.weighed * _UNIT * (len(names) + 1) / 100 + case.step_value(row) + CENT
        away = before * change > 0 and abs(before) > room
        if away or abs(before + change) > abs(before) + room + large[row.share]:
            yield f"{name_of(trade)} ends {before + change:.2f} from its weight"


def left_around(case: Case) -> Problems:
    """A class ends within a step of what it can be worth, as far as cash allows."""
    goals = goals_around(case)
    if goals is None or not _no_other_order_decides(case):
        return
    # What calls rest on is no help where large units leave something to others.
    kept = {row.share for row in case.traded if row.kept}
    large = {row.share for row in case.traded if case.is_coarse(row)}
    names = [name for name in case.traded_shares if name not in kept & large]
    yield from left_undone(case._replace(goals=goals), names)


def _no_other_order_decides(case: Case) -> bool:
    """Whether no smallest order, cap, withdrawal or small number of orders holds orders back."""
    asked = case.evidence.asked
    few = points_of_few(case.evidence) is not None
    return not (few or {"min-trade", "max-turnover", "withdraw", "tax-aware"} & set(asked))


CHECKS = (
    Check("weights around what stays", weights_around),
    Check("orders around what stays", directions_around),
    Check("nothing left around what stays", left_around),
)
