"""Random portfolios through plan and check; `python tests/random_portfolios.py` takes 20,000."""

from __future__ import annotations

import os
import sys
from collections import Counter

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS)

from random_portfolios import RIGHT_REFUSALS, outcome  # noqa: E402


def test_random_portfolios_are_planned_and_pass_every_check() -> None:
    counts = Counter(outcome(seed) for seed in range(1_000_000, 1_000_400))
    assert set(counts) <= {"planned", "planned, no trade", *RIGHT_REFUSALS}
    assert counts["planned"] > 200
