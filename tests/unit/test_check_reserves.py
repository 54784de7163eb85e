"""Each check of what is not free kills the plans that break just that."""

from __future__ import annotations

import copy
from typing import Any, Callable, Dict, Set

import pytest
from portfolios import Rows
from statements_of import evidence_of, holding, option, plan_of, rows_of

from ib_portfolio.checks.reserves import reserve_checks
from ib_portfolio.checks.self_check import check_plan

Document = Dict[str, Any]


def rows() -> Rows:
    positions = [
        holding("AAPL", "STK", "318", "250"),
        holding("T 34", "BOND", "20000", "100"),
        holding("TSLA", "STK", "-10", "400"),
        option("AAPL", "C", "260", "-3"),
        option("SPY", "P", "100", "-1"),
    ]
    return rows_of(positions, "40000")


def failed(document: Document) -> Set[str]:
    results = check_plan(document, evidence_of(rows()))[0]
    return {row["name"] for row in results if not row["passed"]}


def _less_reserved(document: Document) -> None:
    document["reserved"][0]["amount"] = "4000.00"


def _one_reserve(document: Document) -> None:
    del document["reserved"][1]


def _strange_currency(document: Document) -> None:
    document["reserved"][1]["local_amount"] = "9000"


def _spend(document: Document) -> None:
    document["summary"]["cash_after"] = "14079.99"


def _nothing_aside(document: Document) -> None:
    document["set_aside"] = "0.00"


def _sell_one_more(document: Document) -> None:
    document["trades"][0]["quantity"] = "19"


def _sell_all(document: Document) -> None:
    document["trades"][0]["quantity"] = "318"


MUTANTS = [
    ("reserves", _less_reserved),
    ("reserves", _one_reserve),
    ("reserves", _strange_currency),
    ("reserve untouched", _spend),
    ("reserve untouched", _nothing_aside),
    ("covered shares", _sell_one_more),
    ("covered shares", _sell_all),
]


@pytest.mark.parametrize(("name", "mutate"), MUTANTS)
def test_a_mutant_is_killed_by_its_check(name: str, mutate: Callable[[Document], None]) -> None:
    document = plan_of(rows(), "conservative")
    assert not failed(document)
    assert [row["action"] for row in document["trades"]][:1] == ["SELL"]
    mutant = copy.deepcopy(document)
    mutate(mutant)
    assert mutant != document
    assert name in failed(mutant)


def test_every_check_has_two_mutants() -> None:
    names = [name for name, _ in MUTANTS]
    for check in reserve_checks.CHECKS:
        assert names.count(check.name) >= 2, check.name


def test_a_locked_part_that_is_left_out_is_noticed() -> None:
    document = plan_of(rows(), "conservative")
    document["locked"].clear()
    assert "held untouched" in failed(document)
