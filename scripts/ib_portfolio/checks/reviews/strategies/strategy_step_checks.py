"""The check of a strategy's steps: the figure and the day of each, and what its sentence says."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from ....core.plain_text import plain
from ...market.piece_rules import maturity_again
from ..bond_checks import BondAgain
from ..lot_day_checks import OF_PRICE, turning_again
from ..plan_part_checks import distances
from ..review_evidence import HALF_CENT, RawPosition
from .strategy_case import Strategy

Problems = Iterator[str]
# A step as it must be: its kind, its day, its figure, and to how much that is told.
_Step = tuple[str, str, Decimal, Decimal]
_ZERO = Decimal(0)
# Of these the sentence names the figure.
_NAMED = ("matured", "cash", "wait", "maturing", "turning", "loss", "beyond")


def wrong_steps(case: Strategy) -> Problems:
    """Each stage has the steps that the plan, the review and the raw rows lead to, and no other."""
    wanted = {
        "now": list(_now(case)),
        "month": list(_month(case)),
        "quarter": list(_quarter(case)),
        "year_end": [
            ("loss", row["free_from"], Decimal(row["total"]), _ZERO)
            for row in case.review["losses"]
        ],
        "later": list(_later(case)),
    }
    for stage in case.document["stages"]:
        left = wanted.pop(stage["stage"], [])
        for step in stage["steps"]:
            figure = Decimal(step["figure"] or 0)
            found = [
                one
                for one in left
                if one[:2] == (step["kind"], step["day"]) and abs(one[2] - figure) <= one[3]
            ]
            if not found:
                yield f"{stage['stage']}: {step['kind']} of {step['figure']} is not so"
                continue
            left.remove(min(found, key=lambda one, figure=figure: abs(one[2] - figure)))
            if step["kind"] in _NAMED and f"{abs(figure):,.2f}" not in step["sentence"]:
                yield f"{stage['stage']}: {step['sentence']} does not say {figure}"
        yield from (f"{stage['stage']}: {one[0]} of {one[2]:.2f} is missing" for one in left)


def _now(case: Strategy) -> Iterator[_Step]:
    plan, review = case.document["plan"], case.review
    for row in review["debits"]:
        yield "debit", "", -Decimal(row["value"]), _ZERO
    for raw in case.evidence.positions:
        if _has_matured(case, raw):
            yield "matured", "", raw.quantity * raw.rate, HALF_CENT
    cash = next(row for row in plan["classes"] if row["asset_class"] == "CASH")
    if Decimal(cash["drift_pct"]) < 0:
        of_classes = {**plan, "sleeves": []} if "sleeves" in plan else plan
        over, near = distances(of_classes)["CASH"]
        yield "cash", "", -over, near
    for row in review["idle_currencies"]:
        yield "idle", "", Decimal(row["value"]), _ZERO


def _has_matured(case: Strategy, raw: RawPosition) -> bool:
    """Whether it is one of the bonds that the review names, and not another of that symbol."""
    symbol, is_bond = plain(raw.symbol), raw.category in ("BOND", "BILL")
    if not is_bond or raw.quantity <= 0 or symbol not in case.review["bonds"]["matured"]:
        return False
    end = case.evidence.day(raw.row.get("maturity", "")) or maturity_again({}, symbol)
    return bool(end) and end <= case.document["as_of"]


def _month(case: Strategy) -> Iterator[_Step]:
    plan = case.document["plan"]
    if not plan["trades"]:
        return
    traded = sum((Decimal(row["amount"]) for row in plan["trades"]), _ZERO)
    yield "orders", "", traded, _ZERO
    sales = case.sales
    if sales:
        whole = sum((own.short + own.long for own in sales.values()), _ZERO)
        near = HALF_CENT + sum((own.near - HALF_CENT for own in sales.values()), _ZERO)
        yield "lots", "", whole, near
    ends = {id(own.raw): own.claim["maturity"] for own in case.bonds}
    for priority, own in sales.items():
        end = ends.get(id(case.traded[priority]), "")
        if own.long_from and not (end and end < own.long_from):
            yield "wait", own.long_from, own.short, own.near


def _edge(case: Strategy) -> str:
    day = datetime.date.fromisoformat(case.document["as_of"])
    return (day + datetime.timedelta(days=92)).isoformat()


def _maturing(own: BondAgain) -> _Step:
    return "maturing", own.claim["maturity"], own.raw.quantity * own.raw.rate, HALF_CENT


def _quarter(case: Strategy) -> Iterator[_Step]:
    if not case.document["as_of"]:
        return
    for own in case.bonds:
        if own.claim["maturity"] <= _edge(case):
            yield _maturing(own)
    ends = {id(own.raw): own.claim["maturity"] for own in case.bonds}
    for raw, lot, day, gain in turning_again(case.document["as_of"], case.evidence):
        if ends.get(id(raw), day) >= day:
            yield "turning", day, gain, HALF_CENT + lot.quantity * OF_PRICE


def _later(case: Strategy) -> Iterator[_Step]:
    until = case.document["until"]
    for own in case.bonds if case.document["as_of"] else ():
        day = own.claim["maturity"]
        if day > _edge(case) and (not until or day <= until):
            yield _maturing(own)
        if until and day > until:
            yield "beyond", day, own.raw.worth, _ZERO
