"""The story of `/rebalance-portfolio`: from what was asked to checked plans and their files."""

from __future__ import annotations

from .checked_plan import plan_from_statement
from .core.record import Record
from .reports.document.plan_writer import with_notes
from .request.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.household.household_document import HouseholdDocument
    from .core.plan_document import PlanDocument


class Outcome(Record):
    """The checked plans that a request led to: one, or those of a household's accounts."""

    documents: list[PlanDocument]
    household: HouseholdDocument | None = None

    @property
    def is_household(self) -> bool:
        """Whether it is of several accounts."""
        return self.household is not None

    def report(self, most_trades: int = 0, full_list: str = "") -> str:
        """The report, read back and compared; `most_trades` and `full_list` as in render_report."""
        from .reports.checked_report import checked_report

        reports = [checked_report(one, most_trades, full_list) for one in self.documents]
        if self.household is None:
            return reports[0]
        from .reports.household.household_text import household_text

        return household_text(self.household, reports)

    def to_json(self) -> str:
        """The plan, or the household with its plans, as indented JSON."""
        import json

        content: object = self.household or self.documents[0]
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def carry_out(request: Request, today: str | None = None) -> Outcome:
    """What `request` leads to: its plans, checked, and the files that it asks for, written.

    `today` (YYYY-MM-DD) is what staleness is measured from. Refusal or Usage in every case in which
    there is no plan to trust; then nothing was written.
    """
    request = with_files(request)
    if request.account == "all":
        from .household import plan_household

        household = plan_household(request, today)
        return Outcome(household["accounts"], household)
    return Outcome([files_written(plan_from_statement(request, today), request)])


def with_files(request: Request) -> Request:
    """`request` with the paths of the files it asks for absolute, each one that can be written."""
    if not request.options:
        return request
    from .reports.output_files import resolve_files

    return resolve_files(request)


def files_written(document: PlanDocument, request: Request) -> PlanDocument:
    """`document` saying which of the files that `request` asks for were written."""
    if not request.options:
        return document
    from .reports.output_files import write_files

    written = write_files(document, request.options)
    return with_notes(document, heading_notes=written.said, notes=written.tickets)
