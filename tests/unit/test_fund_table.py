"""The fund table: its lines are in order, and both readers find each of them, asked little or much.

What is found is compared with the lines themselves, read here without either reader.
"""

from __future__ import annotations

import os
from typing import Dict, List

import pytest
from terminal import ROOT

from ib_portfolio.checks.funds.fund_lines import FundLines
from ib_portfolio.core.instrument import Instrument
from ib_portfolio.market.fund_classes import FundTable, Listed

TABLE = os.path.join(ROOT, "scripts", "ib_portfolio", "market", "funds.tsv")
with open(TABLE, encoding="utf-8") as file:
    ROWS = [line.split("\t") for line in file.read().splitlines() if not line.startswith("#")]
NOT_THERE = ("A", "0", "AGG1", "ZZZZZZ", "agg", "ISIN", "US4642872265")


def of_ticker() -> Dict[str, List[List[str]]]:
    found: Dict[str, List[List[str]]] = {}
    for row in ROWS:
        found.setdefault(row[0], []).append(row)
    return found


def asked_often(lines: FundLines) -> FundLines:
    for _ in range(150):
        lines.kind("")
    return lines


def test_the_lines_are_in_the_order_of_their_tickers() -> None:
    starts = [f"{row[0]}\t" for row in ROWS]
    assert len(starts) > 1900
    assert starts == sorted(starts)  # both readers halve the text: they would miss a line


def test_an_isin_is_of_one_class_wherever_it_is_listed() -> None:
    classes: Dict[str, set] = {}
    for row in ROWS:
        classes.setdefault(row[1], set()).add(row[3])
    classes.pop("", None)
    assert [isin for isin, found in classes.items() if len(found) > 1] == []


@pytest.mark.parametrize("often", [False, True])
def test_the_checks_find_every_line_and_no_other(often: bool) -> None:
    lines = asked_often(FundLines()) if often else FundLines()
    for ticker, rows in of_ticker().items():
        assert lines.rows(ticker) == rows
    assert [lines.rows(name) for name in NOT_THERE] == [[]] * len(NOT_THERE)
    for row in ROWS if often else ROWS[::30]:
        assert lines.kind(row[1]) == (row[3] if row[1] else None)
    assert lines.kind("US0000000000") is None


@pytest.mark.parametrize("often", [False, True])
def test_the_planner_finds_every_line_by_its_isin_whatever_the_symbol(often: bool) -> None:
    table = FundTable()
    for number, row in enumerate(row for row in ROWS if row[1]):
        if not often and number % 90 == 0:
            table = FundTable()
        assert table.find("NOSUCH", "XXX", Instrument(isin=row[1])) == Listed(row[3], True)
    assert table.find("NOSUCH", "USD", Instrument(isin="US0000000000")) is None


def test_the_planner_finds_a_ticker_in_its_market_and_no_longer_or_shorter_one() -> None:
    exchanges = {"US": "ARCA", "LSE": "LSEETF", "XETRA": "IBIS2", "TSX": "TSE", "ASX": "ASX"}
    found, rows = 0, of_ticker()
    for number, row in enumerate(ROWS):
        market, _, currency = row[2].split(",")[0].partition(":")
        if market not in exchanges:
            continue
        if number % 90 == 0 or not found:
            table = FundTable()
        told = table.find(row[0], currency, Instrument(exchange=exchanges[market]))
        same = [one[3] for one in rows[row[0]] if f"{market}:{currency}" in one[2]]
        assert told is not None and told.kind in same
        found += 1
    assert found > 1000
    for name in NOT_THERE:
        assert FundTable().find(name, "USD", Instrument(exchange="ARCA")) is None


@pytest.mark.parametrize("often", [False, True])
def test_a_word_of_another_cell_is_no_isin(often: bool) -> None:
    table, lines = FundTable(), asked_often(FundLines()) if often else FundLines()
    for _ in range(150 if often else 0):
        table.find("NOSUCH", "XXX", Instrument())
    for word in ("BOND", "CASH", "AUD", "US:USD", "BOND\nAGGH", "US4642872265\tUS:USD", "\t"):
        assert table.find("NOSUCH", "XXX", Instrument(isin=word)) is None, word
        assert lines.kind(word) is None, word


@pytest.mark.parametrize(("kind", "currency"), [("BOND", "USD"), ("CASH", "EUR"), ("BOND", "XXX")])
def test_funds_of_a_class_are_counted_before_anything_is_looked_up(
    kind: str, currency: str
) -> None:
    counted = sum(
        row[3] == kind and currency in [one.partition(":")[2] for one in row[2].split(",")]
        for row in ROWS
    )
    assert FundTable().count_of(kind, currency) == counted
    assert bool(counted) == (currency != "XXX")
