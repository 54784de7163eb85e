"""Days as the checks read them, by a reader of their own."""

from __future__ import annotations

import pytest

from ib_portfolio.checks.raw_dates import raw_day


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("20261120;100000", False, "2026-11-20"),
        ("2026-11-20, 10:00:00", False, "2026-11-20"),
        ("05/11/2026", True, "2026-11-05"),
        ("05/11/2026", False, "2026-05-11"),
        ("13/11/26", False, "2026-11-13"),
        ("20-NOV-26", False, "2026-11-20"),
        ("20280229", False, "2028-02-29"),
        ("20260229", False, ""),
        ("20261131", False, ""),
        ("2026-02-30", False, ""),
        ("20-XXX-26", False, ""),
        ("31/04/2026", True, ""),
        ("--", False, ""),
        ("", False, ""),
        ("٢٠٢٦١١٢٠", False, ""),
    ],
)
def test_a_day_is_one_of_the_calendar_or_none(text: str, day_first: bool, day: str) -> None:
    assert raw_day(text, day_first) == day
