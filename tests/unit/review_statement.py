"""A year of an account made up for the reviews, every figure of which test_review.py works out."""

from __future__ import annotations

import copy
import os
from typing import Dict, List
from xml.sax.saxutils import quoteattr

DAY = "20261120"

Row = Dict[str, str]


def position(symbol: str, quantity: str, price: str, value: str, **more: str) -> Row:
    return {
        "symbol": symbol,
        "assetCategory": "STK",
        "subCategory": "COMMON",
        "currency": "USD",
        "fxRateToBase": "1",
        "position": quantity,
        "markPrice": price,
        "positionValue": value,
        "reportDate": DAY,
        "levelOfDetail": "SUMMARY",
        **more,
    }


def lot(row: Row, quantity: str, value: str, cost: str, opened: str) -> Row:
    return {
        **row,
        "position": quantity,
        "positionValue": value,
        "costBasisMoney": cost,
        "openDateTime": opened,
        "levelOfDetail": "LOT",
        "fifoPnlUnrealized": "",
    }


ACME = position("ACME", "100", "200", "20000", conid="1", cusip="111111101",
                costBasisMoney="21000", description="ACME INC")  # fmt: skip
ACME_BOND = position("ACME 5 11/20/28", "10000", "100", "10000", conid="2", cusip="111111AB1",
                     assetCategory="BOND", subCategory="Corp", coupon="5", maturity="20281120",
                     costBasisMoney="9900", description="ACME INC 5 11/20/28")  # fmt: skip
FUND = position("VTI", "100", "300", "30000", conid="3", cusip="922908769", subCategory="ETF",
                costBasisMoney="20000", isin="US9229087690")  # fmt: skip
BUND = position("DBR 2 11/20/27", "20000", "100", "20000", conid="4", currency="EUR",
                fxRateToBase="1.1", assetCategory="BOND", subCategory="Govt", coupon="2",
                maturity="20271120", costBasisMoney="20000")  # fmt: skip


def rows() -> Dict[str, List[Row]]:
    """The rows by element, each a copy that may be changed."""
    return copy.deepcopy(_rows())


def _rows() -> Dict[str, List[Row]]:
    return {
        "AccountInformation": [{"accountId": "U1234567", "currency": "USD"}],
        "OpenPosition": [
            ACME,
            # 60 at 230, short-term: a loss of 60 x 30; 40 at 180, a gain that is long from 12-02.
            lot(ACME, "60", "12000", "13800", "20260301"),
            lot(ACME, "40", "8000", "7200", "20251201"),
            ACME_BOND,
            FUND,
            lot(FUND, "100", "30000", "20000", "20200101"),
            BUND,
        ],
        "CashReportCurrency": [
            {"currency": "BASE_SUMMARY", "endingCash": "8940", "commissions": "-12"},
            {"currency": "USD", "endingCash": "10000"},
            {"currency": "EUR", "endingCash": "-1000"},
            {"currency": "CHF", "endingCash": "32"},
        ],
        "ConversionRate": [
            {"reportDate": DAY, "fromCurrency": "EUR", "toCurrency": "USD", "rate": "1.1"},
            {"reportDate": DAY, "fromCurrency": "CHF", "toCurrency": "USD", "rate": "1.25"},
        ],
        "Trades": [{}],
        "Trade": [
            trade("ACME", "1", "BUY", "60", "13800", "-2", "20260301"),
            trade("ACME", "1", "BUY", "1", "200", "-1", "20261105"),
            trade("VTI", "3", "SELL", "-10", "-2900", "-1.5", "20260601", taxes="-0.5"),
            trade("DBR 2 11/20/27", "4", "BUY", "20000", "20000", "-5", "20260201",
                  currency="EUR", fxRateToBase="1.2", assetCategory="BOND",
                  ibCommissionCurrency="EUR"),
            trade("EUR.USD", "9", "BUY", "20000", "24000", "-2", "20260131", assetCategory="CASH"),
        ],
        "CashTransaction": [
            flow("Dividends", "120", "3", "VTI", "20260315"),
            flow("Dividends", "130", "3", "VTI", "20260915"),
            flow("Dividends", "99", "3", "VTI", "20251115"),  # over a year ago
            flow("Dividends", "77", "8", "SOLD", "20260315"),  # no longer held
            flow("Payment In Lieu Of Dividends", "5", "1", "ACME", "20260415"),
            flow("Withholding Tax", "-18", "3", "VTI", "20260315"),
            flow("Broker Interest Paid", "-30", "", "", "20260705", currency="EUR",
                 fxRateToBase="1.1"),
            flow("Broker Interest Received", "14", "", "", "20260705"),
            flow("Other Fees", "-10", "", "", "20260801"),
            flow("Other Fees", "2", "", "", "20260802"),
            flow("Deposits/Withdrawals", "1000", "", "", "20260803"),
        ],
    }  # fmt: skip


def trade(
    symbol: str, conid: str, side: str, quantity: str, money: str, paid: str, day: str, **more: str
) -> Row:
    return {
        "symbol": symbol,
        "conid": conid,
        "buySell": side,
        "quantity": quantity,
        "tradeMoney": money,
        "ibCommission": paid,
        "ibCommissionCurrency": "USD",
        "tradeDate": day,
        "levelOfDetail": "EXECUTION",
        "assetCategory": "STK",
        "currency": "USD",
        "fxRateToBase": "1",
        **more,
    }


def flow(kind: str, amount: str, conid: str, symbol: str, day: str, **more: str) -> Row:
    return {
        "type": kind,
        "amount": amount,
        "conid": conid,
        "symbol": symbol,
        "reportDate": day,
        "currency": "USD",
        "fxRateToBase": "1",
        "levelOfDetail": "DETAIL",
        **more,
    }


def as_xml(content: Dict[str, List[Row]]) -> str:
    """A Flex file with `content` as its rows; Trades holds its trades."""
    lines = []
    for element, own in content.items():
        if element != "Trades":
            lines += [_element(element, row) for row in own]
    trades = "<Trades/>" if "Trades" in content else ""
    head = f'<FlexStatement accountId="U1234567" fromDate="20251120" toDate="{DAY}">'
    body = "\n".join(lines)
    return (
        f"<FlexQueryResponse><FlexStatements>{head}\n{trades}{body}\n"
        "</FlexStatement></FlexStatements></FlexQueryResponse>"
    )


def _element(name: str, row: Row) -> str:
    return f"<{name} {' '.join(f'{key}={quoteattr(value)}' for key, value in row.items())} />"


def write_statement(folder: str, content: Dict[str, List[Row]]) -> str:
    """The path of a file with `content`."""
    path = os.path.join(folder, "year.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(as_xml(content))
    return path
