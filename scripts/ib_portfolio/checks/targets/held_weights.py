"""Weights where locks, bands, short calls or --no-sell keep shares from their plain targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.plain_text import plain
from ..case import ZERO, Case, Check, Problems, cash_kept, cents
from ..evidence import Holding

_UNIT = Decimal("0.0001")  # of a weight


def weights_that_are_kept(case: Case) -> Problems:
    """The weights of a share's holdings stand to each other as their values do, and so what is
    locked.

    Left out are names that stand for several rows, large units and what short calls keep.
    """
    names = Counter(plain(row.symbol) for row in case.traded + case.locked)
    for rows in _groups(case):
        if any(case.is_coarse(row) or row.kept or names[plain(row.symbol)] > 1 for row in rows):
            continue
        told = {plain(row.symbol): case.weights.get(plain(row.symbol), ZERO) for row in rows}
        held, given = sum((cents(row.value) for row in rows), ZERO), sum(told.values(), ZERO)
        for row in rows if held else ():
            part = given * cents(row.value) / held
            # Each tiny row has one unit of a weight, which others lack.
            if abs(told[plain(row.symbol)] - part) > _UNIT * (len(names) + 1):
                yield f"the weight of {plain(row.symbol)} should be {part:.4f} of {given:.4f}"


def weights_towards_target(case: Case) -> Problems:
    """The weights of each share lie between what it has and what the target wants of it.

    By a profile, where nothing is locked and no cash is owed or to be raised.
    """
    if not _owes_and_locks_nothing(case):
        return
    names = Counter(plain(row.symbol) for row in case.traded)
    for share in case.traded_shares:
        rows = [row for row in case.traded if row.share == share]
        if not rows or any(names[plain(row.symbol)] > 1 for row in rows):
            continue
        told = sum((case.weights.get(plain(row.symbol), ZERO) for row in rows), ZERO)
        ends = (case.totals[share] * 100 / case.whole, case.profile[share])
        coarse = sum((case.step_value(row) for row in rows if case.is_coarse(row)), ZERO)
        room = _UNIT * (len(names) + 1) + coarse * 100 / case.whole
        if not min(ends) - room <= told <= max(ends) + room:
            between = f"{min(ends):.4f} and {max(ends):.4f}"
            yield f"the weights of {share} come to {told}, not between {between}"


def _owes_and_locks_nothing(case: Case) -> bool:
    if case.shares.is_drawn or case.cash_funds:
        return False
    owes = case.totals[CASH] < 0 or cash_kept(case) < 0
    return not (case.locked or owes or case.raises_money())


def _groups(case: Case) -> Iterator[list[Holding]]:
    yield case.locked
    for share in case.traded_shares:
        yield [row for row in case.traded if row.share == share]


CHECKS = (
    Check("weights that are kept", weights_that_are_kept),
    Check("weights towards the target", weights_towards_target),
)
