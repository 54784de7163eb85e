"""What the model is told of a review or a strategy that is on the user's screen."""

from __future__ import annotations

from ...core.format import shown_hundredths, shown_money
from ...core.messages import Ours, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.review_document import ReviewDocument
    from ...core.reviews.strategy_document import StrategyDocument


def review_facts(document: ReviewDocument) -> str:
    """The main figures of a review, a line each."""
    base = document["base_currency"]
    part, costs, income = document["bonds"], document["costs"], document["income"]
    lines = [_heading(document)]
    effective = document["concentration"]["effective_positions"]
    if effective is not None:
        count = document["concentration"]["positions"]
        lines.append(say("fact_effective", count=count, effective=effective))
    if costs["commissions"] is not None and costs["basis_points"] is not None:
        paid = shown_money(costs["commissions"], base)
        lines.append(say("fact_costs", commissions=paid, points=costs["basis_points"]))
    if part["rows"]:
        lines.append(
            say(
                "fact_bonds",
                value=shown_money(part["value"], base),
                duration=shown_hundredths(part["duration"] or "0"),
                higher=shown_money(part["higher"], base),
                lower=shown_money(part["lower"], base),
            )
        )
        coupons = shown_money(income["coupon_total"], base)
        lines.append(say("fact_income", until=income["until"], coupons=coupons))
    lines += [
        say(
            "fact_action",
            rank=row["rank"],
            sentence=row["sentence"],
            figure=shown_money(row["figure"], base),
            cost=shown_money(row["cost"], base),
            command=Ours(row["command"]),
        )
        for row in document["actions"]
    ]
    return "\n".join(lines)


def strategy_facts(document: StrategyDocument) -> str:
    """Every step of a strategy, a line each."""
    lines = [_heading(document)]
    for stage in document["stages"]:
        heading = say(f"stage.{stage['stage']}")
        lines += [f"{heading}: {step['sentence']}" for step in stage["steps"]]
    return "\n".join(lines)


def _heading(document: ReviewDocument | StrategyDocument) -> str:
    return say(
        "fact_review",
        command=document["command"],
        account=document["account"],
        as_of=document["as_of"] or "unknown",
        value=shown_money(document["net_asset_value"], document["base_currency"]),
    )
