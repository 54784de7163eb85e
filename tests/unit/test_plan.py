"""Plans and their documents: what holds of every one of them."""

from __future__ import annotations

import json
from decimal import Decimal
from random import Random
from typing import Any, Dict, Optional

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from portfolios import (
    PROFILES,
    RIGHT_REFUSALS,
    Holding,
    Rows,
    day_of,
    many_rows,
    portfolio_with,
    request_for,
    statement_xml,
    statements,
)

from ib_portfolio.checked_plan import checked_document, plan_from_statement
from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.market.commissions import FeeTable
from ib_portfolio.planning.plan import make_plan
from ib_portfolio.planning.target import build_target
from ib_portfolio.reports.document.plan_writer import plan_document
from ib_portfolio.sources.flex_statement import portfolio_of

Document = Dict[str, Any]
profiles = st.sampled_from(PROFILES)
CENT = Decimal("0.01")


def document_of(rows: Rows, name: str = "balanced") -> Optional[Document]:
    """The checked document of a statement; None when there is nothing to divide."""
    day = day_of(rows)
    portfolio, evidence = portfolio_of(day, "statement"), statement_evidence(day.rows, {})
    try:
        return checked_document(portfolio, evidence, request_for(name), "2026-11-20")
    except Refusal as refusal:
        assert refusal.key in RIGHT_REFUSALS, refusal
        return None


def planned(holdings, cash="0", name="balanced") -> Document:
    """The document of a hand-made portfolio."""
    portfolio = portfolio_with(holdings, cash)
    target = build_target(portfolio, find_profile(name))
    return plan_document(make_plan(portfolio, target, FeeTable(Decimal(1))), False)


def total(document: Document, field: str, action: str) -> Decimal:
    rows = [row for row in document["trades"] if row["action"] == action]
    return sum((Decimal(row[field]) for row in rows), Decimal(0))


@given(statements(), profiles)
@settings(max_examples=100)
def test_what_every_plan_keeps(rows, name) -> None:
    document = document_of(rows, name)
    assume(document is not None)
    assert sum(Decimal(str(part)) for part in document["target_allocation"].values()) == 100
    sells, buys = total(document, "amount", "SELL"), total(document, "amount", "BUY")
    fees = total(document, "commission", "SELL") + total(document, "commission", "BUY")
    cash = next(row for row in document["classes"] if row["asset_class"] == "CASH")
    summary = document["summary"]
    # A money market fund is cash, too: its sale moves nothing out of the class.
    funds = [row for row in document["trades"] if row["asset_class"] == "CASH"]
    assert {row["action"] for row in funds} <= {"SELL"}
    within = sum((Decimal(row["amount"]) for row in funds), Decimal(0))
    fees += Decimal(summary["exchange_cost"]) + Decimal(summary["taxes"])
    fees -= Decimal(summary["accrued_interest"])
    after = Decimal(cash["current_value"]) + sells - within - buys - fees
    assert after == Decimal(cash["after_value"])
    counted = " ".join(row["asset_class"] for row in document["counted_as"])
    if not ("CASH" in counted or "MIX" in counted):
        set_aside = Decimal(document["set_aside"])
        assert after + set_aside == Decimal(summary["cash_after"])
    actions = [row["action"] for row in document["trades"]]
    assert actions == sorted(actions, reverse=True)
    for action in ("SELL", "BUY"):
        sizes = [Decimal(row["amount"]) for row in document["trades"] if row["action"] == action]
        assert sizes == sorted(sizes, reverse=True)
    assert document["checks"] and all(row["passed"] for row in document["checks"])


@given(statements(), profiles, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, name, random: Random) -> None:
    shuffled = {**rows, "OpenPosition": list(rows["OpenPosition"])}
    random.shuffle(shuffled["OpenPosition"])
    first, second = document_of(rows, name), document_of(shuffled, name)
    assume(first is not None and len({row["symbol"] for row in rows["OpenPosition"]}) > 1)
    for field in ("classes", "summary", "target_allocation", "tax", "unfilled"):
        assert first[field] == second[field]
    keys = ("priority", "action", "quantity", "amount")
    trades = [[{key: row[key] for key in keys} for row in doc["trades"]] for doc in (first, second)]
    assert trades[0] == trades[1]


@given(statements(), profiles)
@settings(max_examples=30)
def test_the_same_input_gives_the_same_bytes(rows, name) -> None:
    first, second = document_of(rows, name), document_of(json.loads(json.dumps(rows)), name)
    assert json.dumps(first) == json.dumps(second)


def test_a_file_gives_what_its_rows_give(tmp_path) -> None:
    rows = many_rows(40)
    path = tmp_path / "statement.xml"
    path.write_text(statement_xml(rows), encoding="utf-8")
    request = request_for("income", statement=str(path))
    document = plan_from_statement(request, "2026-11-20")
    assert document["trades"] == document_of(rows, "income")["trades"]


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2026-11-20", ""),
        ("2026-11-25", ""),
        ("2026-11-26", "Prices are of 2026-11-20, 4 weekdays ago."),
        ("2026-11-19", "Prices are of 2026-11-20, which is after 2026-11-19:"),
    ],
)
def test_prices_that_are_old_or_of_a_day_to_come_are_a_warning(tmp_path, today, said) -> None:
    path = tmp_path / "statement.xml"
    path.write_text(statement_xml(many_rows(5)), encoding="utf-8")
    request = request_for("growth", statement=str(path))
    warnings = plan_from_statement(request, today)["warnings"]
    assert [text[: len(said)] for text in warnings] == ([said] if said else [])


def test_the_seed_example_at_its_target_trades_nothing() -> None:
    holdings = [
        Holding("CSPX", "STK", "50", "600"),
        Holding("INDA", "STK", "400", "50"),
        Holding("STRIPS-2040", "BOND", "80000", "0.5"),
    ]
    document = planned(holdings, "10000")
    assert document["trades"] == [] and document["summary"]["cash_after"] == "10000.00"
    assert [row["drift_pct"] for row in document["classes"]] == ["0", "0", "0"]


def test_the_seed_example_to_growth() -> None:
    holdings = [
        Holding("CSPX", "STK", "50", "600"),
        Holding("INDA", "STK", "400", "50"),
        Holding("STRIPS-2040", "BOND", "80000", "0.5"),
    ]
    trades = planned(holdings, "10000", "growth")["trades"]
    found = [(row["action"], row["symbol"], row["quantity"], row["unit"]) for row in trades]
    assert found == [
        ("SELL", "STRIPS-2040", "50000", "face"),
        ("BUY", "CSPX", "25", "shares"),
        ("BUY", "INDA", "199", "shares"),
    ]
    assert [row["priority"] for row in trades] == [1, 2, 3]


def test_drifts_are_of_the_whole_and_after_values_of_what_is_left() -> None:
    document = planned([Holding("VT", "STK", "800", "100"), Holding("T", "BOND", "20000", "1")])
    classes = {row["asset_class"]: row for row in document["classes"]}
    assert classes["STK"]["drift_pct"] == "30" and classes["CASH"]["drift_pct"] == "-10"
    left = sum(Decimal(row["after_value"]) for row in classes.values())
    fees = Decimal(document["summary"]["total_commission"])
    assert fees > 0 and left == Decimal("100000.00") - fees


def test_no_sale_is_for_a_class_without_holdings_and_the_line_that_buys_it_is_named() -> None:
    document = planned([Holding("VT", "STK", "1000", "100")])
    assert document["unfilled"] == [{"asset_class": "BOND", "value": "40000.00"}]
    assert "requires adding BOND positions" in document["warnings"][0]
    assert "BOND lacks $40,000.00" in document["warnings"][1]
    assert '--target "STK 50, SYMBOL 40, CASH 10" --price SYMBOL=' in document["warnings"][1]
    assert "STK ends 39.9 points over its target" in document["warnings"][2]
    assert [row["quantity"] for row in document["trades"]] == ["101"]
    assert 10_000 <= Decimal(document["summary"]["cash_after"]) < 10_100


def test_a_floor_out_of_reach_is_said_with_the_missing_amount() -> None:
    document = planned([Holding("A", "STK", "1", "700")], "0", "growth")
    assert document["trades"] == []
    assert any("Cash ends $70.00 under its target" in line for line in document["warnings"])


@pytest.mark.parametrize("category", ["OPT", "FUT", "FUND", "CRYPTO", "WAR", "CFD", "ODD"])
def test_what_is_held_is_listed_and_left_alone(category: str) -> None:
    document = planned([Holding("VT", "STK", "10", "100"), Holding("ODD", category, "3", "500")])
    assert [(row["symbol"], row["value"]) for row in document["held"]] == [("ODD", "1500.00")]
    assert document["investable_value"] == "1000.00" and document["net_asset_value"] == "2500.00"
    assert all(row["symbol"] == "VT" for row in document["trades"])
    assert "ODD" not in document["target_allocation"]


def test_a_short_does_not_change_the_weights() -> None:
    holdings = [Holding("VT", "STK", "10", "100"), Holding("SHORT", "STK", "-5", "100")]
    document = planned(holdings, "500")
    assert document["target_allocation"] == {"VT": 66.6667, "USD.CASH": 33.3333}


def test_gains_are_the_sold_share_of_the_unrealized_gain() -> None:
    holdings = [Holding("VT", "STK", "3", "100"), Holding("B", "BOND", "1000", "0.5")]
    portfolio = portfolio_with(holdings, "50")
    rows = [
        row._replace(unrealized_gain=Decimal(gain))
        for row, gain in zip(portfolio.positions, ("-100.00", "7"))
    ]
    portfolio = portfolio._replace(positions=tuple(rows))
    target = build_target(portfolio, find_profile("conservative"))
    document = plan_document(make_plan(portfolio, target, FeeTable(Decimal(1))), True)
    gains = {row["symbol"]: row["estimated_realized_gain"] for row in document["trades"]}
    assert gains == {"VT": "-33.33"}
    assert document["tax"] == {"gains": "0.00", "losses": "33.33", "net": "-33.33"}


def test_an_unknown_gain_is_left_out_and_said() -> None:
    document = planned([Holding("VT", "STK", "100", "100")])
    assert document["trades"][0]["estimated_realized_gain"] is None
    assert any("VT" in line and "gain" in line for line in document["warnings"])
    assert document["tax"]["net"] == "0.00"


def test_two_symbols_that_print_alike_share_one_weight() -> None:
    rows = many_rows(2)
    rows["OpenPosition"][0]["symbol"], rows["OpenPosition"][1]["symbol"] = "A|B", "A/B"
    document = document_of(rows)
    assert document["target_allocation"] == {"A/B": 90.0, "USD.CASH": 10.0}
    assert [row["symbol"] for row in document["trades"]] == ["A/B", "A/B"]
