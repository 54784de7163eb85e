"""Which functions each test runs, measured once by a pytest plugin.

The plugin writes a line of JSON a passed test: its node id, seconds and functions. A function is
"path:line" with the path below the library and the line where its code starts, with decorators;
A_PROGRAM is among them where the test starts one.
"""

from __future__ import annotations

import glob
import json
import os
import sys
import threading
import time
from typing import Any, Dict, Iterator, List, NamedTuple, Set

import pytest

FOLDER = "MUTATION_MAP"
A_PROGRAM = "a program"  # stands for the functions that cannot be seen: the test starts a program


class Measured(NamedTuple):
    """A test that passes: its node id, its seconds, and the functions that it runs."""

    node: str
    seconds: float
    functions: Set[str]


class Recorder:
    """The plugin: records the functions under `root` that each test calls, in this process."""

    def __init__(self, root: str, into: str) -> None:
        self.root, self.into = root, into
        self.called: Dict[int, Any] = {}
        self.failed = self.started = False
        sys.addaudithook(self.heard)

    def heard(self, event: str, arguments: Any) -> None:
        self.started = self.started or event in ("subprocess.Popen", "os.posix_spawn", "os.fork")

    def trace(self, frame: Any, event: str, argument: Any) -> None:
        code = frame.f_code
        if id(code) not in self.called:
            self.called[id(code)] = code

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        self.called, self.failed, self.started = {}, False, False
        start = time.perf_counter()
        sys.settrace(self.trace)
        threading.settrace(self.trace)
        yield
        sys.settrace(None)
        threading.settrace(None)
        if not self.failed:
            self.write(item.nodeid, time.perf_counter() - start)

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.failed = self.failed or report.outcome != "passed"

    def write(self, node: str, seconds: float) -> None:
        functions = {
            f"{code.co_filename[len(self.root) :]}:{code.co_firstlineno}"
            for code in self.called.values()
            if code.co_filename.startswith(self.root)
        }
        if self.started:
            functions.add(A_PROGRAM)
        if functions:
            with open(
                os.path.join(self.into, f"{os.getpid()}.jsonl"), "a", encoding="utf-8"
            ) as file:
                file.write(json.dumps([node, round(seconds, 4), sorted(functions)]) + "\n")


def pytest_configure(config: Any) -> None:
    """Turns the recorder on where the environment names a folder."""
    if os.environ.get(FOLDER):
        root = os.path.join(str(config.rootpath), "scripts", "ib_portfolio", "")
        config.pluginmanager.register(Recorder(root, os.environ[FOLDER]))


def read_measured(folder: str) -> List[Measured]:
    """What the plugin wrote."""
    found = []
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        with open(path, encoding="utf-8") as file:
            for line in file:
                node, seconds, functions = json.loads(line)
                found.append(Measured(node, seconds, set(functions)))
    return found
