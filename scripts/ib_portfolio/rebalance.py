"""One run on a statement: from what was asked to a checked plan and its report."""

from __future__ import annotations

import os

from .checks.evidence import Evidence, statement_evidence
from .checks.self_check import check_plan
from .core.dates import weekdays_between
from .core.messages import Refusal, say
from .core.portfolio import Portfolio
from .core.profiles import find_profile
from .planning.plan import Plan, plain_plan
from .reports.option_limits import limits_named
from .reports.plan_document import plan_document
from .request.request import Request
from .sources.flex_account import account_day
from .sources.flex_statement import portfolio_of
from .sources.flex_xml import FlexStatement, read_flex

Document = dict[str, object]

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLE = os.path.join(_ROOT, "samples", "statement.xml")
_FRESH_WEEKDAYS = 3


def plan_from_statement(request: Request, today: str | None = None) -> Document:
    """The checked plan of the statement, or sample, that `request` names.

    `today` (YYYY-MM-DD) is what staleness is measured from. Refusal in every case in which there
    is no plan to trust.
    """
    return plan_of_file(read_flex(statement_path(request)), request, today)


def statement_path(request: Request) -> str:
    """The file that `request` names: the sample, or the statement with ~ made the home folder."""
    return SAMPLE if request.sample else os.path.expanduser(request.statement)


def plan_of_file(
    statements: list[FlexStatement], request: Request, today: str | None = None
) -> Document:
    """The checked plan of the account that `request` names in a read file."""
    day = account_day(statements, request.account)
    portfolio = portfolio_of(day, "sample" if request.sample else "statement")
    evidence = statement_evidence(day.rows, request.options)
    return checked_document(portfolio, evidence, request, today)


def checked_document(
    portfolio: Portfolio, evidence: Evidence, request: Request, today: str | None
) -> Document:
    """The document of `make_checked_plan`."""
    return make_checked_plan(portfolio, evidence, request, today)[1]


def make_checked_plan(
    portfolio: Portfolio, evidence: Evidence, request: Request, today: str | None
) -> tuple[Plan, Document]:
    """The plan of `portfolio` for `request` and its document, all checks against `evidence` passed.

    Refusal("negative_total") where there is nothing to divide; Refusal("check_failed") that names
    the failed checks: then no plan is shown.
    """
    profile = find_profile(request.profile)
    if request.options:
        # What goes beyond the profile is loaded only when it is asked for.
        from .planning.tailored_plan import plan_as_asked

        plan, extra = plan_as_asked(portfolio, profile, request.options)
    else:
        plan, extra = plain_plan(portfolio, profile), {}
    document = plan_document(plan, request.dry_run, limits_named(extra))
    document.update(extra)
    document["heading_notes"] = _heading_notes(request) + document.get("heading_notes", [])
    document["warnings"] += _staleness(portfolio, today)
    document["checks"] = check_plan(document, evidence)
    failed = [row for row in document["checks"] if not row["passed"]]
    if failed:
        named = "; ".join(f"{row['name']} ({row['detail']})" for row in failed)
        raise Refusal("check_failed", named=named)
    return plan, document


def _heading_notes(request: Request) -> list[str]:
    if request.profile_origin != "default":
        return []
    return [say("profile_default", profile=request.profile)]


def _staleness(portfolio: Portfolio, today: str | None) -> list[str]:
    """A warning when the prices are older than three weekdays; the sample has no age."""
    if portfolio.source == "sample" or not portfolio.as_of:
        return []
    if today is None:
        import datetime

        today = datetime.date.today().isoformat()
    days = weekdays_between(portfolio.as_of, today)
    return [say("stale", as_of=portfolio.as_of, days=days)] if days > _FRESH_WEEKDAYS else []
