"""Each check of funds kills the plans that break just that, and both readers of names agree."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any, Callable, Dict

import pytest
from fund_statements import AOR, BND, GLD, SGOV, VTI, Fund, checked, rows_of
from hypothesis import given
from hypothesis import strategies as st

from ib_portfolio.checks.data_files import read_data
from ib_portfolio.checks.evidence import Evidence
from ib_portfolio.checks.funds.fund_checks import CHECKS
from ib_portfolio.checks.funds.fund_evidence import kind_of_symbol
from ib_portfolio.checks.funds.name_words import name_says
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.market.fund_names import FundNames

Document = Dict[str, Any]
UNCLEAR = Fund("NEWMIX", "90", "50", description="EXAMPLE BALANCED ALLOCATION")
NAMED = Fund("NEWBD", "90", "50", description="EXAMPLE HIGH YIELD CORP BD")
FUNDS = {
    "cash": rows_of([VTI, BND, SGOV], "1000"),
    "more cash": rows_of([VTI, BND, SGOV], "30000"),
    "mixed": rows_of([VTI, BND, AOR, GLD], "30000"),
    "unclear": rows_of([VTI, BND, NAMED, UNCLEAR], "30000"),
}


def made(name: str) -> tuple[Document, Evidence]:
    return checked(FUNDS[name], "growth")


def failed(document: Document, evidence: Evidence) -> set[str]:
    return {row["name"] for row in check_plan(document, evidence)[0] if not row["passed"]}


def _sale(document: Document) -> Document:
    return next(row for row in document["trades"] if row["symbol"] == "SGOV")


def _forget(document: Document) -> None:
    document["counted_as"].pop(0)


def _forget_all(document: Document) -> None:
    document["counted_as"].clear()


def _call_it_stocks(document: Document) -> None:
    document["counted_as"][0]["asset_class"] = "STK"


def _other_parts(document: Document) -> None:
    document["counted_as"][-1]["asset_class"] = "MIX:70/30/0"


def _other_reason(document: Document) -> None:
    document["counted_as"][0]["because"] = "its name"


def _one_too_many(document: Document) -> None:
    row = {"symbol": "GLD", "asset_class": "STK", "because": "fund table"}
    document["counted_as"].append(row)


def _ask_nothing(document: Document) -> None:
    document["warnings"].clear()


def _ask_of_another(document: Document) -> None:
    document["warnings"] = [one.replace("NEWMIX", "VTI") for one in document["warnings"]]


def _buy_it(document: Document) -> None:
    _sale(document)["action"] = "BUY"


def _sell_more(document: Document) -> None:
    document["summary"]["cash_after"] = "9000.00"


def _class_of_ibkr(document: Document) -> None:
    stocks, bonds, _ = document["classes"]
    for field in ("current_value", "after_value"):
        stocks[field] = str(Decimal(stocks[field]) + Decimal(bonds[field]))
        bonds[field] = "0.00"


def _trade_a_mixed_fund(document: Document) -> None:
    sold = {**document["trades"][0], "symbol": "AOR", "asset_class": "STK", "conid": "1002"}
    document["trades"].append(sold)


MUTANTS = [
    ("funds counted", "cash", _forget),
    ("funds counted", "cash", _forget_all),
    ("funds counted", "cash", _call_it_stocks),
    ("funds counted", "mixed", _other_parts),
    ("funds counted", "mixed", _one_too_many),
    ("funds counted", "unclear", _other_reason),
    ("funds asked about", "unclear", _ask_nothing),
    ("funds asked about", "unclear", _ask_of_another),
    ("cash funds", "cash", _buy_it),
    ("cash funds", "cash", _sell_more),
    ("cash funds", "more cash", _sell_more),
    ("classes", "cash", _class_of_ibkr),
    ("nothing oversold", "mixed", _trade_a_mixed_fund),
]


@pytest.mark.parametrize("name, funds, mutate", MUTANTS)
def test_a_mutant_is_killed_by_its_check(
    name: str, funds: str, mutate: Callable[[Document], None]
) -> None:
    document, evidence = made(funds)
    assert not failed(document, evidence)
    mutant = copy.deepcopy(document)
    mutate(mutant)
    assert mutant != document
    assert name in failed(mutant, evidence)


def test_every_check_has_two_mutants() -> None:
    names = [name for name, _, _ in MUTANTS]
    for check in CHECKS:
        assert names.count(check.name) >= 2, check.name


def test_they_run_only_where_something_counts_as_another_class() -> None:
    stocks, evidence = checked(rows_of([VTI], "9000"), "growth")
    names = {row["name"] for row in check_plan(stocks, evidence)[0]}
    assert not names & {check.name for check in CHECKS}
    stocks["counted_as"] = [{"symbol": "VTI", "asset_class": "BOND", "because": "fund table"}]
    assert "funds counted" in failed(stocks, evidence)


WORDS = sorted(
    {
        word.rstrip("*").replace("#", number)
        for name, rows in read_data("market/fund_names.json").items()
        if name != "about"
        for row in rows
        for word in row.split()
        for number in ("3", "20")
        if word != "..."
    }
)


@given(st.lists(st.sampled_from(WORDS), max_size=6), st.sampled_from([" ", "-", "/"]))
def test_planner_and_check_read_names_alike(words: list[str], between: str) -> None:
    name = between.join(words)
    names = FundNames()
    assert name_says(name) == names.says(name)


@pytest.mark.parametrize(
    "said, name",
    [
        ("BOND", "ISHARES 1-3 YEAR TREASURY BO"),
        ("BOND", "ISHR IBX USD INVGD CB ETF-UI"),
        ("BOND", "ISHR IBX USD HIYLD CB ETF-UI"),
        ("BOND", "VANG GLBAGG ETF GBP H ACC"),
        ("BOND", "VAND USDCP1-3 USDA"),
        ("BOND", "VANG USDCPBD USDA"),
        ("BOND", "ISHARES US TREAS 0-1YR USD A"),
        ("BOND", "ISH GL AG BD ESG EUR-H A"),
        ("BOND", "PROSHARES SHORT TERM USD CORP BD"),
        ("CASH", "SS SPDR BB 1-3M T-BILL ETF"),
        ("CASH", "X EUR OVERNIGHT RATE SWAP 1D"),
        ("CASH", "ISHARES £ CASH"),
        ("MIX", "VANGUARD LIFESTRATEGY 60% EQ"),
        ("MIX", "ISHARES CORE 60/40 BALANCED"),
        ("OTHER", "PROSHARES ULTRASHORT 20+ YEAR TREASURY"),
        ("OTHER", "DIREXION DLY 20+ TRES BULL 3X"),
        ("OTHER", "X II EUROZONE GOV BOND SHORT DAILY SWAP"),
        ("OTHER", "PROSHARES ULTRASHORT FINANCIALS"),
        ("", "ISHARES PREFERRED AND INCOME SECURITIES"),
        ("", "GLOBAL X CLOUD COMPUTING ETF"),
        ("", "PACER US CASH COWS 100 ETF"),
        ("", "VANECK BDC INCOME ETF"),
        ("", "ISHARES MORTGAGE REAL ESTATE"),
        ("", "OSSIAM SHILLER BARCLAYS CAPE US"),
        ("", "VANGUARD TOTAL INTL STOCK"),
        ("", "CREDIT SUISSE X-LINKS SILVER SHARES COVERED CALL"),
        ("", "KRANESHARES GLOBAL CARBON CREDIT"),
        ("", "VANG FTSE AW USDA"),
        ("", ""),
    ],
)
def test_what_names_say(said: str, name: str) -> None:
    assert FundNames().says(name) == name_says(name) == said


@pytest.mark.parametrize(
    "hints, name",
    [
        (True, "ISHARES 1-3 YEAR TREASURY BO"),
        (True, "VANGUARD LIFESTRATEGY 60"),
        (False, "EXELON CORP"),
        (False, "CREDIT AGRICOLE SA"),
        (False, "IG DESIGN GROUP"),
        (False, "TREASURY METALS INC"),
        (False, "VANGUARD S&P 500 ETF"),
    ],
)
def test_of_what_may_be_no_fund_only_clear_names_are_a_hint(hints: bool, name: str) -> None:
    assert FundNames().hints(name) is hints


@pytest.mark.parametrize("currency, kind", [("USD", "BOND"), ("EUR", "BOND"), ("JPY", "")])
def test_a_fund_of_several_currencies_is_known_in_each(currency: str, kind: str) -> None:
    assert kind_of_symbol("CBU7", currency, "", {}) == kind
