"""Answers in the shapes of IBKR's own connector, for accounts that are made up here.

The three account tools, orders and drafts; every figure is a JSON number where IBKR's is one. A
case is a list of positions and the cash by currency; what adds up in IBKR's answers adds up here.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, NamedTuple, Tuple

RATES = {"USD": 1, "EUR": 1.1, "GBP": 1.3, "CHF": 1.12}


class Row(NamedTuple):
    """A position: conid, what IBKR calls it, quantity, price, currency, average price, class."""

    conid: int
    description: str
    quantity: float
    price: float
    currency: str = "USD"
    average: float = 0
    category: str = "STK"  # "" where the answer tells none
    multiplier: float = 1


class Case(NamedTuple):
    """An account: what it holds and its cash by currency."""

    rows: Tuple[Row, ...]
    cash: Dict[str, float]


CASES = {
    # More stocks than growth wants, its share of bonds, little cash: sales of stocks alone.
    "plain": Case(
        (
            Row(900001, "VTI", 100, 250.5, average=200.25),
            Row(900002, "AAPL", 80, 190.25, average=210.0),
            Row(900003, "BRK B", 10, 410.0, average=300.0),
            Row(900004, "SAP @IBIS2", 40, 150.0, "EUR", 120.0),
            Row(900010, "US-T 4 1/4 11/15/34", 10000, 95.81, "USD", 97.0, "BOND", 0.01),
        ),
        {"USD": 2772.06, "EUR": 500.25},
    ),
    # Everything that is set aside: no class, options, a bond, a closed row, London.
    "mixed": Case(
        (
            Row(900001, "VTI", 100, 250.5, average=200.25),
            Row(900005, "WXYZ @LSE", 300, 1.85, "GBP", 2.01),
            Row(900006, "NESN @EBS", 20, 95.5, "CHF", 90.0, ""),
            Row(900007, "AAPL Mar19'27 200 CALL @AMEX", -1, 5.5, "USD", 6.0, "OPT", 100),
            Row(900008, "US-T 4 1/4 11/15/34", 20000, 98.5, "USD", 97.0, "BOND", 0.01),
            Row(900009, "OLD", 0, 12.0, "USD", 0),
        ),
        {"USD": 9000, "GBP": 0, "CHF": 120.5},
    ),
    # So many rows that the client saves the answer to a file.
    "large": Case(
        tuple(
            Row(910000 + place, f"S{place:03}", 10 + place, 20 + place / 4, average=20)
            for place in range(600)
        ),
        {"USD": 1_000_000},
    ),
}


def answers_of(case: str, base: str = "USD") -> Dict[str, Any]:
    """Returns the answers of the three account tools by name, in a base currency of RATES."""
    rows, cash = CASES[case]
    rates = {name: RATES[name] / RATES[base] for name in dict.fromkeys([*cash, base])}
    positions = [_position(row) for row in rows]
    balances = [_balance(name, cash.get(name, 0), rate, positions) for name, rate in rates.items()]
    stocks = sum(row["stock_market_value"] * row["exchange_rate"] for row in balances)
    money = sum(row["cash_balance"] * row["exchange_rate"] for row in balances)
    values = sum(row["market_value"] * rates[row["currency"]] for row in positions)
    whole = round(money + values, 2)
    total = {"currency": "BASE", "cash_balance": round(money, 2), "settled_cash": round(money, 2)}
    total.update(net_liquidation_value=whole, stock_market_value=round(stocks, 2))
    total.update(unrealized_pnl=0, realized_pnl=0, exchange_rate=1)
    summary = {"currency": base, "net_liquidation": whole, "equity_with_loan_value": whole}
    summary.update(buying_power=whole, gross_position_value=round(values, 2))
    summary.update(total_cash_value=round(money, 2), dividends=0, leverage="0.94")
    return {
        "get_account_summary": summary,
        "get_account_balances": {"balances": [total, *balances]},
        "get_account_positions": {"positions": positions},
    }


def _position(row: Row) -> Dict[str, Any]:
    value = round(row.quantity * row.price * row.multiplier, 6)
    cost = row.quantity * row.average * row.multiplier
    found = {
        "contract_id": row.conid,
        "contract_description": row.description,
        "position": row.quantity,
        "market_price": row.price,
        "market_value": value,
        "currency": row.currency,
        "average_price": row.average,
        "unrealized_pnl": round(value - cost, 2),
    }
    return {**found, "asset_class": row.category} if row.category else found


def _balance(name: str, cash: float, rate: float, positions: List[Dict]) -> Dict[str, Any]:
    own = [row for row in positions if row["currency"] == name]
    stocks = [row["market_value"] for row in own if row.get("asset_class", "STK") == "STK"]
    return {
        "currency": name,
        "cash_balance": cash,
        "settled_cash": cash,
        "net_liquidation_value": round(cash + sum(row["market_value"] for row in own), 2),
        "stock_market_value": round(sum(stocks), 2),
        "unrealized_pnl": 0,
        "realized_pnl": 0,
        "exchange_rate": rate,
    }


class IbkrConnector:
    """The connector's account tools and its drafts; drafts that a user keeps are the caller's."""

    def __init__(self, case: str = "plain", base: str = "USD") -> None:
        self.answers = answers_of(case, base)
        self.orders: List[Dict[str, Any]] = []
        self.drafts: List[Dict[str, Any]] = []

    def call(self, tool: str, arguments: Dict[str, Any]) -> str:
        """Returns the JSON text of an answer; ValueError for an input that IBKR would refuse."""
        if tool in self.answers:
            return json.dumps(self.answers[tool])
        if tool == "get_account_orders":
            return json.dumps({"orders": self.orders})
        if tool == "get_order_instructions":
            return json.dumps({"instructions": self.drafts})
        if tool == "create_order_instruction":
            return json.dumps(self._create(arguments))
        raise ValueError(f"unknown tool {tool}")

    def _create(self, arguments: Dict[str, Any]) -> Dict[str, str]:
        if arguments.get("side") not in ("BUY", "SELL"):
            raise ValueError('/side: null found, string expected; {"code":-32400}')
        number = str(17 + len(self.drafts))
        self.drafts.append(
            {
                "id": number,
                "contract_id_ex": arguments["contract_id_ex"],
                "contract_id": int(arguments["contract_id_ex"]),
                "side": arguments["side"],
                "quantity": float(arguments["quantity"]),
                "order_type": arguments["order_type"],
                **({"limit_price": arguments["limit_price"]} if "limit_price" in arguments else {}),
                "tif": arguments["time_in_force"],
                "creation_time": "2026-10-06T09:00:00Z",
                "expiration": "2026-10-13T09:00:00Z",
                "is_new": True,
                "symbol": "ABCD",
            }
        )
        return {"id": number, "url": f"https://www.example.com/drafts/{number}"}
