"""Rates and cash in the raw rows of a statement, read for the checks by code of their own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from .raw_dates import raw_day

RawRows = dict[str, list[dict[str, str]]]


def raw_rates(rows: RawRows, day_first: bool) -> dict[str, Decimal]:
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


def _base(rows: RawRows, conversions: list[dict[str, str]], day_first: bool) -> str:
    """The base currency: the first that is told by what tells it best."""
    told = _told_bases(rows, conversions, day_first)
    return next(name for name in told if name not in ("", "BASE_SUMMARY"))


def _told_bases(rows: RawRows, conversions: list[dict[str, str]], day_first: bool) -> Iterator[str]:
    """The account's currency, its summary's, what is converted to, what is worth 1, the cash's."""
    yield from _currencies(rows, "AccountInformation")
    own = _newest_summary(rows, day_first).get("currency", "")
    if len(own) == 3 and own.isascii() and own.isalpha() and own.isupper():
        yield own
    yield from (row.get("toCurrency", "") for row in conversions)
    for row in rows.get("OpenPosition", []):
        if row.get("fxRateToBase") and Decimal(row["fxRateToBase"]) == 1:
            yield row.get("currency", "")
    yield from _currencies(rows, "CashReportCurrency")


def _currencies(rows: RawRows, element: str) -> Iterator[str]:
    return (row.get("currency", "") for row in rows.get(element, []))


def _newest_summary(rows: RawRows, day_first: bool) -> dict[str, str]:
    summaries = rows.get("EquitySummaryByReportDateInBase", [])
    return max(summaries, key=lambda row: raw_day(row.get("reportDate", ""), day_first), default={})


def raw_cash(rows: RawRows, rates: dict[str, Decimal], day_first: bool) -> Decimal:
    """The cash in base currency: the total, or each currency converted, or the summary's."""
    stated = {
        row.get("currency", ""): Decimal(row["endingCash"])
        for row in reversed(rows.get("CashReportCurrency", []))
        if row.get("endingCash")
    }
    if "BASE_SUMMARY" in stated:
        return stated["BASE_SUMMARY"]
    if stated:
        return sum((amount * rates[name] for name, amount in stated.items()), Decimal(0))
    return Decimal(_newest_summary(rows, day_first)["cash"])
