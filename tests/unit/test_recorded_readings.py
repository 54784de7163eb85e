"""What is read of a statement or an answer with one thing changed is what is recorded."""

from __future__ import annotations

import sys

import pytest
from terminal import TESTS

sys.path.insert(0, TESTS)

from expected_plans import current_text
from recorded_readings import TABLES, path_of, recorded


@pytest.mark.parametrize("name", TABLES)
def test_readings_are_as_recorded(name: str) -> None:
    """`python tests/recorded_readings.py --write` where they are to change; read what did."""
    now = recorded(name)
    assert now == current_text(path_of(name)).splitlines()
    said = [line.rpartition("\t")[2] for line in now]
    assert len(now) > 100 and sum("refused: " in one for one in said) > 20
    assert sum(one == "the same" for one in said) < len(now) / 2
