"""Runs tests against a changed copy of the tree: one process a mutant, forked from a warm one."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from typing import Any, List, NamedTuple, Sequence

import pytest
from mutation.covering_tests import A_PROGRAM, Measured
from mutation.points import Mutant

LIBRARY = os.path.join("scripts", "ib_portfolio")
FIRST = 30  # tests that are tried before the rest: collecting all of them takes longer
MEMORY = 4 * 2**30  # bytes that a process may ask for, so that an endless loop ends
START_SECONDS = 120  # until the first test runs
NOT_RUN = (3, 4, 5, 70)  # pytest's own failures, and that it could not be started
CALLERS_OPTIONS = "PYTEST_ADDOPTS"  # are for the run that calls this one, in its own tree
_OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")


class Verdict(NamedTuple):
    """What came of a mutant, and how many tests were tried: killed, survived or untested."""

    mutant: Mutant
    result: str
    tried: int


class Chosen:
    """A pytest plugin: only these tests, in this order; one without an end ends the process."""

    def __init__(self, tests: Sequence[Measured]) -> None:
        self.rank = {one.node: place for place, one in enumerate(tests)}
        self.seconds = {one.node: one.seconds for one in tests}

    def pytest_collection_modifyitems(self, items: List[Any]) -> None:
        kept = [one for one in items if one.nodeid in self.rank]
        items[:] = sorted(kept, key=lambda one: self.rank[one.nodeid])

    def pytest_runtest_setup(self, item: Any) -> None:
        signal.setitimer(signal.ITIMER_REAL, 20 + 10 * self.seconds[item.nodeid])


def copy_tree(source: str, target: str) -> None:
    """The files of the tree that are kept under version control, or will be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=source,
        capture_output=True,
        check=True,
    )
    for name in os.fsdecode(listed.stdout).split("\0"):
        path = os.path.join(source, name)
        if name and os.path.isfile(path):
            os.makedirs(os.path.dirname(os.path.join(target, name)), exist_ok=True)
            shutil.copy2(path, os.path.join(target, name))


def likeliest(mutant: Mutant, measured: Sequence[Measured]) -> List[Measured]:
    """The tests that run the mutant's function, those of least else first.

    A change outside of functions is for the tests that run any function of the file. One that no
    test is seen to run is for those that start a program, which may run it.
    """
    place = f"{mutant.path}:{mutant.function}"
    covering = [
        one
        for one in measured
        if place in one.functions
        or (
            not mutant.function
            and any(name.rpartition(":")[0] == mutant.path for name in one.functions)
        )
    ]
    covering = covering or [one for one in measured if A_PROGRAM in one.functions]
    return sorted(covering, key=lambda one: len(one.functions) * (0.05 + one.seconds))


def _run(tree: str, tests: Sequence[Measured]) -> None:
    """In the forked process: the tests; exit code 0 where all of them passed."""
    os.setsid()
    os.chdir(tree)
    silent = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(silent, number)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for name in list(sys.modules):
        if name.partition(".")[0] in ("ib_portfolio", "conftest"):
            del sys.modules[name]  # the tree's own are meant
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.setitimer(signal.ITIMER_REAL, START_SECONDS)
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.environ.pop(CALLERS_OPTIONS, None)
    files = sorted({one.node.partition("::")[0] for one in tests})
    options = [*_OPTIONS, "--basetemp", f"{tree}-temporary"]
    os._exit(int(pytest.main([*options, *files], plugins=[Chosen(tests)])))


def all_pass(tree: str, tests: Sequence[Measured]) -> bool:
    """Whether the tests pass in the tree. A process that is ended by its clock has not passed.

    Raises RuntimeError where pytest found none of them.
    """
    child = os.fork()
    if not child:
        try:
            _run(tree, tests)
        finally:
            os._exit(70)
    status = os.waitpid(child, 0)[1]
    try:
        os.killpg(child, signal.SIGKILL)  # what the tests started and did not end
    except (ProcessLookupError, PermissionError):
        pass
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) in NOT_RUN:
        raise RuntimeError(f"pytest ran no test: exit code {os.WEXITSTATUS(status)}")
    return status == 0


def tried(tree: str, mutant: Mutant, measured: Sequence[Measured]) -> Verdict:
    """The mutant put into the tree, its tests run there, and the file as it was."""
    tests = likeliest(mutant, measured)
    if not tests:
        return Verdict(mutant, "untested", 0)
    path = os.path.join(tree, LIBRARY, mutant.path)
    times = os.stat(path)
    with open(path, encoding="utf-8", newline="") as file:
        source = file.read()
    try:
        _write(path, mutant.applied(source), times.st_mtime + 10)
        for part in (tests[:FIRST], tests[FIRST:]):
            if part and not all_pass(tree, part):
                return Verdict(mutant, "killed", len(part))
    finally:
        _write(path, source, times.st_mtime)
    return Verdict(mutant, "survived", len(tests))


def _write(path: str, text: str, modified: float) -> None:
    """The text with a time of change, by which Python knows whether its compiled file holds."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    os.utime(path, (modified, modified))
