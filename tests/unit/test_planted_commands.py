"""No figure of another command's document can be moved without a check that notices.

All of `python tests/planted_figures.py` but the plans of one account.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "planted"))
from command_figures import COMMAND_RUNS, KNOWN_OF_COMMANDS, CommandRun, planted_in
from planted_commands import COMMANDS


@pytest.mark.parametrize("run", COMMAND_RUNS, ids=lambda run: f"{run.command} {run.name}")
def test_every_figure_of_a_command_is_checked(run: CommandRun) -> None:
    found = planted_in(run)
    assert found.figures > 12 and found.changes >= found.figures
    assert found.unknown == {}


def test_every_command_has_a_run_and_every_exception_a_reason() -> None:
    assert {run.command for run in COMMAND_RUNS} == set(COMMANDS)
    assert all(len(reason.split()) > 4 for reason in KNOWN_OF_COMMANDS.values())
    assert len(KNOWN_OF_COMMANDS) <= 9
