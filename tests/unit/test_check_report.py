"""The report is read back: a figure that reads differently from the plan is never shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from portfolios import PROFILES, day_of, request_for, statements

from ib_portfolio.checked_plan import checked_document, plan_from_statement
from ib_portfolio.checks import report_reading as check_report
from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.checks.report_reading import report_problems
from ib_portfolio.core.messages import Refusal
from ib_portfolio.reports import checked_report as printout
from ib_portfolio.reports.checked_report import checked_report
from ib_portfolio.reports.text_report import render_report
from ib_portfolio.request.request import parse_text
from ib_portfolio.sources.flex_statement import portfolio_of

DOCUMENT = plan_from_statement(parse_text("--sample growth --dry-run"))
TEXT = render_report(DOCUMENT)


def test_a_right_report_has_no_problem():
    assert list(report_problems(TEXT, DOCUMENT)) == []
    assert "report)" in checked_report(DOCUMENT)


@pytest.mark.parametrize("label", [*check_report._LABELS, *check_report._TAX_LABELS])
def test_a_wrong_total_is_noticed(label):
    line = next(line for line in TEXT.split("\n") if line.startswith(f"{label}:"))
    digit = line[-1]
    wrong = TEXT.replace(line, line[:-1] + str((int(digit) + 1) % 10))
    assert any(label in problem for problem in report_problems(wrong, DOCUMENT))
    assert any(label in problem for problem in report_problems(TEXT.replace(line, ""), DOCUMENT))


@pytest.mark.parametrize("trade", DOCUMENT["trades"], ids=lambda trade: trade["symbol"])
@pytest.mark.parametrize("column", [1, 2, 3, 4, 5])
def test_a_wrong_cell_of_a_trade_is_noticed(trade, column):
    line = next(row for row in TEXT.split("\n") if row.startswith(f"{trade['priority']} "))
    cells = line.split("|")
    changed = {1: " HOLD ", 2: " OTHER ", 3: " $1.00 ", 4: " 7 shares ", 5: " $9.99"}
    cells[column] = changed[column]
    assert list(report_problems(TEXT.replace(line, "|".join(cells)), DOCUMENT))


def test_a_missing_trade_and_a_wrong_class_are_noticed():
    line = next(row for row in TEXT.split("\n") if row.startswith("1 "))
    assert list(report_problems(TEXT.replace(line + "\n", ""), DOCUMENT))
    assert list(report_problems(TEXT.replace("Stocks (STK) | $1", "Stocks (STK) | $2"), DOCUMENT))


def test_a_report_that_reads_differently_is_not_shown(monkeypatch):
    monkeypatch.setattr(printout, "render_report", lambda *_: TEXT.replace("$", "$1"))
    with pytest.raises(Refusal) as refused:
        checked_report(DOCUMENT)
    assert refused.value.key == "check_failed"


@given(statements())
def test_random_reports_read_as_planned(rows):
    day = day_of(rows)
    for profile in PROFILES[:2]:
        try:
            document = checked_document(
                portfolio_of(day, "statement"),
                statement_evidence(day.rows, {}),
                request_for(profile, dry_run=True),
                "2026-11-20",
            )
        except Refusal:
            return
        assert checked_report(document)
        assert checked_report(document, 1, "there")
