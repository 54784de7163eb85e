"""The check of what a household's strategy takes over from its checked review and plans."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..household_evidence import HouseholdCase


def parts_of_accounts(case: HouseholdCase) -> Iterator[str]:
    """Net asset values and cash are the review's, the orders are counted, no bond is worth none."""
    household, reviewed = case.household, case.reviewed
    if household["net_asset_value"] != reviewed["net_asset_value"]:
        yield f"the net asset value is not {reviewed['net_asset_value']}"
    for row, known, one in zip(household["members"], reviewed["members"], case.members):
        for name in ("net_asset_value", "cash"):
            if row[name] != known[name]:
                yield f"{row['account']}: {name} is not {known[name]}"
        if row["trades"] != len(one.member.plan["trades"]):
            yield f"{row['account']}: {row['trades']} orders"
    for row in household["horizons"]:
        if not row["bonds"] and (Decimal(row["value"]) or Decimal(row["higher"])):
            yield f"{row['horizon']}: no bond is worth {row['value']}"
