"""Rates and cash in the raw rows of a statement."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from .raw_dates import raw_day

_ZERO = Decimal(0)
_CENT = Decimal("0.01")
TOTAL = "BASE_SUMMARY"


def raw_rates(rows: dict[str, list[dict[str, str]]], day_first: bool) -> dict[str, Decimal]:
    """Rates into the base currency, whose own rate of 1 comes from its rows."""
    rates: dict[str, Decimal] = {}
    conversions = [row for row in rows.get("ConversionRate", []) if _tells_rate(row)]
    base = _base(rows, conversions, day_first)
    for row in sorted(conversions, key=lambda row: raw_day(row.get("reportDate", ""), day_first)):
        if row.get("toCurrency") == base:
            rates[row.get("fromCurrency", "")] = Decimal(row["rate"])
    for row in rows.get("OpenPosition", []):
        if row.get("fxRateToBase"):
            rates[row.get("currency", "")] = Decimal(row["fxRateToBase"])
    rates[base] = Decimal(1)
    return rates


def _tells_rate(row: dict[str, str]) -> bool:
    """Whether a conversion has a rate: IBKR writes -1 where there is none."""
    text = row.get("rate", "")
    try:
        return not text.strip("0123456789.+eE-") and Decimal("1e-20") <= Decimal(text) < 10**15
    except InvalidOperation:
        return False


def _base(
    rows: dict[str, list[dict[str, str]]], conversions: list[dict[str, str]], day_first: bool
) -> str:
    """The base currency: the account's, or its summary's, or converted to, worth 1, or in cash."""
    own = _newest_summary(rows, day_first).get("currency", "")
    found = [row.get("currency", "") for row in rows.get("AccountInformation", [])]
    found += [own] if len(own) == 3 and own.isascii() and own.isalpha() and own.isupper() else []
    found += [row.get("toCurrency", "") for row in conversions]
    found += [
        row.get("currency", "")
        for row in rows.get("OpenPosition", [])
        if row.get("fxRateToBase") and Decimal(row["fxRateToBase"]) == 1
    ]
    found += [row.get("currency", "") for row in rows.get("CashReportCurrency", [])]
    return next(name for name in found if name not in ("", TOTAL))


def _newest_summary(rows: dict[str, list[dict[str, str]]], day_first: bool) -> dict[str, str]:
    summaries = rows.get("EquitySummaryByReportDateInBase", [])
    return max(summaries, key=lambda row: raw_day(row.get("reportDate", ""), day_first), default={})


def raw_cash(
    rows: dict[str, list[dict[str, str]]], rates: dict[str, Decimal], day_first: bool
) -> Decimal:
    """All cash in base currency: the total of the cash report, its rows, or the summary's cash."""
    stated = dict(cash_rows(rows))
    if TOTAL in stated:
        return stated[TOTAL]
    stated = {
        name: amount for name, amount in stated.items() if name in rates or abs(amount) >= _CENT / 2
    }
    if stated:
        return sum((amount * rates[name] for name, amount in stated.items()), _ZERO)
    return Decimal(_newest_summary(rows, day_first)["cash"])


def cash_rows(rows: dict[str, list[dict[str, str]]]) -> list[tuple[str, Decimal]]:
    """Each row of the cash report with an amount: its currency, or the name of the total."""
    return [
        (row.get("currency", ""), Decimal(row["endingCash"]))
        for row in rows.get("CashReportCurrency", [])
        if row.get("endingCash")
    ]
