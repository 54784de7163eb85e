"""Short- or long-term: how long a lot is held, with the rules for leap days and ends of months."""

from __future__ import annotations

import datetime


def is_long_term(held_since: str, sold: str) -> bool:
    """Whether what is held since one day is held for more than one year on another (YYYY-MM-DD).

    It is from `long_term_from` on.
    """
    return sold >= long_term_from(held_since)


def long_term_from(held_since: str) -> str:
    """The first day on which a sale of what is held since a day is long-term, YYYY-MM-DD.

    The holding period begins on the day after the acquisition and includes the day of the sale;
    months count by the calendar, so that what was bought on the last day of a month counts from the
    first of the next, and a year from a February 29 ends with that February. Trade dates count.
    Source: US, Rev. Rul. 66-7 and 66-97; Caspe v. United States, 694 F.2d 1116 (8th Cir. 1982).
    """
    first = datetime.date.fromisoformat(held_since) + datetime.timedelta(days=1)
    if (first.month, first.day) == (2, 29):
        return f"{first.year + 1:04}-03-01"
    return f"{first.year + 1:04}-{first.month:02}-{first.day:02}"
