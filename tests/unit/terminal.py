"""The terminal: `rebalance.py` called as a user calls it, in this process or in one of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import List, NamedTuple

import rebalance
from ib_portfolio.core.console import run_script

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(TESTS)
STATEMENTS = os.path.join(TESTS, "fixtures", "statements")
FLEX = os.path.join(TESTS, "fixtures", "flex")
SAMPLE = os.path.join(ROOT, "samples", "statement.xml")


class Answer(NamedTuple):
    code: int
    out: str
    err: str


def run(words: List[str], folder: str = ROOT) -> Answer:
    """The answer to `words`, given in `folder`, without starting a process."""
    streams, before = (sys.stdout, sys.stderr), os.getcwd()
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in streams)
    sys.stdout, sys.stderr = out, err
    os.chdir(folder)
    try:
        code = run_script(rebalance.main, words)
    finally:
        os.chdir(before)
        sys.stdout, sys.stderr = streams
    said = (stream.buffer.getvalue().decode("utf-8") for stream in (out, err))
    return Answer(code, *said)


def run_process(words: List[str], folder: str = ROOT) -> Answer:
    """The same from a process of its own."""
    command = [sys.executable, os.path.join(ROOT, "scripts", "rebalance.py"), *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60)
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
