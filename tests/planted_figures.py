"""Moves every figure of checked plans and counts what no check notices.

Each figure of a document is moved by 0.01 and by 1, and swapped with the next one of its kind; then
the document's own checks run again. By option set: figures, changes, and where none was noticed.

Usage: python tests/planted_figures.py [--show]
Exit codes: 0 all that is unnoticed is known, with a reason, 1 otherwise.
"""

from __future__ import annotations

import argparse
import copy
import os
import re
import sys
import time
from collections import Counter
from decimal import Decimal
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(ROOT, "scripts"), HERE]

from ib_portfolio.checked_plan import (  # noqa: E402
    SAMPLE,
    checked_document,
    statement_account,
    statement_path,
)
from ib_portfolio.checks.self_check import check_plan  # noqa: E402
from ib_portfolio.core.numbers import use_exact_decimals  # noqa: E402
from ib_portfolio.request.request import parse_words  # noqa: E402
from ib_portfolio.sources.flex_account import account_day  # noqa: E402
from ib_portfolio.sources.flex_xml import read_flex  # noqa: E402

SITUATIONS = os.path.join(HERE, "fixtures", "situations")
TODAY = "2026-11-20"
Path = Tuple[Any, ...]
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


class Run(NamedTuple):
    """What is typed, and the statement: the sample, or a situation by name."""

    words: str
    situation: str = ""


RUNS = (
    Run("growth"),
    Run("growth --dry-run"),
    Run("growth --band 5"),
    Run("growth --band 2 --to edge"),
    Run("growth --band 2 --to half"),
    Run("growth --lock VTI"),
    Run("growth --min-trade 5000"),
    Run("growth --max-turnover 10"),
    Run("growth --no-sell"),
    Run("growth --contribute 5000"),
    Run("growth --withdraw 5000"),
    Run("growth --reserve 3000"),
    Run("growth --lots"),
    Run("growth --lots --tax-rate short=37,long=20"),
    Run("growth --few-orders"),
    Run("growth --few-orders 2"),
    Run("conservative --tax-aware"),
    Run("conservative --tax-aware --tax-rate short=37,long=20"),
    Run("growth --explain"),
    Run("growth --html plan.html"),
    Run("growth --count-as INTC=none"),
    Run("growth --keep-currencies"),
    Run("--target 70/20/10"),
    Run("--target 'VTI 40, VXUS 20, BOND 30, CASH 10'"),
    Run("--target 'VTI 40, BOND 40' --band 5/25,VTI=2"),
    Run("balanced", "covered_call"),
    Run("balanced", "short_stock"),
    Run("balanced", "debit_beside_credit"),
    Run("balanced", "accrued"),
    Run("balanced", "money_market"),
    Run("balanced --lots", "fifo_gains"),
)

# Where a figure is that no check has to know, by its keys ("*" for a place in a list), and why.
KNOWN: Dict[Tuple[str, ...], str] = {
    ("trades", "*", "priority"): "the place in the list, which the order of the trades says",
    ("trades", "*", "conid"): "IBKR's number of a contract, a name",
    (
        "few_orders",
        "ends",
        "*",
    ): "where another plan ends: bounded by the target, not planned again",
    ("few_orders", "full_orders"): "how many orders another plan has",
    ("band", "commission_saved"): "what another plan would cost: no check plans a second time",
    ("left", "*", "amount"): "of an order that is cut, the rest is known to a cent and no nearer",
    ("account",): "a name",
    ("as_of",): "a day",
    ("options", "*"): "what was typed, as it was written",
}


class Figure(NamedTuple):
    """A figure of a document: where it is, and its text or number."""

    path: Path
    value: Any

    @property
    def kind(self) -> Tuple[str, ...]:
        """Its keys, with * for places in lists and for names that are keys."""
        keys = ["*" if isinstance(key, int) else key for key in self.path]
        if keys[0] in ("options", "target_allocation"):
            keys[1:] = ["*"]
        if keys[:2] == ["few_orders", "ends"]:
            keys[2:] = ["*"]
        return tuple(keys)


def figures_of(document: Any, path: Path = ()) -> Iterator[Figure]:
    """The figures of a document but those of its checks, in order."""
    if isinstance(document, dict):
        for key, value in document.items():
            if path or key not in ("checks", "checks_not_applicable"):
                yield from figures_of(value, (*path, key))
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield from figures_of(value, (*path, place))
    elif (
        isinstance(document, float)
        or (isinstance(document, int) and not isinstance(document, bool))
        or (isinstance(document, str) and _NUMBER.match(document))
    ):
        yield Figure(path, document)


def changed(document: Dict[str, Any], changes: Sequence[Tuple[Path, Any]]) -> Dict[str, Any]:
    """The document with other values at the paths; what is not on a path is shared with it."""
    copied = dict(document)
    for path, value in changes:
        place: Any = copied
        for key in path[:-1]:
            place[key] = copy.copy(place[key])
            place = place[key]
        place[path[-1]] = value
    return copied


def moved(value: Any, by: str) -> Any:
    """A figure with something added, as it was written."""
    if isinstance(value, str):
        return str(Decimal(value) + Decimal(by))
    return type(value)(Decimal(str(value)) + Decimal(by))


def mutants(figures: Sequence[Figure]) -> Iterator[Tuple[Figure, List[Tuple[Path, Any]]]]:
    """Each figure with the changes that are tried of it."""
    last: Dict[Tuple[str, ...], Figure] = {}
    for one in figures:
        for by in ("0.01", "1"):
            value = moved(one.value, by)
            if value != one.value:
                yield one, [(one.path, value)]
        other = last.get(one.kind)
        if other is not None and other.value != one.value:
            yield one, [(one.path, other.value), (other.path, one.value)]
        last[one.kind] = one


class Planted(NamedTuple):
    """What came of a run: how many figures and changes, and the kinds that went unnoticed."""

    figures: int
    changes: int
    unnoticed: Counter
    known: Dict[Tuple[str, ...], str] = KNOWN

    @property
    def unknown(self) -> Dict[Tuple[str, ...], int]:
        """The unnoticed ones for which `known` has no reason."""
        return {kind: count for kind, count in self.unnoticed.items() if kind not in self.known}


def planted(run: Run) -> Planted:
    """Every figure of the plan of `run`, moved, against its checks."""
    use_exact_decimals()
    import shlex

    path = os.path.join(SITUATIONS, f"{run.situation}.xml") if run.situation else SAMPLE
    request = parse_words([*shlex.split(run.words), "--statement", path])
    day = account_day(read_flex(statement_path(request)), request.account)
    portfolio, evidence = statement_account(day, request)
    document = checked_document(portfolio, evidence, request, TODAY)
    assert _passes(document, evidence)
    figures = list(figures_of(document))
    unnoticed: Counter = Counter()
    count = 0
    for one, changes in mutants(figures):
        count += 1
        unnoticed[one.kind] += _passes(changed(document, changes), evidence)
    return Planted(len(figures), count, +unnoticed)


def _passes(document: Dict[str, Any], evidence: Any) -> bool:
    """Whether no check notices anything; one that cannot read a figure has noticed it."""
    try:
        return all(row["passed"] for row in check_plan(document, evidence)[0])
    except Exception:
        return False


def main(runs: Sequence[Run] = RUNS, say: Callable[[str], None] = print) -> int:
    """Prints the table; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true", help="also where nothing was noticed")
    arguments = parser.parse_args()
    start, found = time.perf_counter(), Counter()
    say(f"{'option set':<52}{'figures':>8}{'changes':>8}{'unnoticed':>10}{'unknown':>8}")
    for run in runs:
        one = planted(run)
        found.update(one.unknown)
        numbers = (one.figures, one.changes, sum(one.unnoticed.values()), sum(one.unknown.values()))
        name = f"{run.words} {run.situation and f'({run.situation})'}"
        say(f"{name:<52}{numbers[0]:>8}{numbers[1]:>8}{numbers[2]:>10}{numbers[3]:>8}")
    from planted.command_figures import COMMAND_RUNS, planted_in

    for run in COMMAND_RUNS:
        one = planted_in(run)
        found.update(one.unknown)
        name = f"{run.command} {run.words} ({run.name})"
        numbers = (one.figures, one.changes, sum(one.unnoticed.values()), sum(one.unknown.values()))
        say(f"{name:<52}{numbers[0]:>8}{numbers[1]:>8}{numbers[2]:>10}{numbers[3]:>8}")
    for kind, count in found.most_common() if arguments.show else ():
        say(f"{count:>6} {' '.join(kind)}")
    say(f"In {time.perf_counter() - start:.0f} s.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
