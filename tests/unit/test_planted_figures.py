"""No figure of a plan can be moved without a check that notices, but for those with a reason.

A few option sets of `python tests/planted_figures.py`, which has them all.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from planted_figures import KNOWN, RUNS, Run, changed, figures_of, moved, planted

SOME = (
    Run("growth --band 2 --to half"),
    Run("growth --no-sell"),
    Run("growth --max-turnover 10"),
    Run("growth --html plan.html"),
    Run("balanced", "covered_call"),
    Run("balanced --lots", "fifo_gains"),
)


@pytest.mark.parametrize("run", SOME, ids=lambda run: f"{run.words} {run.situation}")
def test_every_figure_is_checked(run: Run) -> None:
    found = planted(run)
    assert found.figures > 50 and found.changes > 2 * found.figures
    assert found.unknown == {}


def test_the_sets_are_some_of_all_and_every_exception_has_a_reason() -> None:
    assert len(RUNS) > 20 and all(len(reason.split()) > 1 for reason in KNOWN.values())
    assert len(KNOWN) <= 10


def test_figures_are_found_and_moved() -> None:
    document = {"a": [{"b": "1.50", "c": "VTI"}, {"b": 2, "d": True}], "checks": ["1"]}
    assert [(one.path, one.value) for one in figures_of(document)] == [
        (("a", 0, "b"), "1.50"),
        (("a", 1, "b"), 2),
    ]
    assert moved("1.50", "0.01") == "1.51" and moved(2, "1") == 3
    assert changed(document, [(("a", 0, "b"), "9")])["a"][0]["b"] == "9"
    assert Decimal(document["a"][0]["b"]) == Decimal("1.5")
