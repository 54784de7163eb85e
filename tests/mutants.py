"""Changes the library by one small mistake at a time, and reports which ones no test notices.

A sample of the mistakes, by a seed, each in a copy of the tree with the tests of its function.
Those in mutation/equivalent.tsv change nothing that a run can show, each with a reason.

Usage: python tests/mutants.py [--count N] [--seed S] [--module NAME] [--processes N] [--measured F]
Exit codes: 0 at least 95% are noticed in every folder, 1 fewer, 2 a listed one is no longer made.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from typing import Callable, Dict, Iterator, List, Optional, Sequence, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path[:0] = [HERE]

from mutation.covering_tests import FOLDER, Measured, read_measured  # noqa: E402
from mutation.points import Mutant, compiles, mutants_of, stale  # noqa: E402
from mutation.trials import (  # noqa: E402
    CALLERS_OPTIONS,
    LIBRARY,
    Verdict,
    all_pass,
    copy_tree,
    likeliest,
    tried,
)

FOLDERS = ("planning", "taxes", "market", "sources", "checks", "request")
LEAST = 95  # percent of the mutants that are not equivalent
EQUIVALENT = os.path.join(HERE, "mutation", "equivalent.tsv")
Listed = Tuple[str, str, str]


def sources_of(root: str, folders: Sequence[str] = FOLDERS) -> Dict[str, str]:
    """The text of the folders' files, by path below the library."""
    found, library = {}, os.path.join(root, LIBRARY)
    for name in folders:
        for folder, _, files in os.walk(os.path.join(library, *name.split("/"))):
            for file in sorted(files):
                if file.endswith(".py"):
                    path = os.path.join(folder, file)
                    with open(path, encoding="utf-8", newline="") as text:
                        found[os.path.relpath(path, library).replace(os.sep, "/")] = text.read()
    return dict(sorted(found.items()))


def equivalent(path: str = EQUIVALENT) -> Dict[Listed, str]:
    """The listed mutants that change nothing: file, before, after; with the reason."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {(row[0], row[1], row[2]): row[3] for row in rows if row and row[0][0] != "#"}


def folder_of(path: str) -> str:
    """The folder of the library in which a file is."""
    return path.partition("/")[0]


def sample(sources: Dict[str, str], count: int, seed: int) -> List[Mutant]:
    """As many mutants from each folder, `count` together, in an order of the seed."""
    draw, by_folder = random.Random(seed), {}
    for path, source in sources.items():
        by_folder.setdefault(folder_of(path), []).extend(mutants_of(path, source))
    chosen: List[Mutant] = []
    for mutants in by_folder.values():
        draw.shuffle(mutants)
        sound = (one for one in mutants if compiles(one.applied(sources[one.path])))
        chosen += [one for _, one in zip(range(-(-count // len(by_folder))), sound)]
    draw.shuffle(chosen)
    return chosen[:count]


def measure(tree: str, processes: int, tests: Sequence[str], folder: str) -> List[Measured]:
    """Runs the tests of the tree once, and says what each one runs; kept in the folder."""
    path = os.pathsep.join([HERE, os.environ.get("PYTHONPATH", "")])
    plugins = ["-p", "mutation.covering_tests", "-p", "no:cacheprovider"]
    plugins += ["--basetemp", f"{tree}-temporary"]
    env = {name: value for name, value in os.environ.items() if name != CALLERS_OPTIONS}
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", str(processes), *plugins, *tests],
        cwd=tree,
        env={**env, FOLDER: folder, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
    )
    return read_measured(folder)


def _work(tree: str, measured: Sequence[Measured], queue: object, results: object) -> None:
    """In a process of its own: mutants from the queue until there is none."""
    for mutant in iter(queue.get, None):
        results.put(tried(tree, mutant, measured))


def verdicts(
    trees: Sequence[str], mutants: Sequence[Mutant], measured: Sequence[Measured]
) -> Iterator[Verdict]:
    """What came of each mutant, as it comes; one process a tree."""
    context = multiprocessing.get_context("fork")
    queue, results = context.Queue(), context.Queue()
    for one in [*mutants, *[None] * len(trees)]:
        queue.put(one)
    workers = [
        context.Process(target=_work, args=(tree, measured, queue, results)) for tree in trees
    ]
    for worker in workers:
        worker.start()
    for _ in mutants:
        yield results.get()
    for worker in workers:
        worker.join()


def table(found: Sequence[Verdict], known: Dict[Listed, str]) -> Tuple[List[str], bool]:
    """The lines of the report, and whether every folder's score is enough."""
    lines = [
        f"{'folder':<12}{'mutants':>8}{'killed':>8}{'equivalent':>12}{'survived':>10}{'score':>8}"
    ]
    enough, left = True, []
    for folder in sorted({folder_of(one.mutant.path) for one in found}):
        counts: Counter = Counter()
        for one in found:
            mutant = one.mutant
            if folder_of(mutant.path) != folder:
                continue
            same = (mutant.path, mutant.before, mutant.after) in known
            counts["killed" if one.result == "killed" else "equivalent" if same else "left"] += 1
            if one.result != "killed" and not same:
                left.append(one)
        counted = counts["killed"] + counts["left"]
        score = 100 * counts["killed"] / counted if counted else 100
        enough = enough and score >= LEAST
        lines.append(
            f"{folder:<12}{sum(counts.values()):>8}{counts['killed']:>8}{counts['equivalent']:>12}"
            f"{counts['left']:>10}{score:>7.1f}%"
        )
    return lines + [_told(one) for one in left], enough


def _told(one: Verdict) -> str:
    """A survivor in two lines."""
    mutant = one.mutant
    return (
        f"\n{LIBRARY}/{mutant.path}:{mutant.line} ({mutant.operator}; {one.result}, "
        f"{one.tried} tests)"
        f"\n  {mutant.before}\n  -> {mutant.after}"
    )


def run(
    root: str,
    mutants: Sequence[Mutant],
    known: Dict[Listed, str],
    processes: int,
    tests: Sequence[str] = ("tests/unit",),
    kept: Optional[str] = None,
    say: Callable[[str], None] = print,
) -> int:
    """Tries the mutants and prints the table; the exit code.

    `kept` is a folder with what an earlier run measured of the tests.
    """
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        trees = [os.path.join(folder, str(number)) for number in range(processes)]
        copy_tree(root, trees[0])
        into = os.path.join(folder, "measured")
        os.mkdir(into)
        measured = read_measured(kept) if kept else measure(trees[0], processes, tests, into)
        say(f"{len(measured)} tests measured in {time.perf_counter() - start:.0f} s.")
        for tree in trees[1:]:
            shutil.copytree(trees[0], tree, symlinks=True)
        control = [one for mutant in mutants[:9] for one in likeliest(mutant, measured)[:9]]
        if not control or not all_pass(trees[-1], control):
            raise RuntimeError("the tests do not pass in an unchanged copy")
        found = []
        for one in verdicts(trees, mutants, measured):
            found.append(one)
            if one.result != "killed":
                say(_told(one))
    lines, enough = table(found, known)
    say("\n".join(["", *lines, "", f"In {time.perf_counter() - start:.0f} s."]))
    return 0 if enough else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300, help="mutants; about an hour by default")
    parser.add_argument("--seed", type=int, default=1, help="which ones are drawn")
    parser.add_argument(
        "--module", help="a folder such as taxes or planning/orders; all by default"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--measured", help="a folder of what an earlier run measured of the tests")
    return parser.parse_args()


def main() -> int:
    """The exit code."""
    arguments = _arguments()
    known, sources = equivalent(), sources_of(ROOT)
    wrong = [said for said in (stale(one, sources) for one in known) if said]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 2
    if arguments.module:
        sources = sources_of(ROOT, [arguments.module])
    mutants = sample(sources, arguments.count, arguments.seed)
    print(f"{len(mutants)} mutants, seed {arguments.seed}.", flush=True)
    return run(ROOT, mutants, known, arguments.processes, kept=arguments.measured)


if __name__ == "__main__":
    sys.exit(main())
