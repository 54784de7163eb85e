"""The story of `/optimize-portfolio`: what a statement proves, checked, and what can be done."""

from __future__ import annotations

import json

from .checked_plan import checked_plan, statement_account, statement_path
from .checked_review import CheckedPlan, Reported, ReviewedAccount, checked_review
from .core.messages import say
from .core.record import Record
from .reports.output_files import shown_path
from .reports.review.review_document import with_heading_note
from .reports.review.review_facts import review_facts
from .reports.review.review_sections import review_sections
from .reports.review.saved_pages import files_of, write_page
from .reports.review.sections import sections_text
from .request.request import Request
from .request.review_request import account_words, typed_options
from .sources.flex_account import account_day
from .sources.flex_flows import FLOW_FIELDS
from .sources.flex_xml import read_flex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.reviews.review_document import ReviewDocument


class ReviewOutcome(Record):
    """A checked review."""

    document: ReviewDocument

    def report(self, most: int = 0) -> str:
        """The report, lines of at most 75 columns; with `most` above 0 as many rows a list."""
        return sections_text(review_sections(self.document, most))

    def facts(self) -> str:
        """What a model is told of it."""
        return review_facts(self.document)

    def to_json(self) -> str:
        """The document as indented JSON."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


def review_portfolio(request: Request, today: str | None = None) -> Reported:
    """The checked review that `request` asks for; Refusal or Usage where there is none to trust."""
    if request.account == "all":
        from .household_review import review_household

        return review_household(request, today)
    files = files_of(request)
    document = reviewed_account(request, today).document
    if "html" in files:
        write_page([files["html"]], say("review_title").strip("= "), review_sections(document))
        note = say("page_written", path=shown_path(files["html"]))
        document = with_heading_note(document, note)
    return ReviewOutcome(document)


def reviewed_account(request: Request, today: str | None = None) -> ReviewedAccount:
    """The one account of `request` with its checked plan and review.

    `today` (YYYY-MM-DD) is what staleness is measured from.
    """
    day = account_day(read_flex(statement_path(request), FLOW_FIELDS), request.account)
    account = statement_account(day, request)
    planned = CheckedPlan(
        day, account.portfolio, *checked_plan(*account, request, today), account.evidence
    )
    # As it is shown: a name of the policy has become a number, which no report tells.
    shown = request.account and account.portfolio.account
    request = request._replace(account=shown)
    return checked_review(planned, typed_options(request), account_words(shown))
