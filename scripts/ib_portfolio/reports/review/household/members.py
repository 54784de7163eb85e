"""What the documents of a household share: its accounts, its classes, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ....analysis.household_review import LossToTake
from ....analysis.other_accounts import OtherAccounts
from ....analysis.portfolio_review import Review
from ....core.format import money
from ....core.messages import Ours, say
from ....core.numbers import ZERO
from ....core.plain_text import plain
from ....core.portfolio import Portfolio
from ....core.record import Record
from ..review_document import loss_row, rounded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....core.household.household_document import HouseholdClass
    from ....core.plan_document import PlanDocument
    from ....core.reviews.household_review_document import AccountLoss, ClassTogether, MemberRow
    from ....core.reviews.review_document import ReviewDocument

_SHARE = "0.0001"  # the digits of a percentage


class Member(Record):
    """One account of a household: its checked plan and review, and the rest beside it."""

    review: Review
    others: OtherAccounts
    plan: PlanDocument
    document: ReviewDocument

    @property
    def account(self) -> str:
        """Its masked name."""
        return self.review.portfolio.account


def member_row(member: Member) -> MemberRow:
    """The account in a line, in its own base currency."""
    portfolio = member.review.portfolio
    return {
        "account": plain(member.account),
        "retirement": member.review.retirement,
        "base_currency": portfolio.base_currency,
        "as_of": portfolio.as_of,
        "net_asset_value": money(portfolio.net_asset_value),
        "cash": money(portfolio.cash),
        "trades": member.document["trades"],
    }


def classes_together(
    members: Sequence[Member], classes: Sequence[HouseholdClass]
) -> list[ClassTogether]:
    """The household's classes, beside its one target, with what they are worth after the plans."""
    return [{**row, "after_value": money(_after(members, row["asset_class"]))} for row in classes]


def _after(members: Sequence[Member], asset_class: str) -> Decimal:
    return sum(
        (
            Decimal(share["after_value"])
            for member in members
            for share in member.plan["classes"]
            if share["asset_class"] == asset_class
        ),
        ZERO,
    )


def loss_rows(losses: Sequence[LossToTake]) -> list[AccountLoss]:
    """The losses in their order, each with its account and the cost of its sale."""
    return [
        {
            **loss_row(row.loss),
            "account": plain(row.review.portfolio.account),
            "cost": money(row.cost),
            "cost_pct": rounded(row.cost_share, _SHARE),
            "cheapest": row.cheapest,
        }
        for row in losses
    ]


def gathered(texts: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """What is said of accounts: once what is said of all, the rest with the account before it."""
    common = _common(texts)
    own = [
        say("household_of", account=account, text=Ours(text))
        for account, rows in texts
        for text in rows
        if text not in common
    ]
    return [*common, *dict.fromkeys(own)]


def _common(texts: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    first, *rest = (rows for _, rows in texts)
    return [text for text in dict.fromkeys(first) if all(text in rows for rows in rest)]


def common_heading(members: Sequence[Member]) -> list[str]:
    """The lines that stand in the heading of every account."""
    return _common([(one.account, one.plan["heading_notes"]) for one in members])


def household_warnings(members: Sequence[Member], empty: Sequence[Portfolio]) -> list[str]:
    """The warnings of all plans, and what is not seen of an account."""
    found = gathered([(one.account, one.plan["warnings"]) for one in members])
    newest = latest_day(members)
    for member in members:
        portfolio, named = member.review.portfolio, {"account": member.account}
        if portfolio.as_of != newest:
            found.append(say("household_day", as_of=portfolio.as_of or "?", **named))
        if member.review.retirement:
            found.append(say("wash_retirement", **named))
        elif member.review.retirement is None:
            found.append(say("wash_type_unknown", **named))
    for portfolio in (*(one.review.portfolio for one in members), *empty):
        if portfolio.executions is None:
            found.append(say("wash_no_executions", account=portfolio.account))
    return found


def latest_day(members: Sequence[Member]) -> str:
    """The latest day of the accounts' prices."""
    return max(one.review.portfolio.as_of for one in members)
