"""Dates as Flex writes them, and the weekdays between two."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ib_portfolio.core.dates import day_number, parse_date, weekdays_between

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
    ],
)
def test_days(text: str, day: str) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        *"2026 11/22/2026 22/11/2026 20261322 20260230 2026112 202611221 00000000 today".split(),
        *["", "２０２６１１２２", "31-NOV-26", "22-XYZ-26", "20261122\n"],
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    found = parse_date(text)
    assert found is None or datetime.date.fromisoformat(found).isoformat() == found


@given(days)
def test_every_form_of_a_day_is_read(day: datetime.date) -> None:
    for form in ("%Y%m%d", "%Y-%m-%d", "%Y%m%d;%H%M%S"):
        assert parse_date(day.strftime(form)) == day.isoformat()


@given(days, st.integers(-5, 400))
def test_weekdays_are_counted_one_by_one(day: datetime.date, later: int) -> None:
    end = day + datetime.timedelta(days=later)
    after = [day + datetime.timedelta(days=step) for step in range(1, later + 1)]
    counted = sum(other.weekday() < 5 for other in after)
    assert weekdays_between(day.isoformat(), end.isoformat()) == counted


@given(days, st.integers(0, 50_000))
def test_days_are_numbered_as_the_calendar_has_them(day: datetime.date, more: int) -> None:
    later = day + datetime.timedelta(days=more)
    assert day_number(later.isoformat()) - day_number(day.isoformat()) == more
    assert (day_number(day.isoformat()) % 7 == 0) == (day.isoweekday() == 7)
