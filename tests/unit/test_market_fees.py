"""Commissions and levies by market: figures worked out by hand from IBKR's tables of 2026."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Dict

import pytest
from market_statements import (
    bond,
    cash_is_right,
    planned,
    share,
    situation,
    statement,
    traded,
    units,
)
from portfolios import Holding, day_of, portfolio_with
from terminal import run

from ib_portfolio.core.instrument import Instrument
from ib_portfolio.market.commissions import FeeTable
from ib_portfolio.sources.flex_statement import portfolio_of

NOTE = bond("T 4 1/4 11/15/34", "90000", "100", cusip="91282CLW9", subCategory="Govt")


def position(exchange: str, currency: str, rate: str = "1", **terms: str):
    """A position of shares at an exchange."""
    row = portfolio_with([Holding("X", "STK", "1000", "1")]).positions[0]
    told = Instrument(exchange=exchange, exchange_told=True, **terms)
    return row._replace(currency=currency, rate=Decimal(rate), instrument=told)


def test_xetra_is_five_basis_points_and_at_least_three_euros() -> None:
    document = situation("xetra_fee", "growth")
    trade = traded(document, "VUAA")
    assert trade["commission"] == format(round(Decimal(trade["amount"]) * 5 / 10_000, 2), "f")
    assert trade["taxes"] == "0.00" and trade["lot_size"] == "1"
    assert cash_is_right(document, "52000")
    assert not any("assumed" in note for note in document["notes"])


@pytest.mark.parametrize(
    "exchange, currency, quantity, price, fee",
    [
        ("ARCA", "USD", "1000", "50", "5.00"),
        ("NASDAQ", "USD", "10", "5", "0.50"),
        ("TSE", "CAD", "1000", "50", "10.00"),  # Toronto
        ("TSE", "CAD", "100", "1.50", "0.75"),  # 0.5% wins
        ("TSE", "USD", "1000", "50", "8.00"),
        ("IBIS2", "EUR", "100", "110", "5.50"),
        ("IBIS2", "EUR", "10", "110", "3.00"),
        ("SBF", "EUR", "1", "110", "3.00"),
        ("LSEETF", "GBP", "100", "20", "3.00"),
        ("LSEETF", "USD", "100", "20", "4.00"),  # an ETF of London in dollars
        ("LSEETF", "USD", "1000", "100", "50.00"),
        ("EBS", "CHF", "10", "100", "5.00"),
        ("EBS", "USD", "10", "100", "4.00"),
        ("SFB", "SEK", "100", "100", "49.00"),
        ("SFB", "EUR", "1000", "10", "10.00"),
        ("OSE", "NOK", "1000", "200", "100.00"),  # Oslo
        ("BVL", "EUR", "100", "100", "15.00"),
        ("WSE", "PLN", "100", "10", "15.00"),
        ("N.TALLINN", "EUR", "1000", "10", "20.00"),
        ("NTALLINN", "EUR", "1000", "10", "20.00"),
        ("TSEJ", "JPY", "100", "2800", "224.00"),  # Tokyo
        ("TSEJ", "JPY", "100", "500", "80.00"),
        ("SEHK", "HKD", "1000", "10", "18.00"),
        ("SEHK", "HKD", "1000", "100", "80.00"),
        ("SGX", "SGD", "100", "5", "2.50"),
        ("SGX", "USD", "100", "5", "2.00"),
        ("ASX", "AUD", "1000", "10", "8.00"),
        ("BUX", "HUF", "1000", "10000", "30000.00"),  # 55 bp to 4,444,444, then 10: 24,444 + 5,556
        ("KRX", "KRW", "1000", "10000", "6000.00"),
    ],
)
def test_the_fixed_commission_of_a_market(
    exchange: str, currency: str, quantity: str, price: str, fee: str
) -> None:
    size, table = Decimal(quantity), FeeTable(Decimal(1))
    row = position(exchange, currency)
    assert table.commission(row, size, size * Decimal(price)) == Decimal(fee)
    assert not table.schedule_of(row).assumed


def test_a_minimum_is_in_the_currency_of_the_market() -> None:
    """An account in dollars, a euro at 1.08: 3 euros are 3.24 dollars, 0.05% stays 0.05%."""
    row, table = position("IBIS", "EUR", "1.08"), FeeTable(Decimal(1))
    assert table.commission(row, Decimal(1), Decimal(100)) == Decimal("3.24")
    assert table.commission(row, Decimal(100), Decimal(10_000)) == 5


def test_hungary_charges_purchases_more_than_sales() -> None:
    row, table = position("BUX", "HUF"), FeeTable(Decimal(1))
    amount = Decimal(1_000_000)
    assert table.commission(row, Decimal(1), amount, buys=True) == 5500
    assert table.commission(row, Decimal(1), amount, buys=False) == 1000


@pytest.mark.parametrize(
    "exchange, currency, quantity, amount, fee",
    [
        ("NASDAQ", "USD", "1000", "50000", "3.50"),
        ("NASDAQ", "USD", "10", "5000", "0.35"),
        ("IBIS", "EUR", "10", "1000", "1.25"),
        ("IBIS", "EUR", "1000", "100000", "29.00"),  # at most 29
        ("LSE", "GBP", "10", "1000", "1.00"),
        ("SGX", "SGD", "10", "1000", "2.50"),  # no Tiered rates are known: Fixed
    ],
)
def test_the_tiered_commission_of_a_market(
    exchange: str, currency: str, quantity: str, amount: str, fee: str
) -> None:
    table = FeeTable(Decimal(1), "tiered")
    row = position(exchange, currency)
    assert table.commission(row, Decimal(quantity), Decimal(amount)) == Decimal(fee)
    assert table.schedule_of(row).without_tiered == (exchange == "SGX")


def test_tiered_is_said_to_be_without_the_fees_of_others() -> None:
    singapore = share("D05", "1000", "40", listingExchange="SGX", currency="SGD")
    rows = statement("40000", share("VTI", "100", "300"), singapore, NOTE)
    notes = " ".join(planned(rows, fees="Tiered")["notes"])
    assert "IBKR Pro Tiered" in notes and "without the fees of exchanges" in notes
    assert "No Tiered rates are known for Singapore" in notes
    fixed = planned(rows)
    assert "Tiered" not in " ".join(fixed["notes"])
    assert Decimal(traded(fixed, "VTI")["commission"]) == 1


@pytest.mark.parametrize(
    "face, price, terms, fee",
    [
        ("7000", "88", {"subCategory": "Corp"}, "7.00"),
        ("50000", "100", {"subCategory": "Corp"}, "20.00"),
        ("1000", "5", {"subCategory": "Corp"}, "0.50"),  # 1% of 50 wins over 1
        ("2000000", "100", {"subCategory": "Corp"}, "250.00"),
        ("50000", "100", {"subCategory": "Muni"}, "10.00"),
        ("2000000", "100", {"subCategory": "Muni"}, "125.00"),
        ("50000", "100", {"subCategory": "Govt", "cusip": "91282CLW9"}, "5.00"),
        ("50000", "100", {"subCategory": "Govt", "currency": "EUR"}, "21.60"),
        ("50000", "50", {"subCategory": "Corp", "currency": "EUR"}, "14.85"),  # of the value
        ("50000", "50", {"subCategory": "Govt", "currency": "GBP"}, "25.40"),  # of the face
    ],
)
def test_the_commission_of_a_bond(face: str, price: str, terms: Dict[str, str], fee: str) -> None:
    """The commission of selling all of it, a euro at 1.08 and a pound at 1.27 dollars."""
    row = bond("B", face, price, **terms)
    found = portfolio_of(day_of(statement("0", row)), "statement").positions[0]
    table = FeeTable(Decimal(1))
    assert table.commission(found, found.quantity, found.value, buys=False) == Decimal(fee)


@pytest.mark.parametrize(
    "day, quantity, amount, taxes",
    [
        ("2026-11-20", "-1000", "50000", "1.03"),  # 0.0000206 of it, and 0.003 for CAT
        ("2026-11-20", "1000", "50000", "0.00"),
        ("2026-09-30", "-1000", "50000", "1.23"),  # and FINRA's 0.195
        ("2026-09-30", "-1000000", "50000", "13.82"),  # at most 9.79 of it
        ("2026-04-03", "-1000", "50000", "0.20"),
        ("2027-01-04", "-1000", "50000", "1.23"),
    ],
)
def test_us_levies_by_day(day: str, quantity: str, amount: str, taxes: str) -> None:
    table = FeeTable(Decimal(1), day=day)
    row = position("NYSE", "USD", isin="US0378331005", sub_category="COMMON")
    found = table.charges(row, Decimal(quantity), Decimal(amount))
    assert found.taxes == Decimal(taxes)


@pytest.mark.parametrize(
    "exchange, currency, terms, bought, sold",
    [
        ("LSE", "GBP", {"isin": "GB00BH4HKS39", "sub_category": "COMMON"}, "101.50", "1.50"),
        ("LSE", "GBP", {"isin": "GB00BH4HKS39", "sub_category": ""}, "101.50", "1.50"),
        ("LSE", "GBP", {"isin": "JE00B4T3BW64", "sub_category": "COMMON"}, "1.50", "1.50"),
        ("LSEETF", "GBP", {"isin": "IE00B3XXRP09", "sub_category": "ETF"}, "0.00", "0.00"),
        ("LSEETF", "USD", {"isin": "IE00B5BMR087", "sub_category": "ETF"}, "0.00", "0.00"),
        ("IBIS", "EUR", {"isin": "GB00BH4HKS39", "sub_category": "COMMON"}, "100.00", "0.00"),
        ("IBIS", "EUR", {"isin": "IE00BF0L3536", "sub_category": "COMMON"}, "200.00", "0.00"),
        ("IBIS", "EUR", {"isin": "IE00BF0L3536", "sub_category": ""}, "0.00", "0.00"),
        ("NYSE", "USD", {"isin": "IE00B4BNMY34", "sub_category": "COMMON"}, "0.00", "0.41"),
        ("SBF", "EUR", {"isin": "FR0000121014", "sub_category": "COMMON"}, "80.00", "0.00"),
        ("BVME", "EUR", {"isin": "IT0003132476", "sub_category": "COMMON"}, "40.00", "0.00"),
        ("BM", "EUR", {"isin": "ES0113900J37", "sub_category": "COMMON"}, "40.00", "0.00"),
        ("BM", "EUR", {"issuer_country": "ES", "sub_category": "COMMON"}, "40.00", "0.00"),
        ("AEB", "EUR", {"isin": "IE00B3RBWM25", "sub_category": "ETF"}, "0.75", "0.75"),
        ("AEB", "EUR", {"isin": "NL0010273215", "sub_category": "COMMON"}, "0.00", "0.00"),
        ("SEHK", "HKD", {"isin": "KYG875721634", "sub_category": "COMMON"}, "20.57", "20.57"),
        ("SEHK", "HKD", {"isin": "HK2800008867", "sub_category": "ETF"}, "0.57", "0.57"),
        ("TSE", "CAD", {"isin": "CA7800871021", "sub_category": "COMMON"}, "0.00", "0.01"),
        ("TSEJ", "JPY", {"isin": "JP3633400001", "sub_category": "COMMON"}, "0.00", "0.00"),
        ("ATLANTIS", "USD", {"isin": "US0378331005", "sub_category": "COMMON"}, "0.00", "0.00"),
        ("", "USD", {"isin": "GB00BH4HKS39", "sub_category": "COMMON"}, "0.00", "0.00"),
    ],
)
def test_taxes_on_100_shares_for_20_000(
    exchange: str, currency: str, terms: Dict[str, str], bought: str, sold: str
) -> None:
    table = FeeTable(Decimal(1), day="2026-11-20")
    row = position(exchange, currency, **terms)
    for quantity, taxes in ((100, bought), (-100, sold)):
        found = table.charges(row, Decimal(quantity), Decimal(20_000))
        assert found.taxes == Decimal(taxes)


def test_hong_kong_rounds_its_stamp_duty_up_to_whole_dollars() -> None:
    """63,480 HKD: 64 of stamp duty, and 0.00285% of levies, in an account in dollars at 0.128."""
    row = position("SEHK", "HKD", "0.128", sub_category="COMMON")
    found = FeeTable(Decimal(1)).charges(row, Decimal(100), Decimal("63480") * Decimal("0.128"))
    assert found.taxes == Decimal("8.42")


def test_taxes_are_in_the_cash_the_notes_and_the_costs() -> None:
    vodafone = share(
        "VOD",
        "5000",
        "0.9",
        listingExchange="LSE",
        currency="GBP",
        isin="GB00BH4HKS39",
        subCategory="COMMON",
    )
    document = planned(statement("60000", vodafone, NOTE))
    trade = traded(document, "VOD")
    value = Decimal(trade["amount"])
    levy = round(value * Decimal("0.005") + Decimal("1.5") * Decimal("1.27"), 2)
    assert trade["action"] == "BUY" and Decimal(trade["taxes"]) == levy
    assert document["summary"]["taxes"] == trade["taxes"]
    assert cash_is_right(document, "60000")
    assert any("UK stamp duty (SDRT) of up to 0.5% (VOD)" in note for note in document["notes"])
    cost = (Decimal(trade["commission"]) + levy) * 10_000 / value
    assert Decimal(trade["cost_bp"]) == round(cost, 1)


@pytest.mark.parametrize("exchange", ["", "ATLANTIS"])
def test_an_unknown_exchange_is_said(exchange: str) -> None:
    rows = statement("40000", share("ABC", "100", "300", listingExchange=exchange), NOTE)
    document = planned(rows)
    assert traded(document, "ABC")["commission"] == "1.50"  # of 300 shares
    assert traded(document, "ABC")["taxes"] == "0.00"
    assert any("exchange of ABC" in note for note in document["notes"])


def test_a_query_without_the_exchange_is_charged_as_before_and_nothing_is_said() -> None:
    row = share("ABC", "100", "300", isin="IE00B5BMR087")
    del row["listingExchange"]
    document = planned(statement("40000", row, NOTE))
    assert traded(document, "ABC")["taxes"] == "0.00"
    assert not any("exchange of" in note for note in document["notes"])


def test_an_order_that_costs_over_a_percent_is_a_warning() -> None:
    dear = share("DEAR", "2", "40", listingExchange="IBIS", currency="EUR")
    rows = statement("90", dear, bond("B", "1000", "10", subCategory="Corp"))
    document = planned(rows)
    assert Decimal(traded(document, "DEAR")["cost_bp"]) > 100
    assert any("DEAR" in warning and "1%" in warning for warning in document["warnings"])


def test_an_order_at_the_cap_of_a_percent_is_no_warning() -> None:
    rows = statement("90", share("CHEAP", "20", "5.05"), bond("B", "1000", "10"))
    document = planned(rows)
    assert units(document, "CHEAP") > 0
    assert not any("CHEAP" in warning for warning in document["warnings"])


@pytest.mark.parametrize(
    "words, complaint",
    [
        (["--fees", "free"], "--fees does not take free: it needs fixed or tiered."),
        (["--lot", "AAPL"], "--lot does not take AAPL: it needs SYMBOL=UNITS, as 0700=100."),
        (["--lot", "AAPL=0"], "--lot does not take AAPL=0: it needs SYMBOL=UNITS, as 0700=100."),
        (["--lot", "AAPL=1.5"], "AAPL=1.5: it needs SYMBOL=UNITS"),
        (["--lot", "=5"], "--lot does not take =5: it needs SYMBOL=UNITS"),
        (["--lot", "0700=100"], "Nothing called 0700 is held, so its lot means nothing"),
    ],
)
def test_what_cannot_be_read_is_refused(words: list, complaint: str) -> None:
    answer = run(["--sample", "growth", *words])
    assert answer.code in (1, 2) and answer.out == "" and complaint in answer.err


def test_lots_add_up_and_hold_for_every_order() -> None:
    answer = run(["--sample", "growth", "--lot", "SAP=10, vti=7", "--lot", "aapl=5", "--json"])
    document = json.loads(answer.out)
    for symbol, lot in (("SAP", 10), ("VTI", 7), ("AAPL", 5), ("MSFT", 1)):
        assert traded(document, symbol)["lot_size"] == str(lot)
        assert units(document, symbol) % lot == 0
