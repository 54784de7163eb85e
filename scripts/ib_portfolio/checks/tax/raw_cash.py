"""What the raw rows of Cash Transactions are, for the checks alone."""

from __future__ import annotations

from decimal import Decimal

Row = dict[str, str]
# What each type of Cash Transactions is; all that is not here is "other".
_KINDS = {
    "DIVIDENDS": "dividends",
    "PAYMENT IN LIEU OF DIVIDENDS": "in_lieu",
    "WITHHOLDING TAX": "withheld",
    "871(M) WITHHOLDING": "withheld",
    "BROKER INTEREST RECEIVED": "interest_received",
    "BROKER INTEREST PAID": "interest_paid",
    "BOND INTEREST RECEIVED": "coupons",
    "BOND INTEREST PAID": "coupons",
    "OTHER FEES": "fees",
    "BROKER FEES": "fees",
    "ADVISOR FEES": "fees",
    "COMMISSION ADJUSTMENTS": "fees",
}
_MOVED = ("DEPOSITS/WITHDRAWALS", "DEPOSITS & WITHDRAWALS", "DEPOSITS", "WITHDRAWALS")


def kind_of_row(row: Row) -> str:
    """What a row of cash is, "" for money that only moved."""
    stated = row.get("type", "").upper()
    if stated in _MOVED:
        return ""
    kind = _KINDS.get(stated, "other")
    if kind == "coupons" and "ACCRUED INT" in row.get("description", "").upper():
        return "accrued_bought" if Decimal(row["amount"]) < 0 else "accrued_sold"
    return kind
