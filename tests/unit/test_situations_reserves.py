"""What is not free, and classes that cannot all be filled: the situations of real accounts."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest
from portfolios import request_for, statement_xml
from statements_of import (
    Document,
    holding,
    off_target,
    option,
    plan_of,
    rows_of,
    traded,
)
from terminal import TESTS
from test_ib_sec_mcp import answers_of

from ib_portfolio.checked_plan import checked_document, plan_from_statement
from ib_portfolio.checks.server_evidence import server_evidence
from ib_portfolio.core.messages import Refusal, Usage
from ib_portfolio.request.request import parse_words
from ib_portfolio.sources.ib_sec_mcp import server_portfolio

FOLDER = os.path.join(TESTS, "fixtures", "situations")
BOND = holding("T 34", "BOND", "30000", "100")
VTI = holding("VTI", "STK", "200", "300")


def planned(name: str, *words: str) -> Document:
    path = os.path.join(FOLDER, f"{name}.xml")
    return plan_from_statement(parse_words(["--statement", path, *words]), "2026-11-20")


def reserved(document: Document) -> dict:
    return {(row["symbol"], row["kind"]): row["amount"] for row in document["reserved"]}


def cash_after(document: Document) -> Decimal:
    return Decimal(document["summary"]["cash_after"])


def warned(document: Document, *parts: str) -> bool:
    return any(all(part in line for part in parts) for line in document["warnings"])


def near(document: Document) -> bool:
    return all(abs(points) <= 1 for points in off_target(document).values())


def test_the_proceeds_of_a_short_are_not_spent() -> None:
    plan = planned("short_stock", "--profile", "balanced")
    assert reserved(plan) == {("TSLA", "short stock"): "164025.18"}  # 363 x 443 x 102%
    assert plan["investable_value"] == "149883.82"
    assert cash_after(plan) >= Decimal("164025.18") + Decimal("14988.38")
    assert near(plan) and "TSLA" not in traded(plan)


def test_covered_shares_are_not_sold() -> None:
    plan = planned("covered_call", "--profile", "conservative")
    assert traded(plan) == {"AAPL": -18}
    (row,) = plan["locked"]
    assert (row["symbol"], row["value"]) == ("AAPL", "75000.00")
    assert row["reason"] == "300 of 318 shares are under short calls and cannot be sold"
    assert warned(plan, "STK ends", "over", "AAPL cannot be sold", "Close or roll the calls")
    assert not plan["reserved"]


def test_the_strike_of_a_short_put_stays_in_cash() -> None:
    plan = planned("secured_put", "--profile", "growth")
    assert reserved(plan) == {("SPY   261218P00360000", "short put"): "72000.00"}
    assert cash_after(plan) >= 72_000 + 10_500 and near(plan)


def test_what_cannot_be_divided_does_not_hold_up_its_class() -> None:
    plan = planned("indivisible", "--profile", "growth")
    assert set(traded(plan)) == {"VTI", "T 4 1/4 11/15/34"} and near(plan)
    assert not any(" ends " in line for line in plan["warnings"])


def test_new_money_counts_cash_as_money_that_can_be_spent() -> None:
    plan = planned("new_money", "--profile", "balanced", "--no-sell", "--contribute", "3000")
    # Stocks 65,700 / 50% and bonds 39,000 / 40% want less than the 135,700 there are.
    assert plan["new_money_to_close"] == "0.00"
    assert near(plan) and all(row["action"] == "BUY" for row in plan["trades"])


@pytest.mark.parametrize(
    ("stocks", "bonds", "cash", "wanted"),
    [
        ("3000", "20000", "100", "2700.00"),  # 3,000 / 50% less 3,300
        ("800", "20000", "100", "500.00"),  # 800 / 50% less 1,100
        ("400", "60000", "1000", "0.00"),  # 600 / 40% = 1,500 of 2,000 there are
        ("100", "60000", "100", "700.00"),
    ],
)
def test_the_largest_of_class_value_by_percent_less_the_whole(stocks, bonds, cash, wanted) -> None:
    rows = [holding("VTI", "STK", stocks, "1"), holding("T 34", "BOND", bonds, "1")]
    plan = plan_of(rows_of(rows, cash), "balanced", "--no-sell")
    assert plan["new_money_to_close"] == wanted


@pytest.mark.parametrize(
    ("shares", "price", "currency", "rate", "amount"),
    [
        ("-100", "200", "USD", "1", "20400.00"),
        ("-100", "200.01", "USD", "1", "20502.00"),  # the price rounded up to 201
        ("-40", "100.2", "CAD", "0.7", "2870.28"),  # to 100.50
        ("-100", "80.005", "EUR", "1.1", "9241.16"),  # to 80.01, and 105%; a cent up
        ("-10", "50", "CHF", "1.25", "656.25"),
        ("-100", "2712", "JPY", "0.0066667", "1844.18"),  # 102% of 1,808.01, a cent up
    ],
)
def test_short_stock_by_its_currency(shares, price, currency, rate, amount) -> None:
    short = holding("SHRT", "STK", shares, price, currency=currency, fxRateToBase=rate)
    plan = plan_of(rows_of([VTI, BOND, short], "60000"))
    assert reserved(plan) == {("SHRT", "short stock"): amount}
    assert plan["reserved"][0]["currency"] == currency
    assert cash_after(plan) >= Decimal(amount)


@pytest.mark.parametrize(
    ("options", "amount"),
    [
        ([option("SPY", "P", "360", "-2")], "72000.00"),
        ([option("SPY", "P", "360", "-2"), option("SPY", "P", "340", "2")], "4000.00"),
        ([option("SPY", "P", "360", "-2"), option("SPY", "P", "340", "1")], "38000.00"),
        # A long put that expires earlier, or on something else, covers nothing.
        ([option("SPY", "P", "360", "-1"), option("SPY", "P", "340", "1", "20261120")], "36000.00"),
        ([option("SPY", "P", "360", "-1"), option("QQQ", "P", "340", "1")], "36000.00"),
        ([option("SPY", "P", "360", "-1"), option("SPY", "C", "340", "1")], "36000.00"),
        ([option("SPY", "P", "360", "-1"), option("SPY", "P", "340", "1", "20270115")], "2000.00"),
        # A higher long strike leaves nothing to pay.
        ([option("SPY", "P", "360", "-1"), option("SPY", "P", "370", "1")], ""),
        ([option("SPY", "P", "36.5", "-1", multiplier="10")], "365.00"),
        ([option("SAP", "P", "100", "-2", currency="EUR", fxRateToBase="1.1")], "22000.00"),
    ],
)
def test_short_puts_tie_up_their_strike_or_their_width(options, amount) -> None:
    plan = plan_of(rows_of([VTI, BOND, *options], "90000"), "growth")
    found = [row["amount"] for row in plan["reserved"]]
    assert found == ([amount] if amount else [])
    assert all(row["kind"] == "short put" for row in plan["reserved"])
    assert cash_after(plan) >= Decimal(amount or 0) and near(plan)


def test_two_short_puts_are_covered_where_that_leaves_least() -> None:
    """The dearer strike takes the dearer cover, so that 20 and 20 points are tied up."""
    legs = [("360", "-1"), ("300", "-1"), ("280", "1"), ("340", "1")]
    rows = [VTI, BOND, *(option("SPY", "P", strike, count) for strike, count in legs)]
    plan = plan_of(rows_of(rows, "40000"))
    assert sorted(row["amount"] for row in plan["reserved"]) == ["2000.00", "2000.00"]


def stock(quantity: str, symbol: str = "AAPL", **more: str) -> dict:
    return holding(symbol, "STK", quantity, "250", **more)


def test_a_covered_position_may_be_bought() -> None:
    rows = [stock("100"), BOND, option("AAPL", "C", "260", "-1")]
    plan = plan_of(rows_of(rows, "70000"), "growth")
    assert traded(plan)["AAPL"] > 0 and near(plan)


def test_what_a_covered_position_cannot_sell_others_of_its_class_do() -> None:
    rows = [stock("300"), VTI, BOND, option("AAPL", "C", "260", "-3")]
    plan = plan_of(rows_of(rows, "5000"), "balanced")
    assert traded(plan)["VTI"] < -100 and "AAPL" not in traded(plan) and near(plan)


def test_a_covered_position_that_stays_is_explained_by_its_calls() -> None:
    rows = [stock("300"), BOND, option("AAPL", "C", "260", "-3")]
    plan = plan_of(rows_of(rows, "5000"), "balanced", "--explain")
    (reason,) = [row["reason"] for row in plan["explained"] if row["symbol"] == "AAPL"]
    assert reason.startswith("no order: 300 of 300 shares are under short calls")


def test_mini_options_keep_ten_shares_each() -> None:
    rows = [stock("100"), BOND, option("AAPL", "C", "260", "-3", multiplier="10")]
    plan = plan_of(rows_of(rows, "0"), "conservative")
    assert traded(plan)["AAPL"] >= -70
    assert plan["locked"][0]["value"] == "7500.00"


def test_the_underlying_is_told_by_conid_before_symbol() -> None:
    rows = [
        stock("100", "AAPL", conid="1"),
        stock("100", "AAPL.X", conid="265598"),
        BOND,
        option("AAPL", "C", "260", "-1", underlyingConid="265598"),
    ]
    plan = plan_of(rows_of(rows, "0"), "conservative")
    assert [row["symbol"] for row in plan["locked"]] == ["AAPL.X"]
    assert traded(plan)["AAPL"] < 0 and "AAPL.X" not in traded(plan)


@pytest.mark.parametrize("gone", [("strike", "putCall", "expiry", "underlyingSymbol"), ()])
def test_the_terms_are_read_from_the_symbol_where_fields_are_missing(gone) -> None:
    call, put = option("AAPL", "C", "260", "-1"), option("SPY", "P", "360", "-1")
    for field in gone:
        call[field] = put[field] = ""
    plan = plan_of(rows_of([stock("120"), VTI, BOND, call, put], "60000"), "conservative")
    assert plan["locked"][0]["value"] == "25000.00"
    assert plan["reserved"][0]["amount"] == "36000.00"
    if gone:
        for row in (call, put):
            row["multiplier"] = ""
        plan = plan_of(rows_of([stock("120"), VTI, BOND, call, put], "60000"), "conservative")
        assert plan["reserved"][0]["amount"] == "36000.00"
        assert warned(plan, "does not tell the multiplier", "100 is assumed")


def test_calls_without_shares_are_named_and_those_under_a_long_call_are_not() -> None:
    short = option("AAPL", "C", "260", "-3")
    plan = plan_of(rows_of([stock("120"), BOND, short], "20000"))
    assert warned(plan, "Short calls without enough shares", f"{short['symbol']} (2)")
    assert plan["locked"][0]["value"] == "30000.00"  # the 20 shares beyond a contract as well
    long = option("AAPL", "C", "270", "2")
    plan = plan_of(rows_of([stock("120"), BOND, short, long], "20000"))
    assert not warned(plan, "Short calls without")
    assert reserved(plan) == {(short["symbol"], "short call"): "2000.00"}
    assert plan["locked"][0]["value"] == "25000.00"


def test_reserves_beyond_the_cash_leave_nothing_free() -> None:
    rows = [VTI, BOND, option("SPY", "P", "500", "-1")]
    plan = plan_of(rows_of(rows, "20000"), "growth")
    assert warned(plan, "$50,000.00", "$20,000.00", "no cash is free", "--reserve none")
    assert plan["set_aside"] == "20000.00" and plan["investable_value"] == "90000.00"
    assert Decimal(plan["summary"]["net_cash_movement"]) >= 0
    assert cash_after(plan) >= 20_000


def test_reserve_none_spends_what_shorts_tie_up_and_says_so() -> None:
    rows = [
        VTI,
        BOND,
        option("SPY", "P", "500", "-1"),
        stock("100"),
        option("AAPL", "C", "1", "-1"),
    ]
    plan = plan_of(rows_of(rows, "60000"), "growth", "--reserve none")
    assert plan["reserved"] == [] and plan["set_aside"] == "0.00"
    assert warned(plan, "Nothing is set aside", "$50,000.00")
    assert [row["symbol"] for row in plan["locked"]] == ["AAPL"]


@pytest.mark.parametrize("amount", ["--reserve 20,000", "--reserve 20k"])
def test_a_reserve_of_ones_own_is_added(amount) -> None:
    rows = [VTI, BOND, option("SPY", "P", "100", "-1")]
    plan = plan_of(rows_of(rows, "60000"), "growth", amount)
    assert [row["amount"] for row in plan["reserved"]] == ["10000.00", "20000.00"]
    assert cash_after(plan) >= 30_000 and near(plan)
    alone = plan_of(rows_of([VTI, BOND], "60000"), "growth", amount)
    assert alone["set_aside"] == "20000.00"


def test_a_reserve_that_is_no_amount_is_refused() -> None:
    with pytest.raises(Usage):
        plan_of(rows_of([VTI, BOND], "60000"), "growth", "--reserve some")


def test_futures_and_unsettled_cash_are_told_with_their_figures() -> None:
    future = holding("ESZ6", "FUT", "1", "6000", multiplier="50")
    future["positionValue"] = "300000"
    plan = plan_of(rows_of([VTI, BOND, future], "60000", settled="45000.5"))
    assert warned(plan, "ESZ6 ($300,000.00)", "--reserve AMOUNT")
    assert warned(plan, "60,000.00 USD", "45,000.50 USD")
    assert not warned(plan_of(rows_of([VTI, BOND], "60000", settled="60000")), "settled")
    rows = rows_of([VTI, BOND], "60000")
    rows["CashReportCurrency"] = [
        {"currency": "USD", "endingCash": "38000", "endingSettledCash": "30000"},
        {"currency": "EUR", "endingCash": "20000", "endingSettledCash": "10000"},
    ]
    assert warned(plan_of(rows), "60,000.00 USD", "41,000.00 USD")
    rows["CashReportCurrency"][1]["endingSettledCash"] = ""
    assert not warned(plan_of(rows), "settled")


def test_the_terms_of_an_option_are_read_in_a_file(tmp_path) -> None:
    """A put of another exchange, whose symbol does not tell them; dates with dashes."""
    put = option("SAP", "P", "100", "-2", currency="EUR", fxRateToBase="1.1")
    call = option("AAPL", "C", "260", "-1", underlyingConid="265598")
    put.update(symbol="P SAP  20261218 100 M", multiplier="10", expiry="2026-12-18")
    call.update(symbol="C APPLE", underlyingSymbol="", expiry="2026-12-18")
    rows = rows_of([VTI, BOND, stock("120", conid="265598"), put, call], "60000")
    path = tmp_path / "statement.xml"
    path.write_text(statement_xml(rows), encoding="utf-8")
    request = parse_words(["--statement", str(path), "--profile", "growth"])
    plan = plan_from_statement(request, "2026-11-20")
    assert reserved(plan) == {("P SAP  20261218 100 M", "short put"): "2200.00"}
    assert [row["value"] for row in plan["locked"]] == ["25000.00"]
    assert not warned(plan, "multiplier") and not warned(plan, "cannot be told")


def test_what_is_settled_is_read_in_a_file(tmp_path) -> None:
    with open(os.path.join(FOLDER, "secured_put.xml"), encoding="utf-8") as file:
        text = file.read().replace('endingSettledCash="87000"', 'endingSettledCash="60000"')
    path = tmp_path / "statement.xml"
    path.write_text(text, encoding="utf-8")
    request = parse_words(["--statement", str(path), "--profile", "growth"])
    assert warned(plan_from_statement(request, "2026-11-20"), "87,000.00 USD", "60,000.00 USD")


def test_a_short_without_terms_is_named() -> None:
    odd = holding("P SAP 12", "OPT", "-1", "3", multiplier="100")
    plan = plan_of(rows_of([VTI, BOND, odd], "60000"))
    assert plan["reserved"] == [] and warned(plan, "cannot be told", "P SAP 12")


def test_a_withdrawal_is_there_after_the_plan() -> None:
    """The bond is dear beside the whole and the stock under its target: still 5,000 are there."""
    rows = [holding("VTI", "STK", "10", "300"), holding("T 34", "BOND", "6000", "100")]
    for options in ("--withdraw 5000", "--withdraw 5000 --band 60", "--withdraw 5000 --lock VTI"):
        plan = plan_of(rows_of(rows, "100"), "balanced", options)
        assert cash_after(plan) >= 0, options
    limited = plan_of(rows_of(rows, "100"), "balanced", "--withdraw 5000 --max-turnover 10")
    assert cash_after(limited) < 0 and warned(limited, "Of the money to withdraw")


def test_a_withdrawal_leaves_what_is_set_aside() -> None:
    rows = [VTI, BOND, option("SPY", "P", "100", "-1")]
    plan = plan_of(rows_of(rows, "12000"), "growth", "--withdraw 8000")
    assert cash_after(plan) >= 10_000
    with pytest.raises(Refusal) as refused:
        plan_of(rows_of(rows, "12000"), "growth", "--withdraw 8000 --no-sell")
    assert "only 2,000.00 USD" in str(refused.value)


def test_new_money_inside_a_band_goes_to_what_is_under_its_target() -> None:
    rows = [holding("VTI", "STK", "470", "100"), holding("T 34", "BOND", "41000", "100")]
    inside = plan_of(rows_of(rows, "12000"), "balanced", "--band 5")
    assert inside["trades"] == [] and inside["band"]["inside"]
    plan = plan_of(rows_of(rows, "12000"), "balanced", "--band 5 --contribute 2000")
    assert plan["band"]["inside"] and set(traded(plan)) == {"VTI"}
    assert 1_900 <= Decimal(plan["summary"]["total_buy"]) <= 2_000
    assert "only for the money" in plan["band"]["sentence"]


def test_to_the_edge_goes_no_further_than_a_step() -> None:
    rows = [holding("VTI", "STK", "700", "100"), holding("T 34", "BOND", "25000", "100")]
    plan = plan_of(rows_of(rows, "5000"), "balanced", "--band 5 --to edge")
    after = {row["asset_class"]: Decimal(row["after_value"]) for row in plan["classes"]}
    assert 54_800 <= after["STK"] <= 55_100 and 34_000 <= after["BOND"] <= 35_100


def test_what_is_under_the_smallest_order_is_done_by_a_larger_one() -> None:
    rows = [
        holding("VTI", "STK", "500", "100"),
        holding("VXUS", "STK", "20", "50"),
        holding("T 34", "BOND", "36000", "100"),
    ]
    full = traded(plan_of(rows_of(rows, "1000"), "balanced"))
    plan = plan_of(rows_of(rows, "1000"), "balanced", "--min-trade 1500")
    assert "VXUS" in full and "VXUS" not in traded(plan)
    assert full["VXUS"] < 0 and traded(plan)["VTI"] * 100 <= full["VTI"] * 100 + full["VXUS"] * 50
    assert traded(plan)["VTI"] == full["VTI"] - 1
    assert all(Decimal(row["amount"]) >= 1500 for row in plan["trades"])


@pytest.mark.parametrize(
    ("cash", "sold", "bought"), [("0", 10_000, 0), ("4000", 6_400, 0), ("30000", 0, 0)]
)
def test_no_sale_is_for_a_missing_class(cash, sold, bought) -> None:
    """Stocks of 100,000 alone: only what the cash lacks of its own tenth is sold."""
    plan = plan_of(rows_of([holding("VTI", "STK", "1000", "100")], cash))
    summary = plan["summary"]
    assert sold <= Decimal(summary["total_sell"]) <= sold + 101
    assert Decimal(summary["total_buy"]) == bought
    assert warned(plan, "BOND lacks", "--target", "--price")
    assert warned(plan, "STK ends", "over its target")


def test_no_share_is_handed_back_for_the_share_of_a_missing_class() -> None:
    """Stocks are bought to their half, fees or not: the missing class has its share in cash."""
    plan = plan_of(rows_of([holding("VTI", "STK", "400", "100")], "60000"))
    assert traded(plan) == {"VTI": 100}
    assert cash_after(plan) < 50_000


def test_the_server_tells_less_and_the_plan_says_what_it_assumes(tmp_path) -> None:
    """ib-sec-mcp gives no terms: the symbol has them, and a contract is taken to be of 100."""
    positions, summary = answers_of("c_messy25", tmp_path)
    portfolio = server_portfolio(positions, summary)
    evidence = server_evidence(positions, summary, {})
    plan = checked_document(portfolio, evidence, request_for("growth"), "2026-11-20")
    assert reserved(plan) == {
        ("TSLA", "short stock"): "15300.00",
        ("SPY   270115P00500000", "short put"): "50000.00",
    }
    assert warned(plan, "does not tell the multiplier of SPY", "100 is assumed")


def test_an_option_on_another_number_of_shares_covers_nothing() -> None:
    legs = [option("SPY", "P", "360", "-1"), option("SPY", "P", "340", "1", multiplier="10")]
    plan = plan_of(rows_of([VTI, BOND, *legs], "60000"))
    assert [row["amount"] for row in plan["reserved"]] == ["36000.00"]


def test_new_money_covers_first_what_the_cash_was_too_little_for() -> None:
    rows = [VTI, BOND, option("SPY", "P", "300", "-1")]
    plan = plan_of(rows_of(rows, "20000"), "growth", "--contribute 15000")
    assert plan["set_aside"] == "30000.00" and plan["investable_value"] == "95000.00"
    plan = plan_of(rows_of(rows, "20000"), "growth", "--contribute 4000")
    assert plan["set_aside"] == "24000.00" and plan["investable_value"] == "90000.00"
