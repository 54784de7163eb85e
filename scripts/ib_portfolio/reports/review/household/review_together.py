"""Fills the household's part of a review: the only place that writes its keys."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ....analysis.concentration import Share
from ....analysis.household_review import Together
from ....core.asset_classes import CASH
from ....core.format import money
from ....core.numbers import ZERO, to_cents
from ....core.plain_text import plain
from ....core.portfolio import Portfolio
from ...document.plan_writer import shown_source
from ..bonds_part import bonds_part
from ..review_document import (
    cash_row,
    costs_part,
    income_part,
    rounded,
    share_row,
    turning_row,
)
from ..section_parts import ALL
from .actions_together import actions_together
from .members import (
    Member,
    classes_together,
    common_heading,
    gathered,
    household_warnings,
    latest_day,
    loss_rows,
    member_row,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....core.household.household_document import HouseholdTotals
    from ....core.plan_document import CheckResult
    from ....core.reviews.household_review_document import (
        AccountCash,
        AccountTurning,
        ConcentrationTogether,
        HeldShare,
        HouseholdReview,
        HouseholdReviewDocument,
    )

COMMAND = "optimize-portfolio"


def household_review_document(
    members: Sequence[Member],
    together: Together | None,
    totals: HouseholdTotals,
    typed: str,
    empty: Sequence[Portfolio],
    notes: Sequence[str],
) -> HouseholdReviewDocument:
    """The accounts of `members` together, None where they cannot be added up; without checks.

    `totals` is what the checked plans of all come to, `typed` are their options as they are typed,
    `empty` the accounts that were left out, `notes` more lines of the heading.
    """
    return {
        "command": COMMAND,
        "household": _household(members, together, totals, typed, empty, notes),
        "accounts": [member.document for member in members],
    }


def with_household_checks(
    document: HouseholdReviewDocument, results: list[CheckResult]
) -> HouseholdReviewDocument:
    """`document` with the results of the household's self-check."""
    return {**document, "household": {**document["household"], "checks": results}}


def with_page_notes(
    document: HouseholdReviewDocument, notes: Sequence[str]
) -> HouseholdReviewDocument:
    """`document` with more lines in its heading."""
    household = document["household"]
    lines = [*household["heading_notes"], *notes]
    return {**document, "household": {**household, "heading_notes": lines}}


def _household(
    members: Sequence[Member],
    together: Together | None,
    totals: HouseholdTotals,
    typed: str,
    empty: Sequence[Portfolio],
    notes: Sequence[str],
) -> HouseholdReview:
    first = members[0].document
    plans = [member.plan for member in members]
    investable = sum((Decimal(plan["investable_value"]) for plan in plans), ZERO)
    found: HouseholdReview = {
        "profile": first["profile"],
        "typed_options": typed,
        "account_options": ALL,
        "source": first["source"],
        "shown_source": shown_source(plans[0]),
        "as_of": latest_day(members),
        "members": [member_row(member) for member in members],
        "base_currency": None,
        "net_asset_value": None,
        "investable_value": None,
        "trades": sum(len(plan["trades"]) for plan in plans),
        "classes": [],
        "concentration": None,
        "costs": None,
        "bonds": None,
        "income": None,
        "losses": [],
        "long_term_soon": [],
        "debits": [],
        "idle_currencies": [],
        "actions": [],
        "warnings": [*totals["warnings"], *household_warnings(members, empty)],
        "notes": gathered([(one.account, one.document["notes"]) for one in members]),
        "heading_notes": [*common_heading(members), *totals["notes"], *notes],
        "checks": [],
    }
    if together:
        found.update(
            base_currency=first["base_currency"],
            net_asset_value=money(together.net_asset_value),
            investable_value=money(investable),
            classes=classes_together(members, totals["classes"]),
            concentration=_concentration(members, together),
            costs=costs_part(together.costs, _cash_over(totals)),
            bonds=bonds_part(together.bonds),
            income=income_part(together.income),
            losses=loss_rows(together.losses),
            long_term_soon=_turning(members),
            debits=_cash(members, "debits"),
            idle_currencies=_cash(members, "idle"),
            actions=actions_together(members, together),
        )
    return found


def _cash_over(totals: HouseholdTotals) -> Decimal:
    """The cash of all accounts beyond what their one target wants, to the cent, not below 0."""
    (cash,) = (row for row in totals["classes"] if row["asset_class"] == CASH)
    whole = Decimal(totals["investable_value"] or 0)
    over = Decimal(cash["current_value"]) - whole * Decimal(cash["target_pct"]) / 100
    return to_cents(max(over, ZERO))


def _concentration(members: Sequence[Member], together: Together) -> ConcentrationTogether:
    found, whole = together.concentration, together.net_asset_value
    holders = {
        id(position): plain(member.account)
        for member in members
        for position in member.review.portfolio.positions
    }
    effective = found.effective
    return {
        "long_value": money(found.long_value),
        "positions": found.count,
        "effective_positions": None if effective is None else rounded(effective, "0.01"),
        "largest": _held(found.positions, whole, holders),
        "issuers": _held(found.issuers, whole, holders),
        "currencies": _held(found.currencies, whole, holders),
    }


def _held(shares: Sequence[Share], whole: Decimal, holders: dict[int, str]) -> list[HeldShare]:
    rows: list[HeldShare] = []
    for share in shares:
        row = share_row(share, whole)
        accounts = sorted({holders[id(position)] for position in share.positions})
        rows.append({**row, "symbols": list(dict.fromkeys(row["symbols"])), "accounts": accounts})
    return rows


def _turning(members: Sequence[Member]) -> list[AccountTurning]:
    rows: list[AccountTurning] = [
        {**turning_row(row), "account": plain(member.account)}
        for member in members
        for row in member.review.turning
    ]
    return sorted(rows, key=lambda row: (row["day"], row["symbol"], row["account"]))


def _cash(members: Sequence[Member], kind: str) -> list[AccountCash]:
    rows: list[AccountCash] = [
        {**cash_row(row), "account": plain(member.account)}
        for member in members
        for row in getattr(member.review, kind)
    ]
    return sorted(rows, key=lambda row: (-abs(Decimal(row["value"])), row["account"]))
