"""No option weakens a check: the same wrong plan is found whatever was asked for."""

from __future__ import annotations

import copy
import shlex
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from ib_portfolio.checked_plan import (
    SAMPLE,
    checked_document,
    statement_account,
    statement_path,
)
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.core.numbers import use_exact_decimals
from ib_portfolio.request.request import parse_words
from ib_portfolio.sources.flex_account import account_day
from ib_portfolio.sources.flex_xml import read_flex

Document = Dict[str, Any]
OPTIONS = (
    "",
    "--band 5",
    "--band 20",
    "--band 2 --to edge",
    "--band 2 --to half",
    "--lock AAPL",
    "--lock BOND:*",
    "--min-trade 5000",
    "--max-turnover 10",
    "--no-sell",
    "--contribute 5000",
    "--contribute 5k --few-orders none",
    "--withdraw 5000",
    "--withdraw 100k",
    "--reserve 3000",
    "--lots",
    "--few-orders",
    "--explain",
    "--html plan.html",
)


@cache
def made(words: str) -> Tuple[Document, Any]:
    """The checked plan of the sample under growth, and what its checks know."""
    use_exact_decimals()
    request = parse_words(["growth", *shlex.split(words), "--statement", SAMPLE])
    day = account_day(read_flex(statement_path(request)), "")
    portfolio, evidence = statement_account(day, request)
    return checked_document(portfolio, evidence, request, "2026-11-20"), evidence


def failed(words: str, change: Callable[[Document], None]) -> List[str]:
    document, evidence = made(words)
    wrong = copy.deepcopy(document)
    change(wrong)
    assert wrong != document
    return [row["name"] for row in check_plan(wrong, evidence)[0] if not row["passed"]]


def move_weight(document: Document, source: str, target: str, points: float) -> None:
    weights = document["target_allocation"]
    weights[source] = round(weights[source] - points, 4)
    weights[target] = round(weights[target] + points, 4)


@pytest.mark.parametrize("words", OPTIONS)
def test_five_points_from_one_fund_to_another_are_found(words: str) -> None:
    assert failed(words, lambda document: move_weight(document, "VXUS", "VTI", 5.0))


@pytest.mark.parametrize("words", OPTIONS)
def test_a_cash_weight_of_nothing_is_found(words: str) -> None:
    def without_cash(document: Document) -> None:
        weights = document["target_allocation"]
        move_weight(document, "USD.CASH", "VTI", weights["USD.CASH"])

    assert failed(words, without_cash)


@pytest.mark.parametrize("words", OPTIONS)
def test_another_net_asset_value_is_found(words: str) -> None:
    for by in ("0.01", "-1"):

        def other(document: Document, by: str = by) -> None:
            value = Decimal(document["net_asset_value"]) + Decimal(by)
            document["net_asset_value"] = str(value)

        assert failed(words, other) == ["net asset value"]


def lots_of(document: Document) -> List[Document]:
    return [
        lot
        for sale in document["lots"]["sales"]
        for method in sale["methods"]
        for lot in method["lots"]
    ]


@pytest.mark.parametrize("field", ["cost", "gain"])
def test_a_cent_of_a_lot_is_found(field: str) -> None:
    for place in (0, -1):

        def other(document: Document, place: int = place) -> None:
            lot = lots_of(document)[place]
            lot[field] = str(Decimal(lot[field]) + Decimal("0.01"))

        assert "each lot" in failed("--lots", other)


def test_an_estimate_or_a_rate_that_is_another_is_found() -> None:
    def a_cent(document: Document) -> None:
        row = document["tax_estimate"]["methods"][1]
        row["estimate"] = str(Decimal(row["estimate"]) + Decimal("0.01"))

    def a_rate(document: Document) -> None:
        document["tax_estimate"]["long_pct"] = "21"

    for change in (a_cent, a_rate):
        assert "tax estimate" in failed("--lots --tax-rate short=37,long=20", change)


@pytest.mark.parametrize("words", ["--lock AAPL", "--no-sell"])
def test_weights_that_options_keep(words: str) -> None:
    for source, target in (("VXUS", "VTI"), ("MSFT", "INTC")):
        found = failed(words, lambda one, a=source, b=target: move_weight(one, a, b, 0.5))
        assert "weights that are kept" in found


def test_weights_of_a_class_that_go_beyond_its_target() -> None:
    for points in (8.0, -30.0):

        def other(document: Document, points: float = points) -> None:
            weights = document["target_allocation"]
            bonds = [name for name in weights if name.startswith(("T ", "DBR", "AAPL 3"))]
            for name in bonds:
                move_weight(document, name, "VTI", points * weights[name] / 100)

        assert failed("--band 2 --to edge", other)


def first(document: Document, action: str) -> Document:
    return next(row for row in document["trades"] if row["action"] == action)


def turned(document: Document, action: str) -> None:
    """The first order of a kind the other way, and so away from its target."""
    row = first(document, action)
    row["action"] = "BUY" if action == "SELL" else "SELL"


def enlarged(document: Document) -> None:
    row = first(document, "BUY")
    row["amount"] = str(Decimal(row["amount"]) * 9)


def dropped(document: Document, action: str) -> None:
    """No orders of a kind; what purchases would have spent is cash."""
    gone = [row for row in document["trades"] if row["action"] == action]
    document["trades"] = [row for row in document["trades"] if row["action"] != action]
    if action == "BUY":
        spent = sum(Decimal(row["amount"]) for row in gone)
        summary = document["summary"]
        summary["cash_after"] = str(Decimal(summary["cash_after"]) + spent)


def within_a_class(document: Document) -> None:
    weights = document["target_allocation"]
    weights["VTI"], weights["MSFT"] = weights["MSFT"], weights["VTI"]


AROUND = [
    ("weights", "--lock AAPL", lambda d: move_weight(d, "VTI", "T 4 1/4 11/15/34", 0.01)),
    ("weights", "--lock AAPL", within_a_class),
    ("weights", "--band 2 --to edge", lambda d: move_weight(d, "T 4 1/4 11/15/34", "VTI", 0.5)),
    ("weights", "--no-sell --contribute 9000", within_a_class),
    ("weights", "--withdraw 100k", within_a_class),
    ("orders", "--lock AAPL", lambda d: turned(d, "SELL")),
    ("orders", "--lock AAPL", lambda d: turned(d, "BUY")),
    ("orders", "--lock AAPL", enlarged),
    ("nothing left", "--lock AAPL", lambda d: dropped(d, "SELL")),
    ("nothing left", "--lock AAPL", lambda d: dropped(d, "BUY")),
    ("nothing left", "--no-sell --contribute 9000", lambda d: dropped(d, "BUY")),
]


@pytest.mark.parametrize("name, words, change", AROUND)
def test_a_mutant_around_what_stays_is_killed(
    name: str, words: str, change: Callable[[Document], None]
) -> None:
    assert f"{name} around what stays" in failed(words, change)


@pytest.mark.parametrize("field", ["over", "points"])
def test_a_reason_that_says_something_else_is_found(field: str) -> None:
    def change(document: Document) -> None:
        row = document["trades"][0]
        old, new = {"over": ("over", "under"), "points": (" points", "1 points")}[field]
        row["reason"] = row["reason"].replace(old, new)

    assert failed("", change) == ["weight changes"]
