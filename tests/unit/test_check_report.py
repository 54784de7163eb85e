"""The report is read back: a figure that reads differently from the plan is never shown."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from portfolios import PROFILES, day_of, request_for, statements
from terminal import TESTS

from ib_portfolio.checked_plan import checked_document, plan_from_statement
from ib_portfolio.checks import report_reading as check_report
from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.checks.report_reading import report_problems
from ib_portfolio.core.messages import Refusal
from ib_portfolio.reports import checked_report as printout
from ib_portfolio.reports.checked_report import checked_report
from ib_portfolio.reports.text_report import render_report
from ib_portfolio.reports.text_table import display_width
from ib_portfolio.request.request import parse_text
from ib_portfolio.sources.flex_statement import portfolio_of

SITUATIONS = os.path.join(TESTS, "fixtures", "situations")
DOCUMENT = plan_from_statement(parse_text("--sample growth --dry-run"))
TEXT = render_report(DOCUMENT)


def test_a_right_report_has_no_problem():
    assert list(report_problems(TEXT, DOCUMENT)) == []
    assert "CHECKS: 35 of 35 passed." in checked_report(DOCUMENT)


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
    line = line_of(trade["priority"])
    cells = line.split("|")
    changed = {1: " HOLD ", 2: " OTHER ", 3: " $1.00 ", 4: " 7 shares ", 5: " $9.99"}
    cells[column] = changed[column]
    assert list(report_problems(TEXT.replace(line, "|".join(cells)), DOCUMENT))


def test_what_stands_behind_a_colon_without_a_blank_is_no_figure():
    label = next(iter(check_report._LABELS))
    assert list(report_problems(f"{label}:99\n{TEXT}", DOCUMENT)) == []
    assert list(report_problems(f"{label}: 99\n{TEXT}", DOCUMENT))


def line_of(priority: int) -> str:
    return next(row for row in TEXT.split("\n") if row.lstrip().startswith(f"{priority} | "))


def test_a_symbol_in_two_lines_is_read_whole():
    second = next(row for row in TEXT.split("\n") if "| (EUR) " in row)
    assert list(report_problems(TEXT.replace(second + "\n", ""), DOCUMENT))
    assert list(report_problems(TEXT.replace("(EUR)", "(GBP)", 1), DOCUMENT))


def test_a_trade_that_stands_twice_is_noticed():
    first, second = line_of(1), line_of(2)
    assert list(report_problems(TEXT.replace(second, first), DOCUMENT))


def test_rows_too_wide_for_a_table_are_read_as_paragraphs():
    trades = [{**row, "quantity": "123456789012345678901234567890"} for row in DOCUMENT["trades"]]
    document = {**DOCUMENT, "trades": trades}
    text = render_report(document)
    assert " 123,456,789,012,345,678,901,234,567,890 " in " ".join(text.split())
    assert list(report_problems(text, document)) == []
    assert list(report_problems(text.replace("567,890 face", "567,891 face", 1), document))
    assert max(map(display_width, text.split("\n"))) <= 75


LAST_LINE = [
    "4 sells",
    "38,635.68, 7",
    "7 buys",
    "41,806.82, c",
    "34.89:",
    "75.0/",
    "15.0/",
    "10.0 a",
]


@pytest.mark.parametrize("figure", LAST_LINE)
def test_a_wrong_figure_in_the_last_line_is_noticed(figure):
    start, end = TEXT.rsplit("\n\n", 1)
    assert figure in end
    wrong = figure.replace(figure[0], str((int(figure[0]) + 1) % 10), 1)
    problems = list(report_problems(f"{start}\n\n{end.replace(figure, wrong)}", DOCUMENT))
    assert problems == ["the last line does not read as planned"]
    assert list(report_problems(start + "\n", DOCUMENT))


@pytest.mark.parametrize("figure", ["58.2%", "30.6%", "11.3%", "75.0% | -", "15.0% | +"])
def test_a_wrong_share_of_a_class_is_noticed(figure):
    assert figure in TEXT
    assert list(report_problems(TEXT.replace(figure, "1" + figure, 1), DOCUMENT))


EUROS = plan_from_statement(parse_text(f"growth --statement {SITUATIONS}/euro_cash.xml"))


@pytest.mark.parametrize(
    "figure, wrong",
    [
        ("SELL EUR.USD", "BUY EUR.USD"),
        ("EUR.USD", "USD.EUR"),
        ("€43,884.26 (", "€43,884.27 ("),
        ("$47,395.00,", "$47,395.01,"),
        ("cost $2.00", "cost $3.00"),
        ("→ Exchange", "Exchange"),
        ("Exchange Cost:          $2.00", "Exchange Cost:          $2.01"),
    ],
)
def test_a_wrong_exchange_is_noticed(figure, wrong):
    text = render_report(EUROS)
    assert list(report_problems(text, EUROS)) == []
    assert text.count(figure) == 1
    assert list(report_problems(text.replace(figure, wrong), EUROS))


@pytest.mark.parametrize(
    "line", ["Cost in basis points of each order: #1=", "Accrued interest: #1 receives "]
)
def test_a_wrong_cost_of_an_order_is_noticed(line):
    assert TEXT.count(line) == 1
    assert list(report_problems(TEXT.replace(line, line + "1"), DOCUMENT))
    assert list(report_problems(TEXT.replace(line, line.replace("#1", "#2")), DOCUMENT))
    assert list(report_problems(TEXT.replace(line, "Something else: #1="), DOCUMENT))


@pytest.mark.parametrize(
    "words, wrong",
    [("received of $", "received of $1"), ("received of", "paid of"), ("includes", "has")],
)
def test_what_the_cash_includes_is_read(words, wrong):
    line = "Cash After Trades includes accrued interest received of $79.44, net."
    assert TEXT.count(line) == 1
    assert list(report_problems(TEXT.replace(line, line.replace(words, wrong)), DOCUMENT))


def test_a_missing_trade_and_a_wrong_class_are_noticed():
    assert list(report_problems(TEXT.replace(line_of(1) + "\n", ""), DOCUMENT))
    assert TEXT.count("$144,858.93") == 1
    assert list(report_problems(TEXT.replace("$144,858.93", "$144,858.92"), DOCUMENT))


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


OWN = plan_from_statement(
    parse_text("--sample --target 'VTI 30, STK 30, T 0 02/18/27 20, CASH 20'")
)


@pytest.mark.parametrize("row", OWN["sleeves"], ids=lambda row: row["name"])
@pytest.mark.parametrize("column", [1, 2, 3, 4, 5])
def test_a_wrong_cell_of_the_target_s_parts_is_noticed(row, column):
    text = render_report(OWN)
    assert list(report_problems(text, OWN)) == []
    name = {"STK": "Stocks", "CASH": "Cash"}.get(row["name"], row["name"])
    table = text.partition("Of the target")[2].partition("\n\n")[0]
    line = next(one for one in table.split("\n") if one.startswith(name))
    cells = line.split("|")
    cells[column] = cells[column].replace(cells[column].strip(), {1: "$1.00"}.get(column, "99.9%"))
    wrong = text.replace(table, table.replace(line, "|".join(cells)))
    assert any(row["name"] in problem for problem in report_problems(wrong, OWN))
