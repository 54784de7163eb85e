"""Days as the raw input writes them, read for the checks by code of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..core.dates import parse_date

_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"


def day_comes_first(slashed: Iterable[str]) -> bool:
    """Whether the texts with slashes write the day before the month: only a day is over 12."""
    return any(text[:2].isdigit() and int(text[:2]) > 12 for text in slashed)


@lru_cache(maxsize=10_000)
def raw_day(text: str, day_first: bool) -> str:
    """The day that `text` begins with as YYYY-MM-DD, "" for none or one that no calendar has."""
    if text[:8].isdigit():
        return parse_date(text[:8]) or ""
    return parse_date("".join(_written(text, day_first))) or ""


def _written(text: str, day_first: bool) -> Iterator[str]:
    """Year, month and day in digits; nothing where they are not told."""
    parts = text.replace("/", "-").split("-", 2)
    if len(parts) < 3:
        return
    first, second, third = parts
    if len(first) == 4:
        year, month, day = first, second, third[:2]
    else:
        digits = third[: len(third) - len(third.lstrip("0123456789"))]
        year = {2: f"20{digits}", 4: digits}.get(len(digits), "")
        day, month = (first, second) if day_first else (second, first)
        if second.isalpha():
            day, month = first, str(_MONTHS.find(second.lower()) // 3 + 1)
        elif month.isdigit() and int(month) > 12:
            day, month = month, day
    for part, size in ((year, 4), (month, 2), (day, 2)):
        yield part.rjust(size, "0") if part.isdigit() else " "
