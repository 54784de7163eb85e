"""Measures what a run costs: CPU time against a bare interpreter, growth with size, memory.

Usage: python tests/bench.py [--judge] [--python INTERPRETER]
Start-up and a whole run on the sample are ratios to `python -c pass` in the same measurement, the
least CPU time of many runs; version 0.1 is measured beside them where its commit is in the history.
Planning is from the file to the document, in one process, at 10 to 10,000 positions.
Exit codes: 0 measured, 1 with --judge when a figure is over its limit.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
import time

TESTS = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.join(os.path.dirname(TESTS), "scripts")
REBALANCE = os.path.join(SCRIPTS, "rebalance.py")
FIRST_VERSION = "53a2e63"
SIZES = (10, 100, 1_000, 10_000)
ROUNDS = 25
# What --judge wants: ratio of the whole run, seconds at 10,000 positions, growth per decade.
WHOLE_RUN, SECONDS, GROWTH = 3.0, 2.0, 12.0


def cpu_time(command: list[str]) -> float:
    """The CPU seconds of one run of a command in a process of its own, its output thrown away."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def unpack_first_version(folder: str) -> str:
    """The scripts of version 0.1 in `folder`; "" where its commit is not in the history."""
    command = ["git", "archive", "--format=tar", FIRST_VERSION, "scripts", "samples"]
    with tempfile.TemporaryFile() as archive:
        root, nothing = os.path.dirname(TESTS), subprocess.DEVNULL
        if subprocess.run(command, cwd=root, stdout=archive, stderr=nothing).returncode:
            return ""
        archive.seek(0)
        with tarfile.open(fileobj=archive) as files:
            files.extractall(folder)
    return os.path.join(folder, "scripts")


def measure_runs(python: str, first_version: str) -> list[tuple[str, float]]:
    """The least CPU time of each command, in turns so that a busy machine is fair to all."""
    libraries = "import sys; sys.path.insert(0, sys.argv[1]); import "
    commands = {
        "python -c pass": [python, "-c", "pass"],
        "import of the library": [python, "-c", f"{libraries}ib_portfolio.rebalance", SCRIPTS],
        "rebalance.py --sample": [python, REBALANCE, "--sample"],
        "rebalance.py --sample --json": [python, REBALANCE, "--sample", "--json"],
    }
    if first_version:
        first = os.path.join(first_version, "rebalance.py")
        commands["0.1: import of the library"] = [
            python,
            "-c",
            f"{libraries}rebalancing.run",
            first_version,
        ]
        commands["0.1: rebalance.py --sample"] = [python, first, "--sample"]
    for command in commands.values():
        cpu_time(command)  # writes the byte code
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            times[name].append(cpu_time(command))
    return [(name, min(found)) for name, found in times.items()]


PLANNING = """
import gc, resource, sys, time
gc.disable()  # as rebalance.py does
sys.path.insert(0, sys.argv[1])
from ib_portfolio.core.numbers import use_exact_decimals
from ib_portfolio.request.request import parse_words
from ib_portfolio.checked_plan import plan_from_statement
use_exact_decimals()
request = parse_words(["growth", "--statement", sys.argv[2]])
times = []
for _ in range(int(sys.argv[3])):
    start = time.process_time()
    trades = plan_from_statement(request, "2026-11-20")["trades"]
    times.append(time.process_time() - start)
assert trades
unit = 1 if sys.platform == "darwin" else 1024
print(min(times), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
"""


def measure_planning(python: str, folder: str) -> list[tuple[int, float, float]]:
    """(positions, CPU seconds, peak bytes) from file to checked document, each in its own child."""
    sys.path[:0] = [SCRIPTS, os.path.join(TESTS, "unit")]
    from portfolios import many_rows, statement_xml

    found = []
    for size in SIZES:
        path = os.path.join(folder, f"{size}.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(statement_xml(many_rows(size)))
        command = [python, "-c", PLANNING, SCRIPTS, path, str(3 if size > 1_000 else 7)]
        seconds, peak = subprocess.run(command, check=True, capture_output=True).stdout.split()
        found.append((size, float(seconds), float(peak)))
    return found


def main() -> int:
    """Measures, prints, and judges when asked to; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--judge", action="store_true")
    parser.add_argument("--python", default=sys.executable)
    arguments = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        first_version = unpack_first_version(folder)
        runs = measure_runs(arguments.python, first_version)
    if not first_version:
        print("Version 0.1 is not in this repository's history, so it is not measured.")
    bare = runs[0][1]
    print(f"{'least CPU time of ' + str(ROUNDS) + ' runs':<32}{'ms':>10}{'ratio':>10}")
    for name, seconds in runs:
        print(f"{name:<32}{seconds * 1000:>10.1f}{seconds / bare:>10.2f}")
    with tempfile.TemporaryDirectory() as folder:
        planning = measure_planning(arguments.python, folder)
    print(f"\n{'positions, file to document':<32}{'ms':>10}{'growth':>10}{'MB peak':>10}")
    growth = []
    for place, (size, seconds, peak) in enumerate(planning):
        if place:
            growth.append(seconds / planning[place - 1][1])
        grown = f"{growth[-1]:.1f}" if growth else ""
        print(f"{size:<32,}{seconds * 1000:>10.1f}{grown:>10}{peak / 1e6:>10.1f}")
    print(f"\nMeasured in {time.perf_counter() - start:.0f} s.")
    limits = [
        ("whole run / bare interpreter", runs[2][1] / bare, WHOLE_RUN),
        ("seconds at 10,000 positions", planning[-1][1], SECONDS),
        ("growth per decade", max(growth), GROWTH),
    ]
    over = [row for row in limits if row[1] > row[2]]
    for name, figure, limit in over if arguments.judge else ():
        print(f"{name}: {figure:.2f}, over {limit}", file=sys.stderr)
    return 1 if arguments.judge and over else 0


if __name__ == "__main__":
    sys.exit(main())
