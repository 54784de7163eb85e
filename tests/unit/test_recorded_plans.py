"""What random accounts are told to trade is what is recorded, sentence by sentence, too."""

from __future__ import annotations

import sys

import pytest
from terminal import TESTS

sys.path.insert(0, TESTS)

from expected_plans import current_text
from recorded_plans import KINDS, path_of, recorded


@pytest.mark.parametrize("name", KINDS)
def test_plans_are_as_recorded(name: str) -> None:
    """`python tests/recorded_plans.py --write` where they are to change; read what did."""
    now = recorded(name)
    assert now == current_text(path_of(name)).splitlines()
    assert sum(" for " in line for line in now) > 30
    assert not [line for line in now if line.endswith("check_failed")]
