"""The story of `/wash-sale-check`: losses, the purchases that spoil them, and losses to take."""

from __future__ import annotations

import json

from .checked_plan import warnings_of_date
from .checks.tax.wash_checks import check_wash_sales
from .core.dates import days_after
from .core.messages import Refusal, say
from .core.portfolio import mask_account
from .core.record import Record
from .reports.tax.tax_files import resolve_tax_files, write_tax_files
from .reports.tax.wash_document import wash_document
from .reports.tax.wash_text import render_wash_sales, wash_facts, wash_report, wash_rows
from .request.tax_request import TaxRequest
from .tax_accounts import (
    ReadAccounts,
    asked_period,
    heading_notes,
    read_accounts,
    require_covered,
    source_of,
    today_if_asked,
)
from .taxes.alternatives import alternatives
from .taxes.harvest import harvest_lots
from .taxes.wash_review import review_wash_sales


class WashOutcome(Record):
    """The checked document of a request."""

    document: dict[str, object]

    def report(self) -> str:
        """The report in lines of at most 75 columns."""
        return render_wash_sales(self.document)

    def facts(self) -> str:
        """What a model is told of it."""
        return wash_facts(self.document)

    def to_json(self) -> str:
        """The document as indented JSON."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


def carry_out(request: TaxRequest, today: str | None = None) -> WashOutcome:
    """What `request` leads to, checked, and the files that it asks for, written.

    Refusal or Usage in every case in which there is no report to trust; then nothing was written.
    """
    request = resolve_tax_files(request)
    read = read_accounts(request)
    today = today_if_asked(today)
    period = asked_period(request, read.accounts, today)
    require_covered(read.accounts, *period)
    document = _document(request, read, today, *period)
    results = check_wash_sales(document, read.raw)
    failed = [row for row in results if not row["passed"]]
    if failed:
        named = "; ".join(f"{row['name']} ({row['detail']})" for row in failed)
        raise Refusal("tax_check_failed", named=named)
    document = {**document, "checks": results}
    said = write_tax_files(request, wash_report(document), wash_rows(document))
    return WashOutcome({**document, "notes": [*document["notes"], *said]})


def _document(
    request: TaxRequest, read: ReadAccounts, today: str, first: str, last: str
) -> dict[str, object]:
    accounts = read.accounts
    review = review_wash_sales(accounts, first, last)
    harvest = harvest_lots(accounts, review.recent)
    begin = min(one.activity.first for one in accounts)
    masked = [mask_account(one.activity.account) for one in accounts]
    return {
        "command": request.command,
        **source_of(request, read),
        "accounts": masked,
        "from": max(first, begin),
        "to": min(last or review.as_of, review.as_of),
        "as_of": review.as_of,
        "harvest_first": request.harvest,
        "harvest_again": days_after(review.as_of, 31),
        **wash_document(accounts, review, harvest, request.tax_rate),
        "alternatives": [
            {"symbol": one.symbol, "class": one.kind, "held": list(one.held), "others": one.others}
            for one in alternatives(accounts, harvest)
        ],
        "own_wash_sales": sum(len(one.activity.own_wash_sales) for one in accounts),
        "heading_notes": heading_notes(request, read.accounts),
        "warnings": [*_age(read, today), *_warnings(read)],
        "notes": [],
        "checks": [],
    }


def _age(read: ReadAccounts, today: str) -> list[str]:
    """That prices are old, or of a day to come, once for all accounts."""
    portfolios = [one.portfolio for one in read.accounts if one.portfolio]
    return list(dict.fromkeys(line for one in portfolios for line in warnings_of_date(one, today)))


def _warnings(read: ReadAccounts) -> list[str]:
    """What the statements lack, and what a retirement account means."""
    found = []
    for one in read.accounts:
        activity, account = one.activity, mask_account(one.activity.account)
        if activity.executions is None:
            found.append(say("wash_no_executions", account=account))
        elif activity.closed_lots is None:
            found.append(say("wash_no_closed_lots", account=account))
        if one.portfolio is None:
            found.append(say("wash_no_positions", account=account))
        if activity.is_retirement:
            found.append(say("wash_retirement", account=account))
        elif activity.is_retirement is None:
            found.append(say("wash_type_unknown", account=account))
    return found
