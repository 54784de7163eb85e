"""Figures planted in the documents of all commands but the plan of one account.

As planted_figures.py does: each figure is moved by 0.01 and by 1, and swapped with the next one of
its kind; then what looked at the document looks again.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Tuple

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
for _folder in ("", "unit", "planted"):
    sys.path.insert(0, os.path.join(TESTS, _folder))

from household_statement import household, write_household  # noqa: E402
from planted_commands import checked  # noqa: E402
from planted_figures import SITUATIONS, Planted, changed, figures_of, mutants  # noqa: E402
from review_statement import rows  # noqa: E402
from review_statement import write_statement as write_year  # noqa: E402
from tax_statements import write_statement  # noqa: E402
from test_tax_report import year  # noqa: E402
from test_wash_sale_check import washed  # noqa: E402

Kind = Tuple[str, ...]
Statement = Callable[[str], str]
_MOST = 4  # figures of a kind that are moved: the rest are rows of the same sort


def _situation(name: str) -> Statement:
    return lambda folder: os.path.join(SITUATIONS, f"{name}.xml")


def _own_year(folder: str) -> str:
    return write_year(folder, rows())


def _own_household(folder: str) -> str:
    return write_household(folder, household())


def _own_taxes(folder: str) -> str:
    return write_statement(Path(folder), year())


def _own_losses(folder: str) -> str:
    return write_statement(Path(folder), washed())


class CommandRun(NamedTuple):
    """A command, what is typed after it, and what writes the statement in a folder."""

    command: str
    words: str
    statement: Statement
    name: str


COMMAND_RUNS = (
    CommandRun("household", "balanced", _situation("household_balanced"), "household_balanced"),
    CommandRun("household", "growth", _situation("household_location"), "household_location"),
    CommandRun("household", "growth --few-orders", _own_household, "by hand"),
    CommandRun("review", "conservative", _own_year, "by hand"),
    CommandRun("review", "growth", _situation("muni"), "muni"),
    CommandRun("reviews", "conservative", _own_household, "by hand"),
    CommandRun("strategy", "conservative", _own_year, "by hand"),
    CommandRun("strategies", "conservative", _own_household, "by hand"),
    CommandRun("tax", "", _own_taxes, "by hand"),
    CommandRun("wash", "", _own_losses, "by hand"),
)

# As in planted_figures.py: where a figure is that no check has to know, and why.
_TO_THE_CENT = "a sum of figures that are to the cent: the same sum not rounded is no nearer known"
_KEPT_CASH = "no report prints it: the plan of all left it to an account"
_PART = "printed in percent only; to the cent the sum is checked"
KNOWN_OF_COMMANDS: Dict[Kind, str] = {
    ("accounts", "*", "kept_cash"): _KEPT_CASH,
    ("accounts", "*", "part", "*"): _PART,
    ("accounts", "*", "plan", "kept_cash"): _KEPT_CASH,  # of a strategy, with its whole plan
    ("accounts", "*", "plan", "part", "*"): _PART,
    ("accounts", "*", "few_orders", "ends", "*"): "where another plan ends, bounded by the target",
    ("accounts", "*", "few_orders", "full_orders"): "how many orders another plan has",
    ("household", "orders", "*", "short"): _TO_THE_CENT,
    ("household", "orders", "*", "long"): _TO_THE_CENT,
    ("household", "clashes", "*", "loss"): _TO_THE_CENT,
}


def kind_of(path: Tuple[Any, ...]) -> Kind:
    """The keys of a place, with * for places in lists and for names that are keys."""
    return tuple(
        key if isinstance(key, str) and key.isidentifier() and key == key.lower() else "*"
        for key in path
    )


def planted_in(run: CommandRun) -> Planted:
    """The figures of the document of `run`, moved, against what looked at it."""
    with tempfile.TemporaryDirectory() as folder:
        found = checked(run.command, run.words, run.statement(folder))
        document = found.document
        assert found.passes(document)
        kinds: Counter = Counter()
        figures: List[Any] = []
        for one in figures_of(document):
            kind = kind_of(one.path)
            if "checks" not in kind and kinds[kind] < _MOST:
                figures.append(one)
            kinds[kind] += 1
        unnoticed: Counter = Counter()
        count = 0
        for one, changes in mutants(figures):
            count += 1
            unnoticed[kind_of(one.path)] += found.passes(changed(document, changes))
        return Planted(len(figures), count, +unnoticed, KNOWN_OF_COMMANDS)
