"""A report for a screen that takes so many characters: fewer rows, the rest in a file."""

from __future__ import annotations

import os
from typing import Any, Dict, List

import pytest
from portfolios import day_of, many_rows, request_for
from terminal import STATEMENTS
from test_report import trade_rows

from ib_portfolio.checked_plan import checked_document, plan_from_statement
from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.reports.checked_report import checked_report, fitted_report
from ib_portfolio.reports.color import colored_report
from ib_portfolio.reports.text_table import display_width
from ib_portfolio.sources.flex_statement import portfolio_of

LONGEST = 9500
PLACE = "/a private folder/" + "long " * 20 + "trades.txt"


def document_of(count: int, options: Dict[str, str]) -> Dict[str, Any]:
    request = request_for("conservative", dry_run=True, options=options)
    if count != 100:
        name = {25: "d_25_plain", 500: "d_500"}[count]
        path = os.path.join(STATEMENTS, f"{name}.xml")
        return plan_from_statement(request._replace(statement=path), "2026-12-31")
    day = day_of(many_rows(count))
    evidence = statement_evidence(day.rows, options)
    return checked_document(portfolio_of(day, "statement"), evidence, request, "2026-12-31")


class Keeper:
    def __init__(self) -> None:
        self.kept: List[str] = []

    def __call__(self, text: str) -> str:
        self.kept.append(text)
        return PLACE


@pytest.mark.parametrize("options", [{}, {"explain": "", "lots": ""}], ids=["plain", "all"])
@pytest.mark.parametrize("count", [25, 100, 500])
def test_every_report_fits_the_screen(count: int, options: Dict[str, str]) -> None:
    document = document_of(count, options)
    whole, keeper = checked_report(document), Keeper()
    text = fitted_report(document, LONGEST, keeper, lambda text: len(colored_report(text)))
    assert len(colored_report(text)) <= LONGEST
    assert text.rstrip().split("\n\n")[-1] == whole.rstrip().split("\n\n")[-1]
    if len(colored_report(whole)) <= LONGEST:
        assert text == whole and not keeper.kept
        return
    assert keeper.kept == [whole] and text.count(PLACE) == 1
    assert len(trade_rows(text)) >= min(len(document["trades"]), 20)
    assert all(display_width(line) <= 75 for line in text.split("\n") if line != PLACE)


def test_as_many_trades_as_fit_are_shown() -> None:
    document, keeper = document_of(500, {}), Keeper()
    shown = [len(trade_rows(fitted_report(document, size, keeper))) for size in (5000, 9500, 15000)]
    assert shown == sorted(shown) and shown[0] >= 20
    text = fitted_report(document, LONGEST, keeper)
    longer = checked_report(document, len(trade_rows(text)) + 1, PLACE)
    assert len(text) <= LONGEST < len(longer)
    assert f"The {len(document['trades']) - len(trade_rows(text))} smaller of" in text


def test_other_lists_are_cut_before_the_trades_become_few() -> None:
    document = document_of(25, {"explain": ""})
    whole = checked_report(document)
    text = fitted_report(document, len(whole) - 800, Keeper())
    assert len(text) <= len(whole) - 800 and len(trade_rows(text)) == len(document["trades"]) == 25
    assert "\nand 20 more\n" in text and PLACE in text


def test_where_nothing_fits_the_place_is_told() -> None:
    text = fitted_report(document_of(25, {}), 300, Keeper())
    assert text == f"The report is too long to be shown here. All of it: {PLACE}\n"
