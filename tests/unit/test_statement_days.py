"""Prices of different days: which day a plan is of, and which positions are named as older."""

from __future__ import annotations

from typing import List, Sequence, Tuple

import pytest
from portfolios import day_of, statement_xml
from statements_of import holding, rows_of

from ib_portfolio.sources.flex_account import account_day, account_days
from ib_portfolio.sources.flex_statement import portfolio_of
from ib_portfolio.sources.flex_xml import read_flex_content

NEWEST = "20261120"


def read(days: Sequence[str]) -> Tuple[str, List[str]]:
    """The day of the prices, and the warnings, where the positions S0, S1 … are of these days."""
    rows = [
        holding(f"S{number}", "STK", "1", "10", reportDate=day, conid=str(number + 1))
        for number, day in enumerate(days)
    ]
    found = portfolio_of(day_of(rows_of(rows, "100")), "statement")
    return found.as_of, list(found.warnings)


def older(count: int) -> List[str]:
    return [f"2026111{number % 8}" for number in range(count)]


@pytest.mark.parametrize("days", [[NEWEST], [NEWEST, NEWEST], [NEWEST, ""], ["", NEWEST]])
def test_one_day_is_not_spoken_of(days: List[str]) -> None:
    assert read(days) == ("2026-11-20", [])


def test_the_older_ones_are_named_with_their_days() -> None:
    as_of, (warning,) = read(["20261118", NEWEST, "20261119", "", "20261117"])
    assert as_of == "2026-11-20" and "most of 2026-11-20" in warning
    assert warning.endswith("but S0 2026-11-18, S2 2026-11-19, S4 2026-11-17.")


@pytest.mark.parametrize(("count", "more"), [(4, ""), (5, ""), (6, " (+1)"), (9, " (+4)")])
def test_five_are_named_and_the_others_counted(count: int, more: str) -> None:
    _, (warning,) = read([*older(count), NEWEST])
    named = warning.partition(", but ")[2]
    assert named.count("2026-11-1") == min(count, 5)
    assert named.endswith(f" {2026}-11-1{min(count, 5) - 1}{more}.")


def test_only_texts_with_slashes_tell_the_order_of_a_file_s_days() -> None:
    days = ["11/10/2026", "11/20/2026;120000", NEWEST, "2026-11-19", ""]
    rows = rows_of([holding("S", "STK", "1", "10", reportDate=day) for day in days], "100")
    rows["ConversionRate"] = [{"reportDate": "11/12/2026"}, {"reportDate": "20261118"}]
    day = account_day(read_flex_content(statement_xml(rows).encode(), "named"))
    assert day.dates.slashed == {"11/10/2026", "11/20/2026;120000", "11/12/2026"}
    assert day.dates.day("11/10/2026") == "2026-11-10"


def test_cash_of_a_segment_is_seen_on_any_of_its_days() -> None:
    own, segment = (
        statement_xml(rows_of([holding("S", category, "1", "10")], cash), account)
        for account, category, cash in (("U1234567", "STK", "100"), ("U1234567F", "CASH", "5"))
    )
    empty = segment.replace('endingCash="5"', 'endingCash="0"')
    inner = "".join(
        text.partition("\n")[2].partition("</FlexStatements>")[0] for text in (own, empty, segment)
    )
    file = f"<FlexQueryResponse><FlexStatements>{inner}</FlexStatements></FlexQueryResponse>"
    (day,) = account_days(read_flex_content(file.encode(), "named"))
    assert (day.account, day.segment) == ("U1234567", "U1234567F")
