"""Fills the document of a household: its classes before and after the plans of its accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ...core.asset_classes import ASSET_CLASSES, CASH
from ...core.format import money, percent, shown_money, shown_points, target_percent
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal
from ...core.plain_text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.household.household_document import (
        HouseholdBand,
        HouseholdDocument,
        HouseholdTotals,
    )
    from ...core.plan_document import PlanDocument
    from ...planning.household.joint_plan import JointGoals

_FAR = Decimal(1)  # percentage points


def household_document(
    documents: Sequence[PlanDocument], joint: JointGoals | None
) -> HouseholdDocument:
    """{"accounts": the plans, "household": their classes together}, without checks.

    `joint` is None where the accounts have different base currencies and are not added up.
    """
    currencies = {document["base_currency"] for document in documents}
    together: HouseholdTotals = {
        "base_currency": None,
        "classes": [],
        "bands": [],
        "investable_value": None,
        "notes": [],
        "warnings": [],
        "checks": [],
        "checks_not_applicable": [],
    }
    if joint is not None:
        together.update(_classes(documents, joint.class_percents))
        together["base_currency"] = currencies.pop()
        together["bands"] = _bands(joint)
        together["notes"], together["warnings"] = _notes(joint), _warnings(documents, joint)
    return {"accounts": list(documents), "household": together}


def _classes(documents: Sequence[PlanDocument], targets: Mapping[str, Decimal]) -> HouseholdTotals:
    """The classes of all accounts added up."""
    before, after = _class_sums(documents, "current_value"), _class_sums(documents, "after_value")
    total, total_after = sum(before.values(), ZERO), sum(after.values(), ZERO)
    return {
        "investable_value": money(total),
        "classes": [
            {
                "asset_class": name,
                "current_value": money(before[name]),
                "current_pct": percent(before[name], total),
                "target_pct": target_percent(targets[name]),
                "drift_pct": percent(before[name] - total * targets[name] / 100, total),
                "after_pct": percent(after[name], total_after),
            }
            for name in ASSET_CLASSES
        ],
    }


def _bands(joint: JointGoals) -> list[HouseholdBand]:
    whole = sum(joint.values.values(), ZERO)
    return [
        {
            "name": plain(share.name),
            "current_pct": percent(share.value, whole),
            "target_pct": target_percent(joint.profile.percent[share.name]),
            "drift_pct": percent(share.value - share.wanted, whole),
            "band_pct": plain_decimal(share.band),
            "inside": share.is_inside,
        }
        for share in joint.shares
    ]


def _class_sums(documents: Sequence[PlanDocument], field: str) -> dict[str, Decimal]:
    sums = dict.fromkeys(ASSET_CLASSES, ZERO)
    for document in documents:
        for share in document["classes"]:
            sums[share["asset_class"]] += Decimal(share[field])
    return sums


def _notes(joint: JointGoals) -> list[str]:
    return [say("household_in_band")] if joint.is_inside else []


def _warnings(documents: Sequence[PlanDocument], joint: JointGoals) -> list[str]:
    """The shares of the target that end more than a point from what was aimed at, and why."""
    whole, found = sum(joint.values.values(), ZERO), []
    for name, goal in joint.goals.items():
        off = (_after(documents, name) - goal) * 100 / whole
        if name != CASH and abs(off) > _FAR:
            key = "household_over" if off > 0 else "household_under"
            found.append(say(key, name=plain(name), points=shown_points(f"{abs(off):.4f}")))
    return found + _debts(documents)


def _debts(documents: Sequence[PlanDocument]) -> list[str]:
    """A warning of each account that ends in debt, and what cash the others have."""
    ends = [Decimal(document["summary"]["cash_after"]) for document in documents]
    beside = sum((end for end in ends if end > 0), ZERO)
    key = "household_owes_beside" if beside else "household_owes"
    base = documents[0]["base_currency"]
    return [
        say(
            key,
            account=plain(document["account"]),
            amount=shown_money(money(-end), base),
            cash=shown_money(money(beside), base),
        )
        for document, end in zip(documents, ends)
        if end < 0
    ]


def _after(documents: Sequence[PlanDocument], name: str) -> Decimal:
    """What a share of the target is worth after the plans of all accounts."""
    rows = (
        row
        for document in documents
        for row in document.get("sleeves", document["classes"])
        if row.get("name", row.get("asset_class")) == plain(name)
    )
    return sum((Decimal(row["after_value"]) for row in rows), ZERO)
