"""What is read of a statement or an answer with one thing changed is what is recorded."""

from __future__ import annotations

import sys

import pytest
from terminal import TESTS

sys.path.insert(0, TESTS)

from readings.limits import wrong
from recorded_readings import LIMITS, TABLES, kept, recorded


@pytest.mark.parametrize("name", TABLES)
def test_readings_are_as_recorded(name: str) -> None:
    """`python tests/recorded_readings.py --write` where they are to change; read what did."""
    now = recorded(name)
    assert now == kept(name)
    said = [line.rpartition("\t")[2] for line in now]
    assert len(now) > 100 and sum("refused: " in one for one in said) > 20
    assert sum(one == "the same" for one in said) < len(now) / 2


def test_figures_may_be_off_as_far_as_is_recorded_and_no_farther() -> None:
    lines = kept(LIMITS)
    assert len(lines) > 30 and wrong(lines) == []


def test_limits_that_have_moved_are_seen() -> None:
    first, second, _, *others = (line.split("\t") for line in kept(LIMITS))
    first[-1], second[-1] = f"{first[-1][:-1]}4", f"{second[-1][:-1]}1"
    more = ["a", "b", "is read", "1", "0", "2"]
    said = wrong(["\t".join(line) for line in (first, second, *others, more)])
    assert len(said) == 5 and first[-1] in said[0] and second[-1] in said[1]
    assert said[-1] == "b is no longer looked for"
