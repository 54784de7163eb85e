"""The shares that the plans of several accounts aim at together."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...core.asset_classes import ASSET_CLASSES
from ...core.format import percent
from ...core.numbers import ZERO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import PlanDocument


def targets_together(plans: Sequence[PlanDocument]) -> dict[str, str]:
    """What the plans of accounts of one base currency want of each class, in percent of all.

    An own target of symbols can want other shares of an account that does not hold them: then it
    is what the targets of all accounts come to.
    """
    whole = sum((Decimal(plan["investable_value"]) for plan in plans), ZERO)
    found = {}
    for name in ASSET_CLASSES:
        shares = [_target_of(plan, name) for plan in plans]
        if len(set(shares)) == 1:
            found[name] = shares[0]
            continue
        pairs = zip(shares, plans)
        wanted = sum(
            (Decimal(share) * Decimal(plan["investable_value"]) for share, plan in pairs), ZERO
        )
        found[name] = percent(wanted / 100, whole)
    return found


def _target_of(plan: PlanDocument, asset_class: str) -> str:
    return next(row["target_pct"] for row in plan["classes"] if row["asset_class"] == asset_class)
