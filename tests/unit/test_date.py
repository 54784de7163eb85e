"""Dates as Flex writes them, and the weekdays between two."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ib_portfolio.core.dates import order_of_dates, parse_date, weekdays_between

days = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1))


@pytest.mark.parametrize(
    "text, day",
    [
        ("20261122", "2026-11-22"),
        ("2026-11-22", "2026-11-22"),
        ("20261122;063000", "2026-11-22"),
        ("20261122,063000", "2026-11-22"),
        ("20261122 06:30:00", "2026-11-22"),
        ("2026-11-22T06:30:00Z", "2026-11-22"),
        ("22-NOV-26", "2026-11-22"),
        ("22-nov-26;063000", "2026-11-22"),
        ("20240229", "2024-02-29"),
        ("11/22/2026", "2026-11-22"),  # only one of the two is a month
        ("22/11/26;063000", "2026-11-22"),
        ("11/11/2026", "2026-11-11"),
    ],
)
def test_days(text: str, day: str) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        *"2026 11/12/2026 31/02/2026 20261322 20260230 2026112 202611221 00000000 today".split(),
        *["", "２０２６１１２２", "31-NOV-26", "22-XYZ-26", "20261122\n"],
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("others", "day"),
    [
        (["31/10/2026"], "2026-12-11"),
        (["10/31/2026", "20261120"], "2026-11-12"),
        (["10/31/2026", "31/10/2026"], None),
        (["10/10/2026", "2026-31-10", "99/10/2026"], None),
        ([], None),
    ],
)
def test_other_dates_of_a_file_tell_the_order(others: list, day: str) -> None:
    assert parse_date("11/12/2026", order_of_dates(others)) == day
    assert parse_date("11/12/26;093000", order_of_dates(others)) == day


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    found = parse_date(text)
    assert found is None or datetime.date.fromisoformat(found).isoformat() == found


@given(days)
def test_every_form_of_a_day_is_read(day: datetime.date) -> None:
    for form in ("%Y%m%d", "%Y-%m-%d", "%Y%m%d;%H%M%S"):
        assert parse_date(day.strftime(form)) == day.isoformat()
    for form, order in (("%d/%m/%Y", "31/01/2026"), ("%m/%d/%Y", "01/31/2026")):
        assert parse_date(day.strftime(form), order_of_dates([order])) == day.isoformat()


@given(days, st.integers(-5, 400))
def test_weekdays_are_counted_one_by_one(day: datetime.date, later: int) -> None:
    end = day + datetime.timedelta(days=later)
    after = [day + datetime.timedelta(days=step) for step in range(1, later + 1)]
    counted = sum(other.weekday() < 5 for other in after)
    assert weekdays_between(day.isoformat(), end.isoformat()) == counted
