"""Documents of every kind with what checks them, as the stories that make them hand them over."""

from __future__ import annotations

import copy
import importlib
import os
import shlex
import sys
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(os.path.dirname(HERE), "bugs")]

import random_households  # noqa: E402
import random_portfolios  # noqa: E402
import random_targets  # noqa: E402
from household_statement import household, write_household  # noqa: E402
from planted_figures import RUNS  # noqa: E402
from portfolios import day_of, random_rows  # noqa: E402
from random_policies import draw_policy  # noqa: E402
from review_statement import as_xml, rows  # noqa: E402
from review_statement import write_statement as write_year  # noqa: E402
from tax_statements import write_statement  # noqa: E402
from terminal import SAMPLE  # noqa: E402
from test_random_tax_statements import check_wash_sales, documents, report_taxes  # noqa: E402
from test_review_random import OPTIONS, STORIES, full_rows, random_household  # noqa: E402
from test_tax_report import year, zero  # noqa: E402
from test_wash_sale_check import washed  # noqa: E402

from ib_portfolio.checked_plan import (  # noqa: E402
    checked_document,
    statement_account,
    statement_path,
)
from ib_portfolio.core.messages import Refusal  # noqa: E402
from ib_portfolio.request.policy.policy_options import with_policy  # noqa: E402
from ib_portfolio.request.request import parse_words  # noqa: E402
from ib_portfolio.request.review_request import read_review_text  # noqa: E402
from ib_portfolio.request.tax_request import parse_tax_words  # noqa: E402
from ib_portfolio.sources.flex_account import account_day  # noqa: E402
from ib_portfolio.sources.flex_xml import read_flex  # noqa: E402

# What is loaded only now would keep what records in the place of the check.
for _story in ("household", "household_review", "household_strategy", "tax_report"):
    importlib.import_module(f"ib_portfolio.{_story}")

TODAY = "2026-11-20"
DOORS = (
    ("checks.self_check", "check_plan"),
    ("checks.household.household_checks", "check_household_plan"),
    ("checks.tax.tax_checks", "check_taxes"),
    ("checks.tax.wash_checks", "check_wash_sales"),
    ("checks.reviews.review_checks", "check_review"),
    ("checks.reviews.strategy_checks", "check_strategy"),
    ("checks.reviews.household_checks", "check_household"),
    ("checks.reviews.household_strategy_checks", "check_household_strategy"),
)


class Checked(NamedTuple):
    """A document as it was checked, what it was checked against, and how to check it again."""

    document: Dict[str, Any]
    read: Tuple[Any, ...]
    check: Callable[..., Any]
    door: str  # the name of the check

    def again(self, document: Dict[str, Any]) -> Any:
        """What the check answers to a document, against the same as it was checked."""
        return self.check(document, *self.read)

    def failed(self, document: Dict[str, Any]) -> List[str]:
        """The names of the checks that a document fails; of an error its kind."""
        try:
            results = self.again(document)
        except Exception as error:
            return [f"({type(error).__name__})"]
        rows = results[0] if isinstance(results, tuple) else results
        return [row["name"] for row in rows if not row["passed"]]


@contextmanager
def recorded() -> Iterator[List[Checked]]:
    """A list that fills with every document that is checked meanwhile."""
    found: List[Checked] = []
    replaced = []
    for module, name in DOORS:
        real = getattr(importlib.import_module(f"ib_portfolio.{module}"), name)

        def record(document: Any, *others: Any, real: Any = real, name: str = name) -> Any:
            found.append(Checked(copy.deepcopy(document), others, real, name))
            return real(document, *others)

        for loaded in [one for key, one in sys.modules.items() if key.startswith("ib_portfolio")]:
            if getattr(loaded, name, None) is real:
                replaced.append((loaded, name, real))
                setattr(loaded, name, record)
    try:
        yield found
    finally:
        for loaded, name, real in replaced:
            setattr(loaded, name, real)


def _plan(words: str, path: str) -> None:
    request = parse_words([*shlex.split(words), "--statement", path])
    day = account_day(read_flex(statement_path(request)), request.account)
    checked_document(*statement_account(day, request), request, TODAY)


def _by_hand(folder: str) -> None:
    """Documents whose figures are so round that a cent more is a cent more in every sum."""
    _plan("growth --lots --tax-rate short=37,long=20 --max-turnover 30", SAMPLE)
    _plan("conservative --tax-aware --tax-rate short=37,long=20 --lots", SAMPLE)


def _reviews_by_hand(folder: str) -> None:
    path = write_year(folder, rows())
    for story in STORIES:
        story(read_review_text("investment-strategy", f"conservative --statement {path}"), TODAY)


def _taxes_by_hand(folder: str) -> None:
    for name, account in (("tax", year()), ("zero", zero()), ("wash", washed())):
        own = os.path.join(folder, name)
        os.mkdir(own)
        words = ["--statement", write_statement(Path(own), account)]
        report_taxes(parse_tax_words("tax-report", words), "2026-12-31")
        check_wash_sales(parse_tax_words("wash-sale-check", words), "2026-12-31")


def _household_by_hand(folder: str) -> None:
    path = write_household(folder, household())
    for story in STORIES:
        words = f"conservative --statement {path} --account all"
        story(read_review_text("investment-strategy", words), TODAY)


def _options(_: str) -> None:
    for run in RUNS:
        if not run.situation:
            _plan(run.words, SAMPLE)


def _situations(_: str) -> None:
    for name in random_portfolios.NAMES:
        random_portfolios.situation_outcome(name, 1)
    for run in RUNS:
        if run.situation:
            _plan(run.words, os.path.join(random_portfolios.SITUATIONS, f"{run.situation}.xml"))


def _plans(_: str) -> None:
    for seed in range(1, 60):
        random_portfolios.outcome(seed, seed % 4 != 0)


def _sources(folder: str) -> None:
    for seed in range(1, 12):
        for source in random_portfolios.SOURCES:
            random_portfolios.source_outcome(seed, source)
        _policy(seed, os.path.join(folder, f"{seed}.ini"))


def _policy(seed: int, path: str) -> None:
    random = Random(f"policy {seed}")
    rows = random_rows(random, 6)
    text = draw_policy(random, rows)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    words = ["--policy", path, "--statement", "statement.xml"]
    request = parse_words(words if "[target]" in text else ["growth", *words])
    try:
        request = with_policy(request)
        checked_document(*statement_account(day_of(rows), request), request, TODAY)
    except Refusal:
        return


def _targets(_: str) -> None:
    for seed in range(1, 40):
        random_targets.outcome(seed)


def _households(_: str) -> None:
    for seed in range(1, 30):
        random_households.outcome(seed)


def _taxes(folder: str) -> None:
    for seed in range(1, 25):
        documents(Path(folder), seed)


def _reviews(folder: str) -> None:
    for seed in range(1, 13):
        _review(as_xml(full_rows(Random(f"review {seed}"))), folder, seed)


def _household_reviews(folder: str) -> None:
    for seed in range(1, 7):
        _review(random_household(Random(f"household {seed}")), folder, seed, "--account all")


def _review(text: str, folder: str, seed: int, words: str = "") -> None:
    path = os.path.join(folder, f"{seed}.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    for story in STORIES:
        option = OPTIONS[seed % len(OPTIONS)]
        option = "" if story is STORIES[0] or "lock" in option else option
        typed = f"growth --statement {path} {words} {option}"
        try:
            story(read_review_text("investment-strategy", typed), TODAY)
        except Refusal:
            continue


class Family(NamedTuple):
    """What makes the documents, and how many changes of each are tried."""

    make: Callable[[str], None]
    most: int
    every: bool = False  # whether each figure is moved by a cent


FAMILIES: Dict[str, Family] = {
    "plans by hand": Family(_by_hand, 250, True),
    "taxes by hand": Family(_taxes_by_hand, 1000, True),
    "reviews by hand": Family(_reviews_by_hand, 750, True),
    "household by hand": Family(_household_by_hand, 250, True),
    "options": Family(_options, 40),
    "situations": Family(_situations, 40),
    "random plans": Family(_plans, 25),
    "random sources": Family(_sources, 40),
    "random targets": Family(_targets, 30),
    "random households": Family(_households, 8),
    "random taxes": Family(_taxes, 50),
    "random reviews": Family(_reviews, 15),
    "random household reviews": Family(_household_reviews, 12),
}
