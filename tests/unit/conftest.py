"""How hypothesis runs here: never against the clock, and in CI always the same examples."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "here",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", parent=settings.get_profile("here"), max_examples=3_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "here"))
