"""What the raw rows of Cash Transactions are, for the checks alone."""

from __future__ import annotations

from decimal import Decimal

from ...core.plain_text import plain

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


def country_of_row(row: Row) -> str:
    """Which country taxed it, of which the issuer is, or whose ISIN it has; "" without any."""
    words = plain(row.get("description", "")).split(" - ")
    taxed = next((word[:2] for word in words[1:] if _is_tax_of_country(word)), "")
    issuer = plain(row.get("issuerCountryCode", "")).upper()
    return next(filter(_is_country, (taxed, issuer, row.get("isin", "")[:2].upper())), "")


def _is_tax_of_country(word: str) -> bool:
    """Whether a part of a description begins as "US TAX", and no letter follows."""
    end = word[6:7]
    return _is_country(word[:2]) and word[2:6] == " TAX" and not (end.isalnum() or end == "_")


def _is_country(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()
