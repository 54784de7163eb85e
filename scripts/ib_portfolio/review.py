"""The story of `/optimize-portfolio`: what a statement proves, checked, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .analysis.portfolio_review import Review, review_of
from .checked_plan import checked_plan, statement_account, statement_path
from .checks.reviews.review_checks import check_review
from .core.messages import Refusal, Usage, say
from .reports.output_files import shown_path
from .reports.review.review_document import (
    COMMAND,
    review_document,
    with_heading_note,
    with_review_checks,
)
from .reports.review.review_sections import review_sections
from .reports.review.saved_pages import files_of, write_page
from .reports.review.sections import sections_text
from .request.request import Request
from .request.review_request import account_words, typed_options
from .sources.flex_account import AccountDay, account_day
from .sources.flex_flows import FLOW_FIELDS, read_flows
from .sources.flex_xml import read_flex

if TYPE_CHECKING:
    from .core.plan_document import CheckResult, PlanDocument
    from .core.reviews.review_document import ReviewDocument


class ReviewOutcome(NamedTuple):
    """A checked review."""

    document: ReviewDocument

    def report(self, most: int = 0) -> str:
        """The report, lines of at most 75 columns; with `most` above 0 as many rows a list."""
        return sections_text(review_sections(self.document, most))

    def to_json(self) -> str:
        """The document as indented JSON."""
        import json

        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


class ReviewedAccount(NamedTuple):
    """A review with the plan beside it, and the raw account that both were checked against."""

    day: AccountDay
    review: Review
    plan_document: PlanDocument
    document: ReviewDocument


def review_portfolio(request: Request, today: str | None = None) -> ReviewOutcome:
    """The checked review that `request` asks for; Refusal or Usage where there is none to trust."""
    files = files_of(request)
    document = reviewed_account(request, COMMAND, today).document
    if "html" in files:
        write_page([files["html"]], say("review_title").strip("= "), review_sections(document))
        note = say("page_written", path=shown_path(files["html"]))
        document = with_heading_note(document, note)
    return ReviewOutcome(document)


def reviewed_account(request: Request, command: str, today: str | None = None) -> ReviewedAccount:
    """The one account of `request` with its checked plan and review, for `command`.

    `today` (YYYY-MM-DD) is what staleness is measured from.
    """
    if request.account == "all":
        raise Usage("one_account", command=command)
    day = account_day(read_flex(statement_path(request), FLOW_FIELDS), request.account)
    account = statement_account(day, request)
    plan, plan_document = checked_plan(*account, request, today)
    review = review_of(account.portfolio, read_flows(day), plan)
    document = review_document(
        review, plan_document, typed_options(request), account_words(request.account)
    )
    results = check_review(document, day.rows, day.dates.slashed)
    require_passed(results)
    return ReviewedAccount(day, review, plan_document, with_review_checks(document, results))


def require_passed(results: list[CheckResult]) -> None:
    """Refusal("check_failed") that names the checks that did not pass."""
    failed = [result for result in results if not result["passed"]]
    if failed:
        named = "; ".join(f"{result['name']} ({result['detail']})" for result in failed)
        raise Refusal("check_failed", named=named)
