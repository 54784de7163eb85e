"""Wash-sale notices: what a statement tells of purchases around a sale at a loss, and what not."""

from __future__ import annotations

from typing import Dict, List

import pytest
from lot_rows import document_with_lots, stock_rows
from portfolios import day_of

from ib_portfolio.reports.text_report import render_report
from ib_portfolio.sources.flex_executions import read_executions
from ib_portfolio.taxes.lots import METHODS

LOSS = [("40", "800", "20250101"), ("40", "880", "20260301")]  # sold at 10


def buy(day: str, quantity: str = "10", side: str = "BUY", **more: str) -> Dict[str, str]:
    return {"tradeDate": day, "buySell": side, "quantity": quantity, **more}


def notice(rows, from_date: str = "2026-01-01") -> Dict:
    """The one notice of a statement that covers the days from `from_date` on."""
    document = document_with_lots(rows, "growth", from_date)
    (found,) = document["wash_sales"]
    assert " ".join(found["sentence"].split()) in " ".join(render_report(document).split())
    return found


@pytest.mark.parametrize(
    ("trades", "purchases"),
    [
        ([], []),
        ([buy("20261105")], [("2026-11-05", "10")]),
        ([buy("20261021")], [("2026-10-21", "10")]),  # 30 days before
        ([buy("20261020")], []),  # 31 days before
        ([buy("20261120")], [("2026-11-20", "10")]),
        ([buy("20261220")], [("2026-12-20", "10")]),  # 30 days after
        ([buy("20261221")], []),
        ([buy("20261105", "-10", "SELL")], []),
        (
            [buy("20261105"), buy("20261105", "2.5"), buy("20261103")],
            [("2026-11-03", "10"), ("2026-11-05", "12.5")],
        ),
        ([buy("20261105"), buy("20261105", "-10", "BUY (Ca.)")], []),
        ([buy("20261105", "10", "SELL (Ca.)")], []),
        ([buy("20261105", symbol="OTHER", conid="7")], []),
        ([buy("20261105", symbol="ACME.OLD")], [("2026-11-05", "10")]),  # same contract
        ([buy("20261105", conid="7")], [("2026-11-05", "10")]),  # same symbol
        ([buy("20261105", levelOfDetail="ORDER"), buy("20261105")], [("2026-11-05", "10")]),
    ],
)
def test_purchases_within_30_days_are_found(trades: List[Dict[str, str]], purchases) -> None:
    found = notice(stock_rows(LOSS, trades=trades))
    assert [(row["date"], row["quantity"]) for row in found["purchases"]] == purchases
    assert found["loss_by"] == list(METHODS) and "by every method" in found["sentence"]
    assert ("Bought within 30 days" in found["sentence"]) == bool(purchases)
    assert ("No purchase in the statement since 2026-10-21" in found["sentence"]) != bool(purchases)
    assert "Cannot tell" not in found["sentence"]
    assert "Buying ACME again before 2026-12-21" in found["sentence"]


def test_only_what_the_statement_covers_is_told() -> None:
    rows = stock_rows(LOSS)
    later = notice(rows, "2026-11-01")
    assert later["covered_from"] == "2026-11-01"
    assert "No purchase in the statement since 2026-11-01. Cannot tell before" in later["sentence"]
    silent = notice(rows, "")
    assert silent["covered_from"] == "" and "Cannot tell" in silent["sentence"]
    assert "No purchase" not in silent["sentence"]
    both = notice(stock_rows(LOSS, trades=[buy("20261105")]), "2026-11-01")
    assert "10 on 2026-11-05" in both["sentence"] and "before 2026-11-01" in both["sentence"]


@pytest.mark.parametrize(
    "trade",
    [
        buy("11/05/2026"),
        buy(""),
        buy("20261105", ""),
        buy("20261105", "10", ""),
        buy("20261105", symbol="", conid=""),
    ],
)
def test_a_trade_that_tells_too_little_makes_it_unclear(trade: Dict[str, str]) -> None:
    found = notice(stock_rows(LOSS, trades=[trade]))
    assert "Cannot tell whether" in found["sentence"] and found["purchases"] == []
    assert "No purchase" not in found["sentence"]


def test_a_statement_without_the_section_trades_cannot_tell() -> None:
    found = notice(stock_rows(LOSS, trades=None))
    assert "the source lists no purchases" in found["sentence"]
    for hidden in ("AssetSummary", "SymbolSummary", "Lot"):
        rows = {**stock_rows(LOSS), "Trade": [], hidden: [{}]}
        assert "the source lists no purchases" in notice(rows)["sentence"]


def test_orders_count_where_executions_are_not_listed() -> None:
    order = {"symbol": "ACME", "conid": "1001", **buy("20261105"), "levelOfDetail": "ORDER"}
    rows = {**stock_rows(LOSS), "Trade": [], "Order": [order]}
    assert notice(rows)["purchases"] == [{"date": "2026-11-05", "quantity": "10"}]


def test_a_method_that_takes_a_losing_lot_is_named() -> None:
    lots = [("40", "200", "20250101"), ("40", "600", "20260301")]  # at 10: one gains, one loses
    found = notice(stock_rows(lots))
    assert found["loss_by"] == [
        "LIFO",
        "HIGHEST_COST",
        "MAX_LONG_TERM_LOSS",
        "MAX_SHORT_TERM_LOSS",
    ]
    gaining = document_with_lots(stock_rows([("80", "400", "20250101")]), "growth")
    assert gaining["wash_sales"] == [] and "Wash sale: " not in render_report(gaining)


def test_a_sale_of_which_no_gain_is_known_is_named() -> None:
    rows = stock_rows([("80", "", "20250101")], costBasisMoney="")
    found = notice(rows)
    assert found["loss_by"] == []
    assert "cannot tell whether ACME realises a loss" in found["sentence"]


def test_trades_of_a_statement() -> None:
    day = day_of(stock_rows(LOSS, trades=[buy("20261105", "-3", "SELL")]))
    (trade,) = read_executions(day)
    assert trade[:4] == ("ACME", "1001", "2026-11-05", "SELL") and trade.quantity == 3
