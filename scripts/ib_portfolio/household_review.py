"""/optimize-portfolio --account all: the household together, then each account; all checked."""

from __future__ import annotations

import json

from .analysis.household_review import household_together
from .analysis.other_accounts import Buyer, OtherAccounts
from .checked_review import (
    CheckedPlan,
    Household,
    ReviewedAccount,
    checked_review,
    require_passed,
)
from .checks.reviews.household_checks import check_household
from .checks.reviews.household_evidence import RawMember
from .checks.reviews.review_evidence import RawAccount
from .core.messages import say
from .core.record import Record
from .household import (
    HouseholdAccount,
    ReadHousehold,
    checked_household,
    for_account,
    planned_accounts,
    read_household,
)
from .reports.output_files import shown_path
from .reports.review.household.household_facts import household_review_facts
from .reports.review.household.members import Member
from .reports.review.household.review_together import (
    household_review_document,
    with_household_checks,
    with_page_notes,
)
from .reports.review.household.review_together_sections import household_review_sections
from .reports.review.saved_pages import files_of, write_page
from .reports.review.section_parts import ALL
from .reports.review.sections import sections_text
from .request.request import Request
from .request.review_request import account_words, typed_options
from .sources.flex_flows import FLOW_FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.household.household_document import HouseholdTotals
    from .core.reviews.household_review_document import HouseholdReviewDocument


class HouseholdReviewOutcome(Record):
    """A checked review of a household."""

    document: HouseholdReviewDocument

    def report(self, most: int = 0) -> str:
        """The report, lines of at most 75 columns; with `most` above 0 the household's part."""
        return sections_text(household_review_sections(self.document, most))

    def facts(self) -> str:
        """What a model is told of it."""
        return household_review_facts(self.document)

    def to_json(self) -> str:
        """The document as indented JSON."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


class ReviewedHousehold(Record):
    """The checked reviews of all accounts, what the checks read of them, and all together."""

    accounts: list[ReviewedAccount]
    members: list[Member]
    raw: list[RawMember]
    empty: list[RawAccount]  # those that hold nothing, whose purchases count
    totals: HouseholdTotals  # what the checked plans of all come to
    document: HouseholdReviewDocument


def review_household(request: Request, today: str | None = None) -> HouseholdReviewOutcome:
    """The checked review that `request` asks for; Refusal or Usage where there is none to trust."""
    files = files_of(request)
    document = reviewed_household(request, today).document
    if "html" in files:
        title = say("household_review_title", count=len(document["accounts"])).strip("= ")
        write_page([files["html"]], title, household_review_sections(document))
        notes = [say("page_written", path=shown_path(files["html"]))]
        document = with_page_notes(document, notes)
    return HouseholdReviewOutcome(document)


def reviewed_household(request: Request, today: str | None = None) -> ReviewedHousehold:
    """Every account of `request` with its checked plan and review, and all together.

    Refusal names the account (masked) that has no plan. `today` is as in reviewed_account.
    """
    household = read_household(request, FLOW_FIELDS)
    typed = typed_options(request._replace(account=""))
    planned = planned_accounts(household.accounts, today)
    checked = checked_household(planned, household.accounts)
    plans = [
        CheckedPlan(one.day, one.account.portfolio, plan, document, one.account.evidence)
        for one, plan, document in zip(household.accounts, planned.plans, checked["accounts"])
    ]
    accounts = [
        for_account(one, lambda one=one: _reviewed(household, plans, one, typed))
        for one in household.accounts
    ]
    members = [
        Member(one.review, others, one.planned.document, one.document)
        for one, others in zip(
            accounts, (_others(household, plans, own) for own in household.accounts)
        )
    ]
    raw = [
        RawMember(_raw(one), one.account.evidence, plan.document)
        for one, plan in zip(household.accounts, plans)
    ]
    empty = [_raw(one) for one in household.empty]
    document = household_review_document(
        members,
        household_together([one.review for one in accounts]),
        checked["household"],
        typed,
        [one.account.portfolio for one in household.empty],
        [household.empty_note] if household.empty else [],
    )
    results = check_household(document, raw, checked["household"], empty)
    require_passed(results)
    return ReviewedHousehold(
        accounts=accounts,
        members=members,
        raw=raw,
        empty=empty,
        totals=checked["household"],
        document=with_household_checks(document, results),
    )


def _reviewed(
    household: ReadHousehold, plans: list[CheckedPlan], own: HouseholdAccount, typed: str
) -> ReviewedAccount:
    """An account of the household with its review beside all others."""
    planned = next(plan for one, plan in zip(household.accounts, plans) if one is own)
    words = account_words(own.account.portfolio.account)
    one_currency = len({one.account.portfolio.base_currency for one in household.accounts}) == 1
    rest = Household(
        _others(household, plans, own),
        tuple(_raw(one) for one in household.everyone if one is not own),
    )
    named = ALL if one_currency else words
    return checked_review(planned, typed + named, named, rest)


def _others(
    household: ReadHousehold, plans: list[CheckedPlan], own: HouseholdAccount
) -> OtherAccounts:
    """The household beside one account: what each of the others bought, and what its plan buys."""
    rest = [one for one in household.everyone if one is not own]
    return OtherAccounts(
        tuple((_buyer(one), one.account.portfolio) for one in rest),
        tuple(
            (_buyer(one), planned.plan)
            for one, planned in zip(household.accounts, plans)
            if one is not own
        ),
    )


def _buyer(one: HouseholdAccount) -> Buyer:
    return Buyer(one.account.portfolio.account, bool(one.day.is_retirement))


def _raw(one: HouseholdAccount) -> RawAccount:
    base = one.account.portfolio.base_currency
    return RawAccount(one.day.account, one.day.rows, base, one.day.dates.slashed)
