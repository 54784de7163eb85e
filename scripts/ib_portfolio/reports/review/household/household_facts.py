"""What the model is told of a household that is on the user's screen."""

from __future__ import annotations

from ....core.format import shown_hundredths, shown_money
from ....core.messages import Ours, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....core.reviews.household_review_document import HouseholdReview, HouseholdReviewDocument
    from ....core.reviews.household_strategy_document import (
        HouseholdStrategy,
        HouseholdStrategyDocument,
    )


def household_review_facts(document: HouseholdReviewDocument) -> str:
    """The main figures of all accounts together, a line each; their own where none can be."""
    household = document["household"]
    lines = [*_heading(document["command"], household)]
    part, base = household["concentration"], household["base_currency"]
    if base and part and part["effective_positions"] is not None:
        effective = part["effective_positions"]
        lines.append(say("fact_effective", count=part["positions"], effective=effective))
    bonds, income = household["bonds"], household["income"]
    if base and bonds and income and bonds["rows"]:
        lines.append(
            say(
                "fact_bonds",
                value=shown_money(bonds["value"], base),
                duration=shown_hundredths(bonds["duration"] or "0"),
                higher=shown_money(bonds["higher"], base),
                lower=shown_money(bonds["lower"], base),
            )
        )
        coupons = shown_money(income["coupon_total"], base)
        lines.append(say("fact_income", until=income["until"], coupons=coupons))
    for row in household["actions"]:
        sentence = say(
            "household_of", account=", ".join(row["accounts"]), text=Ours(row["sentence"])
        )
        lines.append(
            say(
                "fact_action",
                rank=row["rank"],
                sentence=Ours(sentence),
                figure=shown_money(row["figure"], base or ""),
                cost=shown_money(row["cost"], base or ""),
                command=Ours(row["command"]),
            )
        )
    return "\n".join([*lines, *household["warnings"]])


def household_strategy_facts(document: HouseholdStrategyDocument) -> str:
    """Every step of every account, a line each."""
    household = document["household"]
    lines = [*_heading(document["command"], household)]
    for stage in household["stages"]:
        heading = say(f"stage.{stage['stage']}")
        for step in stage["steps"]:
            text = say("household_of", account=step["account"], text=Ours(step["sentence"]))
            lines.append(f"{heading}: {text}")
    return "\n".join([*lines, *household["warnings"]])


def _heading(command: str, household: HouseholdReview | HouseholdStrategy) -> list[str]:
    """The household in a line, and each account in one."""
    lines = [
        say(
            "fact_review",
            command=command,
            account=row["account"],
            as_of=row["as_of"] or "unknown",
            value=shown_money(row["net_asset_value"], row["base_currency"]),
        )
        for row in household["members"]
    ]
    if household["base_currency"] and household["net_asset_value"]:
        whole = shown_money(household["net_asset_value"], household["base_currency"])
        return [*lines, say("household_whole", value=whole), say("household_note")]
    return [*lines, say("household_currencies")]
