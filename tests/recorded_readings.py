"""What every field of a source does to what is read of it, recorded, so that no change goes unseen.

Small statements and answers are read as the commands read them. Then one field at a time is left
out, emptied, or given a word, another number, day, currency or code; and one row at a time is left
out or doubled. A line of a table says what was given, and what came of it: the sentence of the
refusal, or each place of the reading that differs. The last table says how far figures may be off
that a source tells twice.

Usage: python tests/recorded_readings.py [--write]
Without --write it names the tables that are stale; with it they are written anew. A difference is a
change of what is read in users' accounts: read it before committing it.
Exit codes: 0 all current or written, 1 something is stale.
"""

from __future__ import annotations

import os
import sys
from typing import Callable, Dict, Iterator, List

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, os.pardir, "scripts"), HERE]

from expected_plans import current_text  # noqa: E402
from readings.answers import connector, server  # noqa: E402
from readings.given import FOLDER  # noqa: E402
from readings.limits import limits, wrong  # noqa: E402
from readings.statement_cases import accounts, flows, held, sums, taxes  # noqa: E402

from ib_portfolio.core.numbers import use_exact_decimals  # noqa: E402

TABLES: Dict[str, Callable[[], Iterator[str]]] = {
    "held": held,
    "sums": sums,
    "accounts": accounts,
    "flows": flows,
    "taxes": taxes,
    "server": server,
    "connector": connector,
}


LIMITS = "limits"


def recorded(name: str) -> List[str]:
    """The lines of a table."""
    return list(TABLES[name]())


def path_of(name: str) -> str:
    """The file of a table."""
    return os.path.join(FOLDER, f"{name}.tsv")


def kept(name: str) -> List[str]:
    """The lines of a table as they are kept; none where it is missing."""
    return (current_text(path_of(name)) or "").splitlines()


def write() -> None:
    """Writes every table anew."""
    for name, lines in {**TABLES, LIMITS: limits}.items():
        with open(path_of(name), "w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines())


def main(words: List[str]) -> int:
    """The exit code, after writing or comparing every file."""
    if words == ["--write"]:
        write()
        return 0
    stale = [name for name in TABLES if recorded(name) != kept(name)]
    stale += [LIMITS] if wrong(kept(LIMITS)) else []
    for name in stale:
        print(f"{os.path.relpath(path_of(name))} is stale", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    use_exact_decimals()
    sys.exit(main(sys.argv[1:]))
