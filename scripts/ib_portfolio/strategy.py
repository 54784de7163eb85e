"""The story of `/investment-strategy`: a checked plan and review as stages, from now on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from .checks.reviews.strategy_checks import check_strategy
from .core.messages import say
from .reports.output_files import shown_path
from .reports.review.saved_pages import files_of, write_page
from .reports.review.sections import sections_text
from .reports.review.strategy_document import COMMAND, strategy_document, with_strategy_checks
from .reports.review.strategy_sections import strategy_sections
from .request.request import Request
from .request.review_request import horizon_of
from .review import require_passed, reviewed_account

if TYPE_CHECKING:
    from .core.reviews.strategy_document import StrategyDocument


class StrategyOutcome(NamedTuple):
    """A checked strategy."""

    document: StrategyDocument

    def report(self, most: int = 0) -> str:
        """The report, lines of at most 75 columns; with `most` above 0 as many rows a list."""
        return sections_text(strategy_sections(self.document, most))

    def to_json(self) -> str:
        """The document with the whole plan, as indented JSON."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


def plan_strategy(request: Request, today: str | None = None) -> StrategyOutcome:
    """The checked strategy that `request` asks for, its files written.

    Refusal or Usage where there is none to trust; then nothing was written.
    """
    horizon = horizon_of(request)
    files = files_of(request)
    notes = () if "horizon" in request.options else (say("horizon_default", horizon=horizon),)
    account = reviewed_account(request, COMMAND, today)
    document = strategy_document(
        account.review, account.document, account.plan_document, horizon, notes
    )
    results = check_strategy(
        document, account.document, account.day.rows, account.day.dates.slashed
    )
    require_passed(results)
    results = [*account.plan_document["checks"], *account.document["checks"], *results]
    written = tuple(
        say("page_written" if name != "json" else "strategy_written", path=shown_path(path))
        for name, path in files.items()
    )
    outcome = StrategyOutcome(with_strategy_checks(document, results, written))
    _write(outcome, files)
    return outcome


def _write(outcome: StrategyOutcome, files: dict[str, str]) -> None:
    """Writes the page and, beside the one of --save, the strategy as JSON: all of them or none."""
    pages = [files[name] for name in ("html", "save") if name in files]
    if not pages:
        return
    more = {files["json"]: outcome.to_json()} if "json" in files else {}
    title = say("strategy_title").strip("= ")
    write_page(pages, title, strategy_sections(outcome.document), more)
