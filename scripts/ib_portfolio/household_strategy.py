"""/investment-strategy --account all: the household's stages, then each account's; all checked."""

from __future__ import annotations

import json

from .analysis.household_clashes import clashes_of
from .analysis.household_review import household_together
from .checked_review import checked_strategy, require_passed
from .checks.reviews.household_strategy_checks import check_household_strategy
from .core.messages import say
from .core.record import Record
from .household_review import reviewed_household
from .reports.review.household.household_facts import household_strategy_facts
from .reports.review.household.review_together import with_household_checks, with_page_notes
from .reports.review.household.strategy_together import Planned, household_strategy_document
from .reports.review.household.strategy_together_sections import household_strategy_sections
from .reports.review.saved_pages import file_notes, files_of, write_strategy
from .reports.review.sections import sections_text
from .request.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.reviews.household_strategy_document import HouseholdStrategyDocument


class HouseholdStrategyOutcome(Record):
    """A checked strategy of a household."""

    document: HouseholdStrategyDocument

    def report(self, most: int = 0) -> str:
        """The report, lines of at most 75 columns; with `most` above 0 the household's part."""
        return sections_text(household_strategy_sections(self.document, most))

    def facts(self) -> str:
        """What a model is told of it."""
        return household_strategy_facts(self.document)

    def to_json(self) -> str:
        """The document with the whole plans, as indented JSON."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


def strategy_of_household(
    request: Request, horizon: str, notes: tuple[str, ...], today: str | None = None
) -> HouseholdStrategyOutcome:
    """The checked strategy that `request` asks for, its files written; `notes` are for headings.

    Refusal or Usage where there is none to trust; then nothing was written.
    """
    files = files_of(request)
    reviewed = reviewed_household(request, today)
    planned = [
        Planned(member, checked_strategy(account, horizon, notes))
        for member, account in zip(reviewed.members, reviewed.accounts)
    ]
    document = household_strategy_document(
        planned,
        reviewed.document["household"],
        household_together([member.review for member in reviewed.members]),
        clashes_of([(member.review, member.others) for member in reviewed.members]),
        notes,
    )
    results = check_household_strategy(document, reviewed.document, reviewed.raw, reviewed.empty)
    require_passed(results)
    results = [*reviewed.document["household"]["checks"], *results]
    document = with_page_notes(with_household_checks(document, results), file_notes(files))
    outcome = HouseholdStrategyOutcome(document)
    title = say("household_strategy_title", count=len(planned)).strip("= ")
    write_strategy(files, title, household_strategy_sections(document), outcome.to_json())
    return outcome
