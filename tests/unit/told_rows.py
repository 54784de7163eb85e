"""Raw rows of a statement from one line of words, for tables that a person can read.

Rows stand between `&`: `hold symbol=SAP, currency=EUR & cash endingCash=5`. Each has the fields of
its kind that are below, unless it says others; a name with nothing behind `=` takes a field away,
and `""` leaves it empty.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Dict, List, Tuple

Row = Dict[str, str]
Rows = Dict[str, List[Row]]
_CONTRACT = {"symbol": "ACME", "conid": "1", "assetCategory": "STK", "currency": "USD"}
_HOLD = {
    **_CONTRACT,
    "position": "10",
    "positionValue": "100",
    "fxRateToBase": "1",
    "reportDate": "20261120",
}
_TRADE = {
    **_CONTRACT,
    "buySell": "BUY",
    "quantity": "10",
    "tradeDate": "20261105",
    "levelOfDetail": "EXECUTION",
}
_LOT = {"openDateTime": "20250110;100000", "costBasisMoney": "80"}
KINDS: Dict[str, Tuple[str, Row]] = {
    "hold": ("OpenPosition", _HOLD),
    "lot": ("OpenPosition", {**_HOLD, **_LOT, "levelOfDetail": "LOT"}),
    "cash": ("CashReportCurrency", {"currency": "USD", "endingCash": "50"}),
    "rate": (
        "ConversionRate",
        {"fromCurrency": "EUR", "toCurrency": "USD", "rate": "1.1", "reportDate": "20261120"},
    ),
    "account": ("AccountInformation", {"currency": "USD"}),
    "summary": ("EquitySummaryByReportDateInBase", {"reportDate": "20261120"}),
    "trade": ("Trade", _TRADE),
    "order": ("Order", {**_TRADE, "levelOfDetail": "ORDER"}),
    "closed": (
        "Lot",
        {
            **_CONTRACT,
            "buySell": "SELL",
            "quantity": "10",
            "tradeDate": "20260302",
            "openDateTime": "20250110;100000",
            "fifoPnlRealized": "-80",
            "levelOfDetail": "CLOSED_LOT",
        },
    ),
    "paid": (
        "CashTransaction",
        {"type": "Dividends", "amount": "5", "currency": "USD", "dateTime": "20260302"},
    ),
    "sum": ("FIFOPerformanceSummaryUnderlying", {**_CONTRACT, "totalRealizedPnl": "5"}),
    "section": ("Trades", {"section": "1"}),
    "symbols": ("SymbolSummary", {"symbol": "ACME"}),
    "assets": ("AssetSummary", {"assetCategory": "STK"}),
}


def row_of(text: str) -> Tuple[str, Row]:
    """The element and the fields of one row."""
    kind, _, told = text.strip().partition(" ")
    element, usual = KINDS[kind]
    given = dict(part.partition("=")[::2] for part in told.split(", ") if part)
    row = {name: value for name, value in {**usual, **given}.items() if value}
    return element, {name: "" if value == '""' else value for name, value in row.items()}


def rows_of(text: str) -> Rows:
    """The rows by element."""
    found: Rows = {}
    for part in text.split(" & "):
        if part.strip():
            element, row = row_of(part)
            found.setdefault(element, []).append(row)
    return found


def options_of(text: str) -> Dict[str, str]:
    """Options as they were typed: `count-as: VTI=bond & no-sell:`"""
    parts = (part.partition(":") for part in text.split(" & ") if part.strip())
    return {name.strip(): value.strip() for name, _, value in parts}


def slashed_in(rows: Rows) -> List[str]:
    """The texts of all days that are written with slashes."""
    return [
        value
        for same in rows.values()
        for row in same
        for name, value in row.items()
        if "/" in value and name.lower().endswith(("date", "datetime"))
    ]


def statement_of(text: str, account: str = "U1234567") -> Any:
    """A statement as the checks of taxes get it: `20260101 to 20261120: rows`, days as YYYYMMDD."""
    period, _, told = f"{text} ".rpartition(": ")
    first, _, last = (period or "2026-01-01 to 2026-11-20").partition(" to ")
    rows = rows_of(told)
    dates = SimpleNamespace(slashed=frozenset(slashed_in(rows)))
    return SimpleNamespace(account=account, rows=rows, dates=dates, from_date=first, to_date=last)
