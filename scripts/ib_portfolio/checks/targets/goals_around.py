"""Goals where something stays as it is, or nothing is sold: worked out again, for the checks."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from ...core.asset_classes import CASH
from .asked import bands_by_share
from .band_goals import banded, with_new_money
from .shares import centres_of, is_inside, values_judged, wanted_values, widths_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..case import Case
    from ..evidence import Holding

_ZERO = Decimal(0)
_CENT = Decimal("0.01")
Values = dict[str, Decimal]


def goals_around(case: Case) -> Values | None:
    """What each share is to be worth around what is locked, kept under calls, or not sold.

    None where that is not told by the target alone: inside a band, without sales beside a band,
    for a household's account, where of funds that count as cash something stays, and without sales
    beside them in debt.
    """
    asked, free = case.evidence.asked, _free_cash(case)
    owes_beside_funds = "no-sell" in asked and free < 0 and free != case.totals[CASH]
    if case.evidence.part is not None or owes_beside_funds or stays_of(case)[CASH]:
        return None
    wanted = _wanted(case)
    return None if wanted is None else _reached(case, wanted)


def _free_cash(case: Case) -> Decimal:
    return case.evidence.cash.quantize(_CENT, ROUND_HALF_UP) - case.evidence.set_aside


def _wanted(case: Case) -> Values | None:
    shares, evidence, asked = case.shares, case.evidence, case.evidence.asked
    if "no-sell" in asked:
        return None if "band" in asked else _with_money_spent(case)
    if "band" in asked and is_inside(shares, evidence):
        return None
    if asked.get("to", "").strip().lower() != "edge" or bands_by_share(asked):
        return wanted_values(shares, evidence)
    values, widths = values_judged(shares, evidence), widths_of(shares, asked)
    return banded(values, centres_of(shares), widths, "edge")


def _with_money_spent(case: Case) -> Values:
    """Without sales: the cash over its own part goes to what lacks most, until gaps are level.

    The part of what is not held and has no price stays in cash, as do funds that count as cash.
    """
    centres = centres_of(case.shares)
    held = {row.share for row in case.traded}
    held |= {name for row in case.locked for name, _ in row.in_shares}
    absent = (centres[name] for name in case.traded_shares if name not in held)
    spare = case.totals[CASH] - centres[CASH] - sum(absent, _ZERO)
    return with_new_money(case.totals, centres, max(min(spare, _free_cash(case)), _ZERO), held)


def _reached(case: Case, wanted: Values) -> Values:
    """`wanted` as far as sales of what does not stay can pay for it, and purchases are possible."""
    stays = stays_of(case)
    over, lacks = {}, {}
    for name in case.traded_shares:
        over[name] = max(case.totals[name] - max(wanted[name], stays[name]), _ZERO)
        lack = wanted[name] - case.totals[name]
        lacks[name] = lack if lack > 0 and _smallest(case, name) <= 2 * lack else _ZERO
    there, asked_for = sum(over.values(), _ZERO), sum(lacks.values(), _ZERO)
    for_cash = wanted[CASH] - case.totals[CASH]
    closed = sum((over[name] for name in over if not wanted[name]), _ZERO)
    sold = max(min(there, for_cash + asked_for), closed, _ZERO)
    bought = min(max(sold - for_cash, _ZERO), asked_for)
    goals = {}
    for name in case.traded_shares:
        goals[name] = case.totals[name]
        if not wanted[name]:
            goals[name] -= over[name]
        elif over[name]:
            goals[name] -= over[name] * (sold - closed) / (there - closed)
        if lacks[name]:
            goals[name] += lacks[name] * bought / asked_for
    return {**goals, CASH: case.whole - sum(goals.values(), _ZERO)}


def stays_of(case: Case) -> Values:
    """What of each share cannot be sold: what is locked, and shares under short calls."""
    stays = dict.fromkeys(case.totals, _ZERO)
    for row in case.locked:
        for name, value in row.in_shares:
            stays[name] += value
    for row in case.traded:
        stays[row.share] += kept_value(row)
    return stays


def kept_value(row: Holding) -> Decimal:
    """What the shares of a holding that short calls rest on are worth."""
    if row.kept < row.quantity:
        return row.kept * row.unit
    return row.value.quantize(_CENT, ROUND_HALF_UP) if row.kept else _ZERO


def _smallest(case: Case, name: str) -> Decimal:
    """What the smallest order of a share is worth; more than all there is where none is bought."""
    units = (case.step_value(row) for row in case.traded if row.share == name)
    pieces = (unit for unit in units if unit)
    return min(pieces, default=4 * abs(case.whole))
