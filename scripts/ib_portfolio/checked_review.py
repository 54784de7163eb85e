"""The middle of both reviews: an account's review that passed its self-check, and its strategy."""

from __future__ import annotations

from typing import Protocol

from .analysis.other_accounts import ALONE, OtherAccounts
from .analysis.portfolio_review import Review, review_of
from .checks.evidence import Evidence
from .checks.reviews.review_checks import check_review
from .checks.reviews.review_evidence import RawAccount, RawPlan
from .core.messages import Refusal
from .core.portfolio import Portfolio
from .core.record import Record
from .reports.review.review_document import review_document, with_review_checks
from .sources.flex_account import AccountDay
from .sources.flex_flows import read_flows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.plan_document import CheckResult, PlanDocument
    from .core.reviews.review_document import ReviewDocument
    from .core.reviews.strategy_document import StrategyDocument
    from .planning.plan import Plan


class Reported(Protocol):
    """What a command of reviews leads to, of one account or of a household."""

    def report(self, most: int = 0) -> str:
        """The report, lines of at most 75 columns; with `most` above 0 as many rows a list."""

    def facts(self) -> str:
        """What a model is told of it."""

    def to_json(self) -> str:
        """The document as indented JSON."""


class CheckedPlan(Record):
    """An account with the plan that its profile leads to, checked."""

    day: AccountDay
    portfolio: Portfolio
    plan: Plan
    document: PlanDocument
    evidence: Evidence


class ReviewedAccount(Record):
    """A checked plan with the checked review beside it."""

    planned: CheckedPlan
    review: Review
    document: ReviewDocument


class Household(Record):
    """The rest of an account's household: as it is read, and as raw rows for the checks."""

    others: OtherAccounts = ALONE
    raw: tuple[RawAccount, ...] = ()


NO_HOUSEHOLD = Household()


def checked_review(
    planned: CheckedPlan, typed: str, account: str, household: Household = NO_HOUSEHOLD
) -> ReviewedAccount:
    """The review of `planned`, all checks passed; Refusal("check_failed") where one did not.

    `typed` and `account` are as in review_document.
    """
    day = planned.day
    review = review_of(planned.portfolio, read_flows(day), planned.plan, household.others)
    document = review_document(review, planned.document, typed, account)
    raw_plan = RawPlan(planned.document, planned.evidence)
    results = check_review(document, day.rows, day.dates.slashed, household.raw, raw_plan)
    require_passed(results)
    return ReviewedAccount(planned, review, with_review_checks(document, results))


def checked_strategy(
    account: ReviewedAccount, horizon: str, notes: tuple[str, ...] = ()
) -> StrategyDocument:
    """The strategy of `account` with the results of all checks; `notes` are lines of its heading.

    Refusal("check_failed") where one did not pass.
    """
    # A review goes without it.
    from .checks.reviews.strategy_checks import check_strategy
    from .reports.review.strategy_document import strategy_document, with_strategy_checks

    plan, day = account.planned.document, account.planned.day
    document = strategy_document(account.review, account.document, plan, horizon, notes)
    results = check_strategy(document, account.document, day.rows, day.dates.slashed)
    require_passed(results)
    results = [*plan["checks"], *account.document["checks"], *results]
    return with_strategy_checks(document, results)


def require_passed(results: list[CheckResult]) -> None:
    """Refusal("check_failed") that names the checks that did not pass."""
    failed = [result for result in results if not result["passed"]]
    if failed:
        named = "; ".join(f"{result['name']} ({result['detail']})" for result in failed)
        raise Refusal("check_failed", named=named)
