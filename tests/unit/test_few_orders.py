"""Few orders: how many there are, how near they come, and the checks that hold them to it."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Callable, Dict, List, Set, Tuple

import pytest
from portfolios import day_of
from statements_of import Row, holding, option

from ib_portfolio.checked_plan import (
    SAMPLE,
    checked_document,
    plan_from_statement,
    statement_account,
)
from ib_portfolio.checks.evidence import Evidence, statement_evidence
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.checks.targets import few_order_checks
from ib_portfolio.core.messages import Usage
from ib_portfolio.request.request import parse_text, parse_words
from ib_portfolio.sources.flex_account import account_day
from ib_portfolio.sources.flex_xml import read_flex

Document = Dict[str, object]


def made(text: str) -> Tuple[Document, Evidence]:
    request = parse_text(f"--sample growth {text}")
    day = account_day(read_flex(SAMPLE))
    evidence = statement_evidence(day.rows, request.options, from_date=day.from_date)
    return plan_from_statement(request), evidence


def names(document: Document, passed: bool = True) -> Set[str]:
    return {row["name"] for row in document["checks"] if row["passed"] == passed}


def after(document: Document) -> List[Decimal]:
    return [Decimal(row["after_value"]) for row in document["classes"]]


@pytest.mark.parametrize("points, shown", [("", "0.25"), (" 1", "1"), (" 3", "3")])
def test_each_class_ends_near_the_full_plan_in_fewer_orders(points: str, shown: str) -> None:
    full, few = made("")[0], made(f"--few-orders{points}")[0]
    assert 0 < len(few["trades"]) < len(full["trades"]) == few["few_orders"]["full_orders"]
    whole = Decimal(full["investable_value"])
    for ours, theirs in zip(after(few), after(full)):
        assert abs(ours - theirs) <= whole * Decimal(shown) / 100
    assert few["few_orders"]["points"] == shown
    assert {"few orders", "no order too many", "proportions"} <= names(few)


def test_a_wide_margin_needs_no_order() -> None:
    assert not made("--few-orders 30")[0]["trades"]


def test_new_money_is_spread_in_few_orders_unless_all_are_asked_for() -> None:
    few, full = made("--contribute 5000")[0], made("--contribute 5000 --few-orders none")[0]
    assert len(few["trades"]) < len(full["trades"])
    assert few["few_orders"]["full_orders"] == len(full["trades"])
    assert any("--few-orders none" in note for note in few["heading_notes"])
    assert "few_orders" not in full


@pytest.mark.parametrize("option", ["--no-sell", "--band 5"])
def test_bands_and_no_sale_say_themselves_what_new_money_does(option: str) -> None:
    assert "few_orders" not in made(f"--contribute 5000 {option}")[0]
    assert "few_orders" in made(f"--contribute 5000 {option} --few-orders")[0]


@pytest.mark.parametrize(
    "text", ["as few orders as possible", "注文を少なく", "--few-orders", "--few-orders, please"]
)
def test_words_that_mean_it(text: str) -> None:
    assert parse_text(text).options == {"few-orders": ""}


def test_a_value_is_taken_where_one_follows() -> None:
    assert parse_words(["--few-orders", "1", "growth"]).options == {"few-orders": "1"}
    assert parse_words(["--few-orders", "growth"]).profile == "growth"
    assert parse_text("--few-orders=none growth").options == {"few-orders": "none"}
    assert parse_text("--few-orders none growth").options == {"few-orders": "none"}


@pytest.mark.parametrize("value", ["-1", "51", "all"])
def test_other_values_are_refused(value: str) -> None:
    with pytest.raises(Usage):
        made(f"--few-orders={value}")


@pytest.mark.parametrize(
    "text", ["--max-turnover 10", "--lock VTI", "--min-trade 500", "--no-sell", "--band 5"]
)
def test_it_combines_with_what_limits_orders(text: str) -> None:
    document = made(f"--few-orders {text}")[0]
    assert document["trades"] and not names(document, passed=False)
    full = made(text)[0]
    assert len(document["trades"]) <= len(full["trades"])


def _claim_more_points(document: Document) -> None:
    document["few_orders"]["points"] = "5"


def _claim_another_end(document: Document) -> None:
    document["few_orders"]["ends"]["STK"] = "150000.00"


def _drop_a_sale(document: Document) -> None:
    del document["trades"][0]


def _split_a_purchase(document: Document) -> None:
    last = document["trades"][-1]
    more = dict(last, amount="310.00", quantity="1", commission="1.00", taxes="0.00")
    document["trades"].append(more)


def _claim_fewer_in_full(document: Document) -> None:
    document["few_orders"]["full_orders"] = 1


def _give_up_less(document: Document) -> None:
    document["few_orders"]["furthest_pct"] = "0.1000"


def _name_another(document: Document) -> None:
    document["few_orders"]["furthest"] = "SCHD"


def _say_nothing(document: Document) -> None:
    document["few_orders"]["sentence"] = "Few orders."


MUTANTS = [
    ("few orders", _claim_more_points),
    ("few orders", _claim_another_end),
    ("few orders", _drop_a_sale),
    ("no order too many", _split_a_purchase),
    ("no order too many", _claim_fewer_in_full),
    ("proportions", _give_up_less),
    ("proportions", _name_another),
    ("proportions", _say_nothing),
]


@pytest.mark.parametrize("name, mutate", MUTANTS)
def test_a_mutant_is_killed_by_its_check(name: str, mutate: Callable[[Document], None]) -> None:
    document, evidence = made("--few-orders")
    mutant = copy.deepcopy(document)
    mutate(mutant)
    assert name in {row["name"] for row in check_plan(mutant, evidence)[0] if not row["passed"]}


def test_every_check_has_two_mutants() -> None:
    for check in few_order_checks.CHECKS:
        assert [name for name, _ in MUTANTS].count(check.name) >= 2, check.name


def _sold_with_few_orders(others: List[Row]) -> Dict[str, str]:
    """What is sold, and how many, for VTI 60, CASH 40; what is called KEPT is locked."""
    rows = {
        "AccountInformation": [{"accountId": "U1234567", "currency": "USD"}],
        "CashReportCurrency": [{"currency": "BASE_SUMMARY", "endingCash": "40000"}],
        "ConversionRate": [],
        "OpenPosition": [holding("VTI", "STK", "200", "300"), *others],
    }
    words = ["--statement", "statement.xml", "--target", "VTI 60, CASH 40", "--sell-others"]
    words += ["--lock", "KEPT"] if any(row["symbol"] == "KEPT" for row in others) else []
    request = parse_words([*words, "--few-orders"])
    account = statement_account(day_of(rows), request)
    document = checked_document(*account, request, "2026-11-20")
    assert names(document, passed=False) == set()
    trades = [row for row in document["trades"] if row["action"] == "SELL"]
    return {row["symbol"]: row["quantity"] for row in trades}


@pytest.mark.parametrize(
    "beside, sold",
    [
        ([], ""),
        # The class does not end at nothing.
        ([holding("KEPT", "STK", "90", "100")], ""),
        # 100 cover a call; the other 3 are worth 120.006, and their order 120.01.
        ([holding("CALLED", "STK", "103", "40.002"), option("CALLED", "C", "50", "-1")], "3"),
    ],
)
def test_what_is_to_be_sold_whole_is_however_small_and_whatever_lies_beside_it(
    beside: List[Row], sold: str
) -> None:
    expected = {"LITTLE": "2", **({"CALLED": sold} if sold else {})}
    assert _sold_with_few_orders([holding("LITTLE", "STK", "2", "40"), *beside]) == expected
