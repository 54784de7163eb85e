"""What the checks of taxes say of statements at boundaries, and of their documents changed.

A row tells how many losses and lots there are, and how many changes of each document each check
notices, of how many.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from typing import Iterator, List
from xml.sax.saxutils import quoteattr

from answer_table import AnswerTable, Asked, answers_of
from checked_documents import Checked
from test_check_answers import changed, changes_of
from told_rows import Row, row_of, rows_of

from ib_portfolio.checks.tax.tax_checks import check_taxes
from ib_portfolio.checks.tax.wash_checks import check_wash_sales
from ib_portfolio.core.messages import Refusal
from ib_portfolio.request.tax_request import parse_tax_words
from ib_portfolio.tax_accounts import read_accounts
from ib_portfolio.tax_report import carry_out as carry_out_taxes
from ib_portfolio.wash_sale_check import carry_out as carry_out_wash

MOST = 6  # changes of a document
SECTIONS = {
    "OpenPosition": "OpenPositions",
    "Trade": "Trades",
    "Lot": "Trades",
    "CashTransaction": "CashTransactions",
    "CashReportCurrency": "CashReport",
    "ConversionRate": "ConversionRates",
    "FIFOPerformanceSummaryUnderlying": "FIFOPerformanceSummaryInBase",
}


def xml_of(account: str, told: str) -> str:
    """A statement of `2026-01-01 to 2026-11-20: rows`; its sections are those that have rows."""
    period, _, text = f"{told} ".rpartition(": ")
    first, _, last = (period or "2026-01-01 to 2026-11-20").partition(" to ")
    rows = rows_of(text)
    fields = rows.pop("AccountInformation", [{"currency": "USD"}])[0]
    rows.setdefault("CashReportCurrency", [row_of("cash")[1]])
    inner = {"Trades": ""} if rows.pop("Trades", None) else {}
    for element, same in rows.items():
        section = SECTIONS[element]
        inner[section] = inner.get(section, "") + "".join(_tag(element, row) for row in same)
    sections = "".join(f"<{name}>{tags}</{name}>" for name, tags in inner.items())
    head = f'<FlexStatement accountId="{account}" fromDate="{first}" toDate="{last}">'
    return f"{head}{_tag('AccountInformation', fields)}{sections}</FlexStatement>"


def _tag(element: str, row: Row) -> str:
    fields = " ".join(f"{name}={quoteattr(value)}" for name, value in row.items())
    return f"<{element} {fields} />"


def documents_of(given: str) -> List[Checked]:
    """Both documents of the accounts between bars, as they were checked."""
    accounts = [xml_of(f"U{place}234567", told) for place, told in enumerate(given.split(" | "), 1)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "flex.xml")
        with open(path, "w", encoding="utf-8") as file:
            inner = "".join(accounts)
            file.write(f"<FlexQueryResponse><FlexStatements>{inner}</FlexStatements>")
            file.write("</FlexQueryResponse>")
        words = ["--statement", path, "--account", "all"]
        wash = parse_tax_words("wash-sale-check", [*words, "--tax-rate", "25"])
        taxes = parse_tax_words("tax-report", words)
        raw = read_accounts(taxes).raw
        found = [
            Checked(story(request, "2026-11-23").document, (raw,), check, "")
            for story, request, check in (
                (carry_out_wash, wash, check_wash_sales),
                (carry_out_taxes, taxes, check_taxes),
            )
        ]
    return found


def noticed(one: Checked) -> str:
    """How many changes of the document each check notices, of how many."""
    assert one.failed(one.document) == []
    changes = changes_of(one.document, True)
    step = max(1, -(-len(changes) // MOST))
    counts: Counter = Counter()
    for place, value in changes[::step]:
        counts.update(one.failed(changed(one.document, place, value)))
    told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    return f"of {len(changes[::step])}: {told}"


def _both(given: str) -> Iterator[str]:
    try:
        wash, taxes = documents_of(given)
    except Refusal as refusal:
        yield f"{refusal.key} {refusal}"
        return
    document, year = wash.document, taxes.document
    for row in document["losses"]:
        parts = (row["verdict"], row["loss"], row["disallowed"], row["possible_quantity"])
        yield f"{row['symbol']} {' '.join(parts)}"
    yield " ".join(f"{row['free_from']} {row['at_stake']}" for row in document["open_windows"])
    for row in document["harvest"]:
        yield f"{row['symbol']} loses {row['loss']} {row['term']} {row['long_from']}"
    yield f"net {year['gains']['net']}"
    yield " ".join(f"{row['key']} {row['difference']}" for row in year["compared"])
    yield f"wash sales {noticed(wash)}"
    yield f"taxes {noticed(taxes)}"


ASKED: Asked = {"both": _both}
TABLE = AnswerTable("check_taxes.tsv", answers_of(ASKED))
