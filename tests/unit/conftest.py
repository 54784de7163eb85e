"""Exact decimals as in every run; hypothesis never against the clock, always the same examples.

HYPOTHESIS_PROFILE=thorough draws others, and many more.
"""

from __future__ import annotations

import gc
import os

from hypothesis import HealthCheck, settings

from ib_portfolio.core.numbers import use_exact_decimals

use_exact_decimals()

settings.register_profile(
    "here",
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", parent=settings.get_profile("here"), derandomize=False, max_examples=3_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "here"))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: nothing looks through it for what may go."""
    gc.freeze()
    gc.set_threshold(20_000, 20)
