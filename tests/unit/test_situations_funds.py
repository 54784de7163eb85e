"""Funds as people hold them: bond ETFs are bonds, money market ETFs are cash, mixes are both."""

from __future__ import annotations

import json
from decimal import Decimal
from random import Random

import pytest
from fund_statements import (
    AOR,
    BND,
    GLD,
    SGOV,
    TODAY,
    VTI,
    Fund,
    after,
    checked,
    counted,
    off_target,
    orders,
    rows_of,
)
from portfolios import PROFILES, request_for
from server_session import START, server_for
from terminal import ROOT, run

from ib_portfolio.checked_plan import checked_document
from ib_portfolio.checks.server_evidence import server_evidence
from ib_portfolio.claude_code.tool_answer import read_answer
from ib_portfolio.core.messages import Refusal
from ib_portfolio.sources.ib_sec_mcp import server_portfolio

SITUATIONS = f"{ROOT}/tests/fixtures/situations"


def situation(name: str, *words: str) -> dict:
    answer = run([*words, "--statement", f"{SITUATIONS}/{name}.xml", "--json"])
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_a_bond_etf_counts_as_bonds_and_is_said_to():
    plan = situation("bond_etf", "--profile", "balanced")
    assert plan["counted_as"] == [{"symbol": "BND", "asset_class": "BOND", "because": "fund table"}]
    assert "Counted as bonds: BND (fund table)." in plan["heading_notes"]
    assert plan["unfilled"] == [] and off_target(plan) < 1
    assert orders(plan) == {"VTI": "SELL", "VXUS": "SELL", "BND": "BUY"}


def test_a_bond_etf_with_a_cut_name_counts_as_bonds():
    plan = situation("bond_etf_cut_name", "--profile", "growth")
    assert counted(plan) == {"SHIR": "BOND"}
    assert off_target(plan) < 1


def test_a_money_market_etf_is_cash_that_is_sold_when_cash_is_needed():
    plan = situation("money_market", "--profile", "growth")
    assert counted(plan) == {"BND": "BOND", "SGOV": "CASH"}
    assert orders(plan)["SGOV"] == "SELL" and off_target(plan) < 1
    assert Decimal(plan["summary"]["cash_after"]) >= 0
    assert any("the cash comes to $15," in note for note in plan["notes"])
    (sale,) = (row for row in plan["trades"] if row["symbol"] == "SGOV")
    assert sale["asset_class"] == "CASH"
    assert sale["reason"] == "it counts as cash, and cash is needed"


@pytest.mark.parametrize("seed", range(40))
def test_the_same_with_other_numbers(seed):
    random = Random(seed)
    funds = [
        fund._replace(
            quantity=str(random.randint(150, 4000)), price=str(random.randint(2000, 30000) / 100)
        )
        for fund in (VTI, BND, SGOV)
    ]
    cash = str(random.randint(-2000, 60_000))
    document, _ = checked(rows_of(funds, cash), random.choice(PROFILES))
    assert counted(document) == {"BND": "BOND", "SGOV": "CASH"}
    assert off_target(document) < 1
    assert orders(document).get("SGOV") != "BUY"
    assert Decimal(document["summary"]["cash_after"]) >= 0


def test_cash_in_the_account_is_spent_before_its_funds_are_sold():
    document, _ = checked(rows_of([VTI, BND, SGOV], "60000"), "growth")
    assert orders(document)["SGOV"] == "SELL"
    assert Decimal(document["summary"]["cash_after"]) < 300
    document, _ = checked(rows_of([VTI, BND, SGOV._replace(quantity="20")], "60000"), "growth")
    assert "SGOV" not in orders(document) and off_target(document) < 1


def test_a_debit_is_paid_back_from_the_funds_that_count_as_cash():
    document, _ = checked(rows_of([VTI, BND, SGOV], "-9000"), "balanced")
    assert Decimal(document["summary"]["cash_after"]) >= 0
    assert orders(document)["SGOV"] == "SELL" and off_target(document) < 1


@pytest.mark.parametrize("funds, said", [([VTI, BND], 0), ([VTI, BND, SGOV], 1)])
def test_cash_that_is_set_aside_is_no_fund_that_counts_as_cash(funds, said):
    document, _ = checked(rows_of(funds, "60000"), "growth", {"reserve": "20000"})
    notes = [note for note in document["notes"] if note.startswith("With the funds that count")]
    assert len(notes) == said
    cash = next(row for row in document["classes"] if row["asset_class"] == "CASH")
    for note in notes:
        assert f"{Decimal(cash['after_value']) + 20_000:,}" in note


def test_nothing_sells_the_funds_where_nothing_is_to_be_sold():
    for options in ({"no-sell": ""}, {"lock": "SGOV"}, {"band": "60"}):
        document, _ = checked(rows_of([VTI, BND, SGOV], "3000"), "growth", options)
        assert "SGOV" not in orders(document), options
        assert Decimal(document["summary"]["cash_after"]) >= 0


def test_a_debit_sells_no_fund_where_nothing_is_to_be_sold():
    for options in ({"no-sell": ""}, {"band": "60"}):
        document, _ = checked(rows_of([VTI, BND, SGOV], "-9000"), "growth", options)
        assert document["trades"] == [], options


def test_buying_only_aims_at_no_more_than_the_cash_itself_can_pay():
    document, _ = checked(rows_of([VTI, BND, SGOV], "3000"), "growth", {"no-sell": ""})
    weights, whole = document["target_allocation"], Decimal(document["investable_value"])
    wanted = (75000 + 3000) * 100 / whole
    assert abs(Decimal(str(weights["VTI"])) - wanted) < 1
    assert abs(Decimal(str(weights["SGOV"])) - Decimal("40160.00") * 100 / whole) < 1


def test_a_mixed_fund_counts_in_its_parts_and_is_not_traded():
    document, _ = checked(rows_of([VTI, BND, AOR], "20000"), "balanced")
    assert counted(document)["AOR"] == "MIX:60/40/0"
    assert "AOR" not in orders(document)
    assert [row["symbol"] for row in document["locked"]] == ["AOR"]
    values = {row["asset_class"]: row["current_value"] for row in document["classes"]}
    assert values == {"STK": "85485.00", "BOND": "50790.00", "CASH": "20000.00"}
    assert off_target(document) < 1


@pytest.mark.parametrize(
    "typed, stocks, bonds, cash",
    [
        ("70/30", "70.00", "30.01", "0.00"),
        ("33.3/33.3/33.4", "33.30", "33.30", "33.41"),
        ("0/100", "0.00", "100.01", "0.00"),
    ],
)
def test_the_parts_of_a_mixed_fund_come_to_its_value(typed, stocks, bonds, cash):
    mixed = Fund("MY", "1", "100.01")
    funds = [VTI, BND, mixed]
    document, _ = checked(rows_of(funds, "9000"), "growth", {"count-as": f"MY={typed}"})
    values = [Decimal(row["current_value"]) for row in document["classes"]]
    parts = [values[0] - 75000, values[1] - 43800, values[2] - 9000]
    assert sum(parts) == Decimal("100.01")
    for part, wanted in zip(parts, (stocks, bonds, cash)):
        assert abs(part - Decimal(wanted)) <= Decimal("0.01")


def test_borrowed_parts_count_below_zero_in_the_cash():
    efficient = Fund("NTSX", "1000", "50", "US97717Y7904", "ETF", "ARCA")
    document, _ = checked(rows_of([VTI, BND, efficient], "40000"), "balanced")
    values = {row["asset_class"]: row["current_value"] for row in document["classes"]}
    assert values == {"STK": "120000.00", "BOND": "73800.00", "CASH": "15000.00"}


def test_gold_and_the_like_count_as_stocks_and_the_report_says_how_to_leave_them_out():
    document, _ = checked(rows_of([VTI, BND, GLD], "9000"), "growth")
    assert "GLD" not in counted(document)
    (note,) = (one for one in document["heading_notes"] if "GLD" in one)
    assert note.endswith("--count-as GLD=none")
    document, _ = checked(rows_of([VTI, BND, GLD], "9000"), "growth", {"count-as": "GLD=none"})
    assert counted(document) == {"BND": "BOND", "GLD": "none"}
    assert [row["symbol"] for row in document["held"]] == ["GLD"]
    assert document["investable_value"] == "127800.00"


def test_the_user_s_word_comes_before_the_table_and_the_settings():
    asked = {"count-as": "bnd=STK", "bond_symbols": "VTI, BND"}
    document, _ = checked(rows_of([VTI, BND], "9000"), "growth", asked)
    assert counted(document) == {"VTI": "BOND"}
    document, _ = checked(rows_of([VTI, BND, SGOV], "9"), "growth", {"cash_symbols": "SGOV"})
    assert [row["symbol"] for row in document["locked"]] == ["SGOV"]


@pytest.mark.parametrize("name", ["EXAMPLE HIGH YIELD CORP BD", "VANG USDCPBD USDA", "X GILTS 1D"])
def test_an_etf_that_is_in_no_table_counts_by_its_name(name):
    document, _ = checked(
        rows_of([VTI, Fund("NEW", "900", "50", description=name)], "9000"), "growth"
    )
    assert document["counted_as"] == [
        {"symbol": "NEW", "asset_class": "BOND", "because": "its name"}
    ]
    assert off_target(document) < 1


@pytest.mark.parametrize(
    "fund",
    [
        Fund("NEW", "90", "50", description="EXAMPLE BALANCED ALLOCATION"),
        Fund("SWAN", "90", "50", "US0321088884", description="AMPLIFY BLACKSWAN"),
        Fund("NEW", "90", "50", kind="", description="ISHARES EXAMPLE TREASURY BD"),
        Fund("IBTA", "90", "50", kind=""),
        Fund("BND", "90", "50", "US0000000000", description="EXAMPLE FUND"),
    ],
)
def test_where_a_name_or_a_ticker_only_hints_the_report_asks(fund):
    document, _ = checked(rows_of([VTI, fund], "9000"), "growth")
    assert document["counted_as"] == []
    (asked,) = (one for one in document["warnings"] if one.startswith(f"What do {fund.symbol} "))
    assert f"--count-as {fund.symbol}=BOND" in asked
    assert [row["symbol"] for row in document["locked"]] == [fund.symbol]
    document, _ = checked(
        rows_of([VTI, fund], "9000"), "growth", {"count-as": f"{fund.symbol}=BOND"}
    )
    assert counted(document) == {fund.symbol: "BOND"}
    assert not any("What do" in one for one in document["warnings"])


@pytest.mark.parametrize(
    "fund, found",
    [
        (Fund("IBTA", "90", "50", "US45103R1032", "COMMON", "NYSE", "IBOTTA INC-CL A"), ""),
        (Fund("IBTA", "90", "50", "US45103R1032", "", "", "IBOTTA INC-CL A"), ""),
        (Fund("IBTA", "90", "50", "", "", "NYSE", "IBOTTA INC-CL A"), ""),
        (Fund("IBTA", "90", "50", "", "ETF", "LSEETF", "ISHARES USD TRSRY 1-3Y USD A"), "BOND"),
        (Fund("IBTAl", "90", "50", "", "ETF", "", ""), "BOND"),
        (Fund("CORP CO", "90", "50", "", "COMMON", "NYSE", "EXAMPLE BOND CORP"), ""),
        (Fund("VXUS", "90", "50", "", "ETF", "NASDAQ", "VANGUARD TOTAL INTL STOCK"), ""),
        (Fund("BNDX", "90", "50", "", "ETF", "NASDAQ", "VANGUARD TOTAL INTERNATIONAL"), "BOND"),
        (Fund("BND", "90", "50", "", "", "", ""), "BOND"),
        (Fund("PFF", "90", "50", "US4642886877", "ETF", "", "ISHARES HIGH YIELD BOND"), ""),
    ],
)
def test_tickers_that_two_securities_share_are_told_apart(fund, found):
    document, _ = checked(rows_of([VTI, fund], "9000"), "growth")
    assert counted(document) == ({fund.symbol: found} if found else {})


@pytest.mark.parametrize(
    "currency, fund, found",
    [
        ("EUR", Fund("XEON", "90", "140", "LU0290358497", "ETF", "IBIS2"), "CASH"),
        ("EUR", Fund("EUNA", "9000", "4.9", "", "ETF", "IBIS2"), "BOND"),
        ("GBP", Fund("TRNl", "900", "4.9", "", "ETF", "", "ISHARES USD TRSY 7-10YR"), "BOND"),
        ("CHF", Fund("CHSPIz", "90", "140", "", "ETF", "EBS", "ISHARES CORE SPI CH"), ""),
        (
            "JPY",
            Fund("2561", "90", "2500", "", "ETF", "TSEJ", "ISHARES CORE JAPAN GOVT BOND"),
            "BOND",
        ),
        ("JPY", Fund("7203", "900", "2500", "JP3633400001", "COMMON", "TSEJ", "TOYOTA"), ""),
    ],
)
def test_funds_of_other_markets(currency, fund, found):
    document, _ = checked(rows_of([VTI, fund], "9000", currency), "growth")
    assert counted(document) == ({fund.symbol: found} if found else {})


def test_a_source_that_does_not_tell_the_kind_of_stocks_is_said_to():
    told, _ = checked(rows_of([VTI, BND], "9000"), "growth")
    untold, _ = checked(rows_of([VTI._replace(kind=""), BND._replace(kind="")], "9000"), "growth")
    assert not any("Sub Category" in note for note in told["notes"])
    assert any("does not say of 1 stock whether" in note for note in untold["notes"])
    assert counted(untold) == {"BND": "BOND"}


@pytest.mark.parametrize(
    "typed, key",
    [
        ("BND", "count_as_value"),
        ("BND=GOLD", "count_as_value"),
        ("BND=70/40", "count_as_value"),
        ("BND=110/-10", "count_as_value"),
        ("=BOND", "count_as_value"),
        ("BND=BOND,bnd=STK", "count_as_twice"),
        ("AGG=BOND", "count_unknown"),
        ("BMD=BOND", "count_near"),
    ],
)
def test_a_class_that_cannot_be_followed_is_refused_in_a_sentence(typed, key):
    with pytest.raises(Refusal) as refused:
        checked(rows_of([VTI, BND], "9000"), "growth", {"count-as": typed})
    assert refused.value.key == key


def test_words_count_too():
    plan = situation("bond_etf", "count VTI as bonds")
    assert counted(plan) == {"VTI": "BOND", "BND": "BOND"}
    answer = run(["don't count BND as bonds", "--statement", f"{SITUATIONS}/bond_etf.xml"])
    assert answer.code == 1 and "BND" in answer.err


def test_after_the_plan_there_is_no_other():
    """What is sold is not bought back: the plan of what a plan leaves has no order of a share."""
    document, _ = checked(rows_of([VTI, BND, SGOV], "1000"), "growth")
    held = {"VTI": VTI, "BND": BND, "SGOV": SGOV}
    for row in document["trades"]:
        sign = 1 if row["action"] == "BUY" else -1
        fund = held[row["symbol"]]
        quantity = Decimal(fund.quantity) + sign * Decimal(row["quantity"])
        held[row["symbol"]] = fund._replace(quantity=str(quantity))
    again, _ = checked(rows_of(list(held.values()), document["summary"]["cash_after"]), "growth")
    assert again["trades"] == [] and after(again).keys() == after(document).keys()


def server_plan(tmp_path, **fields: str) -> dict:
    """The checked plan of recorded answers of ib-sec-mcp with other fields of its first holding."""
    server = server_for("a_seed_example", str(tmp_path))
    positions, summary = (
        read_answer(server.call(tool, {"start_date": START}), "")
        for tool in ("get_positions", "get_account_summary")
    )
    positions["positions"][0].update(fields)
    request = request_for("growth")
    evidence = server_evidence(positions, summary, {})
    return checked_document(server_portfolio(positions, summary), evidence, request, TODAY)


def test_a_server_s_funds_are_known_by_isin_and_it_is_said_what_it_cannot_tell(tmp_path):
    plan = server_plan(tmp_path, symbol="EUNA", isin="IE00BDBRDM35", currency="USD")
    assert counted(plan) == {"EUNA": "BOND"}
    assert any("ib-sec-mcp does not say which stocks are funds (1 " in one for one in plan["notes"])


def test_of_a_server_s_funds_that_only_a_name_tells_the_report_asks(tmp_path):
    plan = server_plan(tmp_path, symbol="NEW", isin="", description="SPDR EXAMPLE GILTS UCITS ETF")
    assert counted(plan) == {}
    assert any(one.startswith("What do NEW hold?") for one in plan["warnings"])


def test_a_class_is_stated_for_a_household_as_a_whole():
    words = ["--statement", f"{ROOT}/tests/fixtures/flex/several_accounts.xml", "growth"]
    words += ["--account", "all", "--json"]
    plans = json.loads(run(words).out)["accounts"]
    of_one = {row["symbol"] for row in plans[0]["trades"]} - {
        row["symbol"] for row in plans[1]["trades"]
    }
    symbol = sorted(of_one)[0]
    plans = json.loads(run([*words, "--count-as", f"{symbol}=60/40"]).out)["accounts"]
    assert [counted(one) for one in plans] == [{symbol: "MIX:60/40/0"}, {}]
    answer = run([*words, "--count-as", f"{symbol}=60/40,NOTHELD=STK"])
    assert answer.code == 1 and "NOTHELD" in answer.err
