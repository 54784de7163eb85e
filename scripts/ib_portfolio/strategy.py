"""The story of `/investment-strategy`: a checked plan and review as stages, from now on."""

from __future__ import annotations

import json

from .checked_review import Reported, checked_strategy
from .core.messages import say
from .core.record import Record
from .reports.review.review_facts import strategy_facts
from .reports.review.saved_pages import file_notes, files_of, write_strategy
from .reports.review.sections import sections_text
from .reports.review.strategy_document import with_heading_notes
from .reports.review.strategy_sections import strategy_sections
from .request.request import Request
from .request.review_request import horizon_of
from .review import reviewed_account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.reviews.strategy_document import StrategyDocument


class StrategyOutcome(Record):
    """A checked strategy."""

    document: StrategyDocument

    def report(self, most: int = 0) -> str:
        """The report, lines of at most 75 columns; with `most` above 0 as many rows a list."""
        return sections_text(strategy_sections(self.document, most))

    def facts(self) -> str:
        """What a model is told of it."""
        return strategy_facts(self.document)

    def to_json(self) -> str:
        """The document with the whole plan, as indented JSON."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


def plan_strategy(request: Request, today: str | None = None) -> Reported:
    """The checked strategy that `request` asks for, its files written.

    Refusal or Usage where there is none to trust; then nothing was written.
    """
    horizon = horizon_of(request)
    notes = () if "horizon" in request.options else (say("horizon_default", horizon=horizon),)
    if request.account == "all":
        from .household_strategy import strategy_of_household

        return strategy_of_household(request, horizon, notes, today)
    files = files_of(request)
    document = checked_strategy(reviewed_account(request, today), horizon, notes)
    outcome = StrategyOutcome(with_heading_notes(document, file_notes(files)))
    title = say("strategy_title").strip("= ")
    write_strategy(files, title, strategy_sections(outcome.document), outcome.to_json())
    return outcome
