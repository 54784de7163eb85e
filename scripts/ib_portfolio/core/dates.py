"""Dates as Flex writes them."""

from __future__ import annotations

from collections.abc import Iterable

_TIME = r"(?:[;, T].*)?\Z"
_FORM = r"(?a)(\d{4})-?(\d{2})-?(\d{2})" + _TIME
_NAMED = r"([0-9]{2})-([A-Za-z]{3})-([0-9]{2})" + _TIME
_SLASHED = r"([0-9]{2})/([0-9]{2})/([0-9]{4}|[0-9]{2})" + _TIME
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_BEHIND = ("", *";, T")
DAY_FIRST, MONTH_FIRST = "dd/MM", "MM/dd"


def parse_date(text: str, order: str = "") -> str | None:
    """The day in `text` as YYYY-MM-DD, None when there is none.

    Read are yyyyMMdd, yyyy-MM-dd and dd-MMM-yy, each also with a time behind ";", "," or a space.
    Flex can write MM/dd and dd/MM too, with a year of two or four digits: those are read where
    `order` (DAY_FIRST or MONTH_FIRST) tells which, or where only one of the two is a day.
    """
    if not text:
        return None
    if text[:8].isdigit() and text.isascii() and text[8:9] in _BEHIND and len(text) > 7:
        return _day(int(text[:4]), int(text[4:6]), int(text[6:8]))  # as nearly all are
    import re

    found = re.match(_FORM, text)
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = re.match(_NAMED, text)
    if found and found[2].upper() in _MONTHS:
        return _day(2000 + int(found[3]), _MONTHS.index(found[2].upper()) + 1, int(found[1]))
    found = re.match(_SLASHED, text)
    return _slashed_day(int(found[1]), int(found[2]), found[3], order) if found else None


def order_of_dates(texts: Iterable[str]) -> str:
    """DAY_FIRST or MONTH_FIRST where a number over 12 in one of the dates tells it, "" otherwise.

    Also "" where they contradict each other. Only dates with slashes count.
    """
    slashed = [text for text in texts if "/" in text]
    if not slashed:
        return ""
    import re

    parts = [found for found in (re.match(_SLASHED, text) for text in slashed) if found]
    day_first = any(12 < int(found[1]) <= 31 for found in parts)
    month_first = any(12 < int(found[2]) <= 31 for found in parts)
    if day_first == month_first:
        return ""
    return DAY_FIRST if day_first else MONTH_FIRST


def _slashed_day(first: int, second: int, written: str, order: str) -> str | None:
    year = int(written) if len(written) == 4 else 2000 + int(written)
    days = {_day(year, second, first)} if order != MONTH_FIRST else set()
    days |= {_day(year, first, second)} if order != DAY_FIRST else set()
    days -= {None}
    return days.pop() if len(days) == 1 else None


def weekdays_between(earlier: str, later: str) -> int:
    """How many weekdays lie after `earlier`, `later` included (YYYY-MM-DD each); 0 if none."""
    import datetime

    first, last = datetime.date.fromisoformat(earlier), datetime.date.fromisoformat(later)
    weeks, days = divmod(max((last - first).days, 0), 7)
    rest = sum((first.weekday() + step) % 7 < 5 for step in range(1, days + 1))
    return weeks * 5 + rest


def day_number(day: str) -> int:
    """The number of `day` (YYYY-MM-DD) in a count of all days; 7 divides that of a Sunday.

    Without datetime, as `_day`.
    """
    year, month = int(day[:4]), int(day[5:7])
    # Years that begin in March have their leap day at the end.
    year, month = (year, month - 3) if month > 2 else (year - 1, month + 9)
    leap_days = year // 4 - year // 100 + year // 400
    return year * 365 + leap_days + (153 * month + 2) // 5 + int(day[8:]) + 2


def days_after(day: str, count: int) -> str:
    """The day `count` days after `day`, before it for a count below zero (YYYY-MM-DD)."""
    import datetime

    found = datetime.date.fromisoformat(day) + datetime.timedelta(days=count)
    return found.isoformat()


def days_from(earlier: str, later: str) -> int:
    """How many days lie from one day to another, below zero where `later` comes first."""
    import datetime

    return (datetime.date.fromisoformat(later) - datetime.date.fromisoformat(earlier)).days


def _day(year: int, month: int, day: int) -> str | None:
    # Without datetime, whose import would cost more than all the dates of a statement.
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if year and 1 <= month <= 12 and 1 <= day <= days[month - 1]:
        return f"{year:04}-{month:02}-{day:02}"
    return None
