"""The story of `/tax-report`: what a year realised and paid, compared with IBKR's own figures."""

from __future__ import annotations

import json

from .checks.tax.tax_checks import check_taxes
from .core.messages import Refusal, say
from .core.portfolio import mask_account
from .core.record import Record
from .reports.tax.tax_document import tax_document
from .reports.tax.tax_files import resolve_tax_files, write_tax_files
from .reports.tax.tax_text import render_taxes, tax_facts, tax_rows, tax_sections
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
from .taxes.tax_year import tax_year
from .taxes.wash_review import review_wash_sales


class TaxOutcome(Record):
    """The checked document of a request."""

    document: dict[str, object]

    def report(self) -> str:
        """The report in lines of at most 75 columns."""
        return render_taxes(self.document)

    def facts(self) -> str:
        """What a model is told of it."""
        return tax_facts(self.document)

    def to_json(self) -> str:
        """The document as indented JSON."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


def carry_out(request: TaxRequest, today: str | None = None) -> TaxOutcome:
    """What `request` leads to, checked, and the files that it asks for, written.

    Without a year it is that of the statement's last day. Refusal or Usage in every case in which
    there is no report to trust; then nothing was written.
    """
    read = read_accounts(request)
    first, last = asked_period(request, read.accounts, today_if_asked(today))
    if not first:
        year = max(one.activity.last for one in read.accounts)[:4]
        first, last = f"{year}-01-01", f"{year}-12-31"
    request = resolve_tax_files(request, first[:4])
    document = _document(request, read, first, last)
    results = check_taxes(document, read.raw)
    failed = [row for row in results if not row["passed"]]
    if failed:
        named = "; ".join(f"{row['name']} ({row['detail']})" for row in failed)
        raise Refusal("tax_check_failed", named=named)
    document = {**document, "checks": results}
    said = write_tax_files(request, tax_sections(document), tax_rows(document))
    return TaxOutcome({**document, "notes": [*document["notes"], *said]})


def _document(request: TaxRequest, read: ReadAccounts, first: str, last: str) -> dict[str, object]:
    accounts = read.accounts
    begin = max(one.activity.first for one in accounts)
    end = min(one.activity.last for one in accounts)
    require_covered(accounts, first, last)
    # The newest statement of the present year ends before it does, as it must.
    so_far = end < last and request.year in ("", "this") and first[:4] == end[:4]
    taxes = tax_year(accounts, first, last)
    review = review_wash_sales(accounts, first, last)
    return {
        "command": request.command,
        **source_of(request, read),
        "accounts": [mask_account(one.activity.account) for one in accounts],
        "label": first[:4],
        "from": max(first, begin),
        "to": min(last, end),
        **tax_document(taxes, review, accounts[0].activity.base_currency),
        "heading_notes": heading_notes(request, read.accounts),
        "warnings": _warnings(read, (first, last), (begin, end), so_far),
        "notes": [say("tax_so_far", day=end)] if so_far else [],
        "checks": [],
    }


def _warnings(
    read: ReadAccounts, asked: tuple[str, str], covered: tuple[str, str], so_far: bool
) -> list[str]:
    """What of the year the statement does not cover, and which sections it lacks."""
    (first, last), (begin, end) = asked, covered
    found = []
    if begin > first:
        found.append(say("tax_begins_late", day=begin, first=first))
    if end < last and not so_far:
        found.append(say("tax_ends_early", day=end, last=last))
    for one in read.accounts:
        activity, account = one.activity, mask_account(one.activity.account)
        if activity.executions is None:
            found.append(say("wash_no_executions", account=account))
        if activity.closed_lots is None:
            found.append(say("tax_no_closed_lots", account=account))
        if activity.cash is None:
            found.append(say("tax_no_cash", account=account))
        if activity.is_retirement:
            found.append(say("tax_retirement", account=account))
    return found
