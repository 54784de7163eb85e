"""A script that is called says what the same script says in a process of its own."""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from typing import Any, Dict

import pytest
from called_script import SCRIPTS, call_script, start_script
from test_command_hook import by_model, typed

BARE = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
CLIENT = {**BARE, "CLAUDE_CODE_ENTRYPOINT": "cli"}
HOOKS = ("on_prompt.py", "on_tool_use.py")


def both(name: str, *words: str, stdin: bytes = b"", environ: Any = BARE, folder: Any = None):
    """What both ways leave behind, which is the same."""
    started, called = (
        way(name, words, stdin, environ, folder and str(folder))
        for way in (start_script, call_script)
    )
    assert called == started
    return called


@pytest.mark.parametrize("name", sorted(set(os.listdir(SCRIPTS)) - {"ib_portfolio", "__pycache__"}))
def test_every_script_ends_alike_without_words_and_with_wrong_ones(
    name: str, tmp_path: Path
) -> None:
    for words in ((), ("--nothing",)):
        done = both(name, *words, folder=tmp_path)
        assert (done.returncode == 0) == (name in HOOKS or (name == "check_setup.py" and not words))


@pytest.mark.parametrize(
    ("name", "words", "code", "said"),
    [
        ("rebalance.py", ["growth", "--sample"], 0, "REQUIRED TRADES"),
        ("rebalance.py", ["--sample", "--drift", "--profile", "income"], 3, "OUTSIDE"),
        ("rebalance.py", ["--sample", "--profile", "grwth"], 1, "Unknown profile"),
        ("review_portfolio.py", ["--sample"], 0, "Portfolio Review"),
        ("check_setup.py", ["--sample"], 0, "Setup of"),
        ("correct_sum.py", ["A=33.3", "B=33.3", "C=33.3"], 0, "33.4"),
    ],
)
def test_a_report_a_refusal_and_an_exit_code_are_the_same(
    name: str, words: Any, code: int, said: str
) -> None:
    done = both(name, *words)
    assert done.returncode == code
    assert said in (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(
    "payload", [typed("growth --sample"), by_model("PostToolUse", "--help"), typed("grwth"), {}]
)
def test_a_hook_answers_the_same(tmp_path: Path, payload: Dict[str, Any]) -> None:
    stdin = json.dumps(payload).encode()
    done = both("on_prompt.py", str(tmp_path), stdin=stdin, environ=CLIENT)
    assert bool(done.stdout) is bool(payload)


def test_this_process_is_left_as_it_was(tmp_path: Path) -> None:
    def state() -> Any:
        return (os.getcwd(), dict(os.environ), list(sys.argv), list(sys.path), sys.stdin,
                sys.stdout, sys.stderr, gc.isenabled(), gc.get_freeze_count())  # fmt: skip

    gc.enable()
    before, environ = state(), {"X": "1"}
    words = ["--sample", "--csv", "plan.csv"]
    done = call_script("rebalance.py", words, environ=environ, folder=str(tmp_path))
    assert done.returncode == 0 and (tmp_path / "plan.csv").is_file()
    assert state() == before and environ == {"X": "1"}
