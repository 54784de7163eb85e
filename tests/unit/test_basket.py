"""Baskets for TWS: the columns that IBKR asks for, and tickets for what a basket cannot hold."""

from __future__ import annotations

import csv
import io
import os
from decimal import Decimal
from typing import Any, Dict, List

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import Holding, portfolio_with, request_for
from terminal import TESTS

from ib_portfolio.checked_plan import plan_from_statement
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.planning.plan import plain_plan
from ib_portfolio.reports.document.plan_writer import plan_document
from ib_portfolio.reports.tws_basket import is_basket, limit_price, make_basket

HEADER = (
    "Action,Quantity,Symbol,SecType,Exchange,Currency,TimeInForce,OrderType,LmtPrice,BasketTag,"
    "Account"
)


def _trade(**changes: str) -> Dict[str, Any]:
    trade = {
        "priority": 1,
        "action": "BUY",
        "symbol": "VT",
        "conid": "",
        "asset_class": "STK",
        "currency": "USD",
        "exchange": "",
        "quantity": "5",
        "unit": "shares",
        "price": "100.126",
        "local_price": "100.126",
        "amount": "500.63",
        "commission": "1.00",
        "weight_change_pct": "1.2",
        "estimated_realized_gain": None,
        "reason": "STK is 1.2 points under its target",
    }
    return {**trade, **changes}


def _document(*trades: Dict[str, Any]) -> Dict[str, Any]:
    return {
        "profile": "growth",
        "as_of": "2026-11-20",
        "account": "U***4567",
        "base_currency": "USD",
        "trades": list(trades),
    }


def _sample() -> Dict[str, Any]:
    request = request_for("growth", statement="", sample=True)
    return plan_from_statement(request, "2026-11-20")


def _orders(text: str) -> List[Dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_files_are_as_tws_reads_them() -> None:
    sell = _trade(action="SELL", symbol="BRK B", quantity="1.5", local_price="0.1234567")
    basket = make_basket(_document(sell, _trade()), "limit")
    assert basket.sells == (
        f"{HEADER}\r\nSELL,1.5,BRK B,STK,SMART,USD,DAY,LMT,0.1235,RebalanceGrowth20261120,\r\n"
    )
    assert basket.buys == (
        f"{HEADER}\r\nBUY,5,VT,STK,SMART,USD,DAY,LMT,100.13,RebalanceGrowth20261120,\r\n"
    )
    assert basket.tickets == ()


def test_market_orders_have_no_limit() -> None:
    order = _orders(make_basket(_document(_trade()), "market").buys)[0]
    assert (order["OrderType"], order["LmtPrice"]) == ("MKT", "")


def test_the_account_is_left_empty() -> None:
    basket = make_basket(_sample(), "limit")
    orders = _orders(basket.buys)
    assert orders and {order["Account"] for order in orders} == {""}
    assert "***" not in basket.buys + basket.sells


def test_smart_orders_name_the_exchange_of_the_listing() -> None:
    tokyo = _trade(symbol="7203", currency="JPY", exchange="TSEJ")
    odd = _trade(symbol="ODD", exchange="=CMD,1")
    orders = _orders(make_basket(_document(_trade(exchange="ARCA"), tokyo, odd), "limit").buys)
    assert [row["Exchange"] for row in orders] == ["SMART/ARCA", "SMART/TSEJ", "SMART"]


def test_an_unknown_exchange_is_left_empty_and_named() -> None:
    basket = make_basket(_document(_trade(symbol="7203", currency="JPY")), "limit")
    assert _orders(basket.buys)[0]["Exchange"] == ""
    assert any("7203" in note and "Exchange" in note for note in basket.notes)


def test_bonds_are_tickets() -> None:
    document = _sample()
    basket = make_basket(document, "limit")
    bonds = [row for row in document["trades"] if row["unit"] == "face"]
    assert bonds and len(basket.tickets) == len(bonds)
    assert basket.tickets[0] == (
        "Ticket: SELL 13,000 face of T 4 1/4 11/15/34 (USD) at 99.25%, about $12,902.50."
    )
    for bond in bonds:
        assert bond["symbol"] not in {row["Symbol"] for row in _orders(basket.sells)}
    assert any("cannot hold bonds" in note for note in basket.notes)


def test_every_order_is_in_one_file_or_on_a_ticket() -> None:
    document = _sample()
    basket = make_basket(document, "limit")
    sells, buys = _orders(basket.sells), _orders(basket.buys)
    assert {row["Action"] for row in sells} <= {"SELL"} and {row["Action"] for row in buys} == {
        "BUY"
    }
    assert len(sells) + len(buys) + len(basket.tickets) == len(document["trades"])


@pytest.mark.parametrize("symbol", ["三菱UFJ", "=A1", "-X", "@A", "A,B", 'A"B', "A;B", "A'B"])
def test_symbols_that_tws_cannot_take_are_tickets(symbol: str) -> None:
    basket = make_basket(_document(_trade(symbol=symbol)), "limit")
    assert basket.buys == ""
    assert symbol in basket.tickets[0]
    assert any(symbol in note for note in basket.notes)


@given(symbol=st.text(max_size=30), currency=st.sampled_from(["USD", "JPY", "A,B", "=1"]))
def test_no_value_holds_a_comma_a_quote_or_a_formula(symbol: str, currency: str) -> None:
    basket = make_basket(_document(_trade(symbol=symbol, currency=currency)), "limit")
    for line in basket.buys.split("\r\n")[1:-1]:
        values = line.split(",")
        assert len(values) == len(HEADER.split(","))
        assert '"' not in line and "\n" not in line and "\r" not in line
        assert not any(value.startswith(("=", "+", "-", "@")) for value in values)
    assert max(basket.buys.count("\r\n") - 1, 0) + len(basket.tickets) == 1


@pytest.mark.parametrize(
    ("price", "currency", "limit"),
    [
        ("310", "USD", "310"),
        ("498.205", "USD", "498.21"),
        ("0.99994", "USD", "0.9999"),
        ("0.00004", "USD", "0.00004"),
        ("2841.5", "JPY", "2842"),
        ("58123.4", "KRW", "58123"),
        ("228.456", "EUR", "228.46"),
    ],
)
def test_limit_price(price: str, currency: str, limit: str) -> None:
    assert limit_price(Decimal(price), currency) == Decimal(limit)


@given(price=st.decimals("0.0000001", "999999", places=7), currency=st.sampled_from(["USD", "JPY"]))
def test_a_limit_is_never_nothing_and_near_the_price(price: Decimal, currency: str) -> None:
    limit = limit_price(price, currency)
    assert limit > 0
    assert abs(limit - price) <= (Decimal("0.5") if currency == "JPY" else Decimal("0.005"))


def test_its_own_files_are_known_again() -> None:
    basket = make_basket(_document(_trade(symbol="BND", action="SELL"), _trade()), "limit")
    assert is_basket(basket.sells) and is_basket(basket.buys)
    for other in (
        "",
        "x",
        f"{HEADER}\r\n",
        "Action,Quantity\r\n",
        basket.buys.replace("Rebalance", "Mine"),
    ):
        assert not is_basket(other)
    mine = f"{HEADER}\r\nBUY,1,IBM,STK,SMART,USD,DAY,LMT,14.82,mine,U1\r\n"
    assert not is_basket(mine)
    assert not is_basket(basket.buys + mine.split("\r\n")[1])


@pytest.mark.parametrize(
    "other", ["VTI", "vti", "ＶＴＩ", "V\u200bTI", "VTI\u3164", "VTI.", "V TI", "V\U000e0100TI"]
)
@pytest.mark.parametrize("conids", [("101", "202"), ("", "")])
def test_contracts_of_one_name_are_tickets(other: str, conids: Any) -> None:
    """A row of a basket names no contract: 140 of one and 156 of the other were 296 of one."""
    rows = [
        _trade(action="SELL", symbol=symbol, quantity=quantity, conid=conid)
        for symbol, quantity, conid in zip(("VTI", other), ("140", "156"), conids)
    ]
    basket = make_basket(_document(*rows, _trade(symbol="BND", conid="7")), "limit")
    assert basket.sells == "" and basket.buys.count("BND") == 1
    assert len(basket.tickets) == 2
    for ticket, quantity, conid in zip(basket.tickets, ("140", "156"), conids):
        assert quantity in ticket
        assert (f"conid {conid}" in ticket) if conid else ("check which one it is" in ticket)
    assert any("Several contracts share these symbols" in note for note in basket.notes)


def test_a_contract_that_is_only_held_counts_too() -> None:
    document = _document(_trade(symbol="VTI", conid="101"), _trade(symbol="BND", conid="7"))
    document["shared_symbols"] = [{"symbol": "vti", "currency": "USD"}]
    basket = make_basket(document, "limit")
    assert [row["Symbol"] for row in _orders(basket.buys)] == ["BND"]
    assert "conid 101" in basket.tickets[0]


def test_one_symbol_in_two_currencies_is_two_rows() -> None:
    rows = [_trade(symbol="VOD", currency="USD"), _trade(symbol="VOD", currency="GBP")]
    assert len(_orders(make_basket(_document(*rows), "limit").buys)) == 2


def test_the_plan_names_the_symbols_that_contracts_share() -> None:
    holdings = [
        Holding("VTI", "STK", "140", "100", conid="1"),
        Holding("vti", "STK", "156", "100", conid="2"),
        Holding("BND", "STK", "10", "100", conid="3"),
        Holding("BND", "CFD", "10", "100", conid="4"),
    ]
    plan = plain_plan(portfolio_with(holdings, "4000"), find_profile("income"))
    document = plan_document(plan, False)
    assert document["shared_symbols"] == [
        {"symbol": "VTI", "currency": "USD"},
        {"symbol": "vti", "currency": "USD"},
    ]
    assert "shared_symbols" not in _sample()
    assert "VTI" not in make_basket(document, "limit").sells.upper()


def test_an_exchange_of_currencies_is_a_ticket_and_in_no_basket() -> None:
    path = os.path.join(TESTS, "fixtures", "situations", "euro_cash.xml")
    plan = plan_from_statement(request_for("growth", statement=path), "2026-11-20")
    basket = make_basket(plan, "limit")
    assert "EUR" not in basket.sells + basket.buys
    wanted = "Ticket: SELL 43,884.26 EUR of EUR.USD, after the sells and before the buys."
    assert basket.tickets[0] == wanted
    assert any("1 to enter by hand between the two files" in note for note in basket.notes)
