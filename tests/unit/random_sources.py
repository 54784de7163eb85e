"""The account in a statement's rows as two servers answer of it, and the rows that tell no more.

ib-sec-mcp tells no exchange, lot, interest or cash by currency; IBKR's connector no kind of fund,
no lot and no interest, and its bonds are not traded.
"""

from __future__ import annotations

import json
import os
import sys
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from typing import Any, Dict, List

from portfolios import Rows, statement_xml

CLIENT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "client")
if CLIENT not in sys.path:
    sys.path.append(CLIENT)

from ib_sec_mcp_arithmetic import (  # noqa: E402
    positions_answer,
    read_account,
    summary_answer,
)

Row = Dict[str, str]
Answer = Dict[str, Any]
DATES = {"from": "2026-01-01", "to": "2026-11-20"}
_OF_SERVER = (
    "symbol assetCategory currency fxRateToBase position markPrice positionValue multiplier isin"
    " cusip description reportDate fifoPnlUnrealized costBasisMoney levelOfDetail"
).split()
_OF_CONNECTOR = (
    "symbol conid assetCategory currency fxRateToBase position markPrice positionValue"
    " listingExchange reportDate fifoPnlUnrealized levelOfDetail"
).split()


def _summaries(rows: Rows) -> List[Row]:
    return [row for row in rows["OpenPosition"] if row["levelOfDetail"] == "SUMMARY"]


def told_by_server(rows: Rows) -> Rows:
    """The rows without what ib-sec-mcp does not tell."""
    whole = [row for row in rows["CashReportCurrency"] if row["currency"] == "BASE_SUMMARY"]
    positions = [
        {name: row[name] for name in _OF_SERVER if name in row} for row in _summaries(rows)
    ]
    return {
        "AccountInformation": rows["AccountInformation"],
        "ConversionRate": rows["ConversionRate"],
        "OpenPosition": positions,
        "CashReportCurrency": whole,
    }


def server_answers(rows: Rows) -> List[Answer]:
    """What get_positions and get_account_summary answer, as the server adds it up."""
    text = statement_xml(told_by_server(rows))
    statement = ElementTree.fromstring(text).find(".//FlexStatement")
    account = read_account(statement)
    answers = (positions_answer(account, DATES, None, None), summary_answer(account, DATES))
    return [_read(answer) for answer in answers]


def told_by_connector(rows: Rows) -> Rows:
    """The rows without what IBKR's connector does not tell."""
    positions = [
        {name: row[name] for name in _OF_CONNECTOR if name in row} for row in _summaries(rows)
    ]
    money = [row for row in rows["CashReportCurrency"] if row["currency"] != "BASE_SUMMARY"]
    return {**told_by_server(rows), "OpenPosition": positions, "CashReportCurrency": money}


def connector_answers(rows: Rows) -> List[Answer]:
    """What the three account tools of IBKR's connector answer."""
    base = rows["AccountInformation"][0]["currency"]
    rates = {row["fromCurrency"]: Decimal(row["rate"]) for row in rows["ConversionRate"]}
    rates[base] = Decimal(1)
    positions = [_held(row) for row in _summaries(rows)]
    money = {row["currency"]: row["endingCash"] for row in rows["CashReportCurrency"]}
    names = {base, *(row["currency"] for row in positions), *money} - {"BASE_SUMMARY"}
    balances = [_balance(name, money.get(name, "0"), rates[name], positions) for name in names]
    cash = sum((row["cash_balance"] * row["exchange_rate"] for row in balances), Decimal(0))
    stocks = sum((row["stock_market_value"] * row["exchange_rate"] for row in balances), Decimal(0))
    worth = sum((row["market_value"] * rates[row["currency"]] for row in positions), Decimal(0))
    together = {"currency": "BASE", "cash_balance": cash, "exchange_rate": Decimal(1)}
    together.update(stock_market_value=stocks, net_liquidation_value=cash + worth)
    summary = {"currency": base, "net_liquidation": cash + worth, "total_cash_value": cash}
    return [summary, {"balances": [together, *balances]}, {"positions": positions}]


def _held(row: Row) -> Answer:
    value, quantity = Decimal(row["positionValue"]), Decimal(row["position"])
    venue = row.get("listingExchange", "")
    found = {
        "contract_id": int(row["conid"]),
        "contract_description": f"{row['symbol']} @{venue}" if venue else row["symbol"],
        "position": quantity,
        "market_price": Decimal(row["markPrice"]),
        "market_value": value,
        "currency": row["currency"],
        "asset_class": row["assetCategory"],
    }
    if row.get("fifoPnlUnrealized"):
        gain = Decimal(row["fifoPnlUnrealized"])
        found.update(unrealized_pnl=gain, average_price=(value - gain) / quantity)
    return found


def _balance(name: str, cash: str, rate: Decimal, positions: List[Answer]) -> Answer:
    own = [row for row in positions if row["currency"] == name]
    stocks = (row["market_value"] for row in own if row["asset_class"] == "STK")
    return {
        "currency": name,
        "cash_balance": Decimal(cash),
        "stock_market_value": sum(stocks, Decimal(0)),
        "exchange_rate": rate,
    }


def _read(answer: Answer) -> Answer:
    """An answer as its JSON text is read, with decimals."""
    found: Answer = json.loads(json.dumps(answer), parse_float=Decimal)
    return found
