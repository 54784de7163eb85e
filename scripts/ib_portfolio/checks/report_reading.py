"""The report's own check: what a person reads says the same as the plan's document.

It reads the finished text as a person would, by its labels and columns, and shares no code with
what wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

Document = dict[str, object]

_LABELS = {
    "Total to Sell": "total_sell",
    "Total to Buy": "total_buy",
    "Net Cash Movement": "net_cash_movement",
    "Est. Total Commission": "total_commission",
    "Cash After Trades": "cash_after",
}
_TAX_LABELS = {
    "Estimated Taxable Gains": "gains",
    "Estimated Tax Losses": "losses",
    "Net Tax Impact": "net",
}
_CLASS_LABELS = {"STK": "Stocks (STK)", "BOND": "Bonds (BOND)", "CASH": "Cash"}


def report_problems(text: str, document: Document, most_trades: int = 0) -> Iterator[str]:
    """What in the text of a report differs from its document."""
    for label, field in _LABELS.items():
        yield from _figure(text, label, document["summary"][field])
    for label, field in _TAX_LABELS.items() if document["dry_run"] else ():
        yield from _figure(text, label, document["tax"][field])
    for row in document["classes"]:
        label = re.escape(_CLASS_LABELS[row["asset_class"]])
        found = re.search(rf"^{label} *\| ([^|]*) \|", text, re.MULTILINE)
        if not found or _amount(found[1]) != Decimal(row["current_value"]):
            yield f"{row['asset_class']} does not read {row['current_value']}"
    yield from _trades(text, document, most_trades)


def _figure(text: str, label: str, figure: str) -> Iterator[str]:
    found = re.search(rf"^{re.escape(label)}: +(.*)$", text, re.MULTILINE)
    if not found or _amount(found[1]) != Decimal(figure):
        yield f"{label} does not read {figure}"


def _trades(text: str, document: Document, most_trades: int) -> Iterator[str]:
    """Every trade that is shown reads as planned, and as many are shown as there should be."""
    rows = re.findall(
        r"^(\d+) +\| (SELL|BUY) +\| (.*?) +\| (\S.*?) *\| ([\d,.]+) \w+ *\| (\S.*?)$",
        text,
        re.MULTILINE,
    )
    trades = {str(trade["priority"]): trade for trade in document["trades"]}
    wanted = min(len(trades), most_trades) if most_trades else len(trades)
    if len(rows) != wanted:
        yield f"{len(rows)} trades are shown, not {wanted}"
    for place, action, symbol, amount, quantity, commission in rows:
        trade = trades.get(place, {})
        same = trade and (
            (trade["action"], Decimal(trade["quantity"])) == (action, _amount(quantity))
            and symbol.startswith(trade["symbol"])
            and Decimal(trade["amount"]) == _amount(amount)
            and Decimal(trade["commission"]) == _amount(commission)
        )
        if not same:
            yield f"trade {place} does not read as planned"


def _amount(text: str) -> Decimal:
    """The number in a figure, below zero where it begins with a minus."""
    digits = "".join(character for character in text if character in "0123456789.")
    sign = -1 if text.startswith("-") else 1
    return sign * Decimal(digits or "NaN")
