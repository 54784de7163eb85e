"""Each check of what a run asked for kills the plans that break just that."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Callable, Dict

import pytest

from ib_portfolio.checked_plan import SAMPLE, plan_from_statement
from ib_portfolio.checks import option_checks as check_option
from ib_portfolio.checks.evidence import Evidence, statement_evidence
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.request.request import parse_text
from ib_portfolio.sources.flex_account import account_day
from ib_portfolio.sources.flex_xml import read_flex

Document = Dict[str, object]


def made(text: str) -> tuple[Document, Evidence]:
    request = parse_text(f"--sample growth {text}")
    rows = account_day(read_flex(SAMPLE)).rows
    return plan_from_statement(request), statement_evidence(rows, request.options)


def failed(document: Document, evidence: Evidence) -> set[str]:
    return {row["name"] for row in check_plan(document, evidence)[0] if not row["passed"]}


def _sell_one(document: Document) -> None:
    document["trades"][0]["action"] = "SELL"


def _add_a_sale(document: Document) -> None:
    document["trades"].append({**document["trades"][0], "action": "SELL"})


def _double_first(document: Document) -> None:
    trade = document["trades"][0]
    trade["amount"] = str(Decimal(trade["amount"]) * 20)


def _repeat_first(document: Document) -> None:
    document["trades"] += [dict(document["trades"][0]) for _ in range(40)]


def _shrink_last(document: Document) -> None:
    document["trades"][-1]["amount"] = "10.00"


def _shrink_first(document: Document) -> None:
    document["trades"][0]["amount"] = "1999.99"


def _trade_inside(document: Document) -> None:
    document["trades"] = copy.deepcopy(made("")[0]["trades"])


def _say_outside(document: Document) -> None:
    document["band"]["inside"] = not document["band"]["inside"]


def _trade_locked(document: Document) -> None:
    full = made("")[0]["trades"]
    document["trades"] += [dict(row) for row in full if row["symbol"] == "VTI"]


def _trade_locked_alone(document: Document) -> None:
    document["trades"] = [row for row in made("")[0]["trades"] if row["symbol"] == "VTI"]


def _leave_nothing(document: Document) -> None:
    document["left"][0]["amount"] = "0.00"


def _leave_less_than_nothing(document: Document) -> None:
    document["left"][-1]["amount"] = "-5.00"


def _sell_euros(document: Document) -> None:
    leg = {"action": "SELL", "pair": "EUR.USD", "amount": "10.00", "currency": "EUR"}
    document["exchanges"].append({**leg, "value": "10.84", "cost": "2.00"})


def _spend_more(document: Document) -> None:
    document["summary"]["cash_after"] = "-3.55"


def _do_not_say_what_is_missing(document: Document) -> None:
    document["warnings"] = []


def _buy_less(document: Document) -> None:
    bought = [row for row in document["trades"] if row["action"] == "BUY"]
    document["trades"] = [row for row in document["trades"] if row is not bought[0]]
    kept = Decimal(document["summary"]["cash_after"]) + Decimal(bought[0]["amount"])
    document["summary"]["cash_after"] = str(kept)


def _sell_less(document: Document) -> None:
    document["trades"] = [row for row in document["trades"] if row["action"] == "BUY"]


MUTANTS = [
    ("withdrawal there", "--withdraw 5000", _spend_more),
    ("withdrawal there", "--withdraw 100000 --max-turnover 5", _do_not_say_what_is_missing),
    ("no sales", "--no-sell", _sell_one),
    ("no sales", "--no-sell", _add_a_sale),
    ("turnover under its cap", "--max-turnover 10", _double_first),
    ("turnover under its cap", "--max-turnover 10", _repeat_first),
    ("no small orders", "--min-trade 2000", _shrink_last),
    ("no small orders", "--min-trade 2000", _shrink_first),
    ("larger orders instead", "--min-trade 5000", _buy_less),
    ("larger orders instead", "--min-trade 5000", _sell_less),
    ("band", "--band 40", _trade_inside),
    ("band", "--band 40", _say_outside),
    ("band", "--band 5", _say_outside),
    ("locks", "--lock VTI", _trade_locked),
    ("locks", "--lock STK:*", _trade_locked_alone),
    ("left for later", "--max-turnover 10", _leave_nothing),
    ("left for later", "--max-turnover 10", _leave_less_than_nothing),
    ("currencies kept", "--keep-currencies", _sell_euros),
    ("currencies kept", "--keep-currencies --lock STK:*", _sell_euros),
]


@pytest.mark.parametrize("name, text, mutate", MUTANTS)
def test_a_mutant_is_killed_by_its_check(
    name: str, text: str, mutate: Callable[[Document], None]
) -> None:
    document, evidence = made(text)
    assert not failed(document, evidence)
    mutant = copy.deepcopy(document)
    mutate(mutant)
    assert mutant != document
    assert name in failed(mutant, evidence)


def test_every_check_has_two_mutants() -> None:
    names = [name for name, _, _ in MUTANTS]
    for check, _ in check_option.CHECKS:
        assert names.count(check.name) >= 2, check.name
