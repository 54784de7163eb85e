"""Days as the raw input writes them, read for the checks by code of their own."""

from __future__ import annotations

from collections.abc import Iterable

_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"


def day_comes_first(slashed: Iterable[str]) -> bool:
    """Whether the texts with slashes write the day before the month: only a day is over 12."""
    return any(text[:2].isdigit() and int(text[:2]) > 12 for text in slashed)


def raw_day(text: str, day_first: bool) -> str:
    """The day that `text` begins with as YYYY-MM-DD, "" where it begins with none."""
    if text[:8].isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    parts = text[:10].replace("/", "-").split("-")
    if len(parts) < 3:
        return ""
    first, second, third = parts[:3]
    if len(first) == 4:
        return f"{first}-{second}-{third[:2]}"
    year = third[:4] if third[:4].isdigit() and len(third) > 3 else f"20{third[:2]}"
    if second.isalpha():
        return f"{year}-{_MONTHS.find(second.lower()) // 3 + 1:02}-{first}"
    day, month = (first, second) if day_first else (second, first)
    if month.isdigit() and int(month) > 12:
        day, month = month, day
    return f"{year}-{month}-{day}"
