"""Statements with trades, closed lots and cash, and the terminal's doors to the tax commands."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence
from xml.sax.saxutils import quoteattr

import check_wash_sales
import report_taxes
from ib_portfolio.core.console import run_script

Row = Dict[str, str]
DOORS = {"wash": check_wash_sales.main, "tax": report_taxes.main}


class Answer(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def document(self) -> Dict[str, Any]:
        """What --json printed."""
        assert self.code == 0, self.err
        return json.loads(self.out)


def run_door(door: str, words: Sequence[str]) -> Answer:
    """The answer of check_wash_sales.py or report_taxes.py, without starting a process."""
    streams = (sys.stdout, sys.stderr)
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in streams)
    sys.stdout, sys.stderr = out, err
    try:
        code = run_script(DOORS[door], list(words))
    finally:
        sys.stdout, sys.stderr = streams
    said = (stream.buffer.getvalue().decode("utf-8") for stream in (out, err))
    return Answer(code, *said)


class Account:
    """One account's statement, put together row by row; prices and amounts in US dollars."""

    def __init__(
        self,
        number: str = "U1234567",
        first: str = "20260101",
        last: str = "20261120",
        kind: str = "Individual",
    ) -> None:
        self.number, self.first, self.last = number, first, last
        self.information = {"accountId": number, "currency": "USD", "accountType": kind}
        self.rows: Dict[str, List[Row]] = {"OpenPosition": [], "Trade": [], "Lot": [], "Cash": []}
        self.sections = {"Trades", "CashTransactions"}
        self.more: List[str] = []

    def trade(self, side: str, symbol: str, day: str, quantity: str, **more: str) -> Account:
        """An execution; `more` are attributes, as fifoPnlRealized."""
        sign = "-" if side.startswith("SELL") else ""
        row = {
            **_contract(symbol),
            "buySell": side,
            "quantity": f"{sign}{quantity}",
            "tradeDate": day,
            "dateTime": f"{day};103000",
            "levelOfDetail": "EXECUTION",
            "fifoPnlRealized": "0",
            "ibCommission": "-1",
            "ibCommissionCurrency": "USD",
            "taxes": "0",
        }
        self.rows["Trade"].append({**row, **more})
        return self

    def sale(self, symbol: str, day: str, lots: Sequence[Sequence[str]], **more: str) -> Account:
        """A sale with its closed lots: (quantity, day of opening, cost, result)."""
        whole = sum(float(lot[0]) for lot in lots)
        result = sum(float(lot[3]) for lot in lots)
        size, total = f"{whole:g}", f"{result:.2f}"
        self.trade("SELL", symbol, day, size, fifoPnlRealized=total, **more)
        for quantity, opened, cost, gain in lots:
            row = {
                **_contract(symbol),
                "buySell": "SELL",
                "quantity": quantity,
                "tradeDate": day,
                "dateTime": f"{day};103000",
                "openDateTime": f"{opened};100000",
                "cost": cost,
                "fifoPnlRealized": gain,
                "levelOfDetail": "CLOSED_LOT",
            }
            self.rows["Lot"].append({**row, **more})
        return self

    def hold(self, symbol: str, price: str, lots: Sequence[Sequence[str]], **more: str) -> Account:
        """A position with its lots: (quantity, day of opening, cost)."""
        whole = sum(float(lot[0]) for lot in lots)
        part = 0.01 if more.get("assetCategory") in ("BOND", "BILL") else 1
        value = whole * float(price) * part
        cost = sum(float(lot[2]) for lot in lots)
        row = {
            **_contract(symbol),
            "position": f"{whole:g}",
            "markPrice": price,
            "positionValue": f"{value:.2f}",
            "costBasisMoney": f"{cost:.2f}",
            "fifoPnlUnrealized": f"{value - cost:.2f}",
            "reportDate": self.last,
            "levelOfDetail": "SUMMARY",
            **more,
        }
        self.rows["OpenPosition"].append(row)
        for quantity, opened, own_cost in lots:
            own = float(quantity) * float(price) * part
            self.rows["OpenPosition"].append(
                {
                    **row,
                    "levelOfDetail": "LOT",
                    "position": quantity,
                    "positionValue": f"{own:.2f}",
                    "costBasisMoney": own_cost,
                    "fifoPnlUnrealized": f"{own - float(own_cost):.2f}",
                    "openDateTime": f"{opened};100000",
                }
            )
        return self

    def paid(self, kind: str, day: str, amount: str, **more: str) -> Account:
        """A row of Cash Transactions."""
        row = {"type": kind, "dateTime": day, "amount": amount, "currency": "USD"}
        self.rows["Cash"].append({**row, "fxRateToBase": "1", "levelOfDetail": "DETAIL", **more})
        return self

    def xml(self) -> str:
        """The FlexStatement element."""
        cash = {"currency": "BASE_SUMMARY", "endingCash": "1000"}
        parts = [
            f'<FlexStatement accountId="{self.number}" fromDate="{self.first}"'
            f' toDate="{self.last}" whenGenerated="{self.last};200000">',
            _tag("AccountInformation", self.information),
            f"<CashReport>{_tag('CashReportCurrency', cash)}</CashReport>",
        ]
        trades = [*(_tag("Trade", row) for row in self.rows["Trade"])]
        trades += [_tag("Lot", row) for row in self.rows["Lot"]]
        payments = [_tag("CashTransaction", row) for row in self.rows["Cash"]]
        positions = [_tag("OpenPosition", row) for row in self.rows["OpenPosition"]]
        if positions:
            parts.append(f"<OpenPositions>{''.join(positions)}</OpenPositions>")
        for name, rows in (("Trades", trades), ("CashTransactions", payments)):
            if name in self.sections:
                parts.append(f"<{name}>{''.join(rows)}</{name}>")
        return "\n".join([*parts, *self.more, "</FlexStatement>"])


def _contract(symbol: str) -> Row:
    return {
        "symbol": symbol,
        "conid": str(1000 + sum(map(ord, symbol))),
        "assetCategory": "STK",
        "currency": "USD",
        "fxRateToBase": "1",
    }


def _tag(name: str, row: Row) -> str:
    return f"<{name} {' '.join(f'{key}={quoteattr(value)}' for key, value in row.items())} />"


def write_statement(folder: Path, *accounts: Account) -> str:
    """The path of a file with the statements of `accounts`."""
    path = os.path.join(folder, "flex.xml")
    inner = "\n".join(account.xml() for account in accounts)
    with open(path, "w", encoding="utf-8") as file:
        file.write(
            '<FlexQueryResponse queryName="q" type="AF"><FlexStatements>\n'
            f"{inner}\n</FlexStatements></FlexQueryResponse>\n"
        )
    return path
