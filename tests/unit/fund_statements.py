"""Statements of one account in one currency, with funds as IBKR writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Dict, NamedTuple, Optional, Sequence

from portfolios import DAY, Rows, day_of, request_for

from ib_portfolio.checked_plan import checked_document
from ib_portfolio.checks.evidence import Evidence, statement_evidence
from ib_portfolio.sources.flex_statement import portfolio_of

Document = Dict[str, Any]
TODAY = "2026-11-20"  # the statement's own day


class Fund(NamedTuple):
    """A long stock row; an empty kind is a source that does not tell the subCategory."""

    symbol: str
    quantity: str
    price: str
    isin: str = ""
    kind: str = "ETF"
    exchange: str = ""
    description: str = ""


VTI = Fund("VTI", "250", "300", "US9229087690", "ETF", "ARCA", "VANGUARD TOTAL STOCK MKT ETF")
BND = Fund("BND", "600", "73", "US9219378356", "ETF", "NASDAQ", "VANGUARD TOTAL BOND MARKET")
SGOV = Fund("SGOV", "400", "100.4", "US46436E7186", "ETF", "ARCA", "ISHARES 0-3 MONTH TREASURY B")
AOR = Fund("AOR", "300", "58.25", "US4642898674", "ETF", "ARCA", "ISHARES CORE 60/40 BALANCED")
GLD = Fund("GLD", "90", "240", "US78463V1070", "ETF", "ARCA", "SPDR GOLD SHARES")


def rows_of(funds: Sequence[Fund], cash: str, currency: str = "USD") -> Rows:
    """The rows of a statement of `funds` and cash in their currency."""
    return {
        "AccountInformation": [{"accountId": "U1234567", "currency": currency}],
        "OpenPosition": [_row(place, fund, currency) for place, fund in enumerate(funds)],
        "CashReportCurrency": [{"currency": "BASE_SUMMARY", "endingCash": cash}],
        "ConversionRate": [
            {"reportDate": DAY, "fromCurrency": "USD", "toCurrency": currency, "rate": "1"}
        ],
    }


def _row(place: int, fund: Fund, currency: str) -> Dict[str, str]:
    value = Decimal(fund.quantity) * Decimal(fund.price)
    return {
        "symbol": fund.symbol,
        "assetCategory": "STK",
        "subCategory": fund.kind,
        "isin": fund.isin,
        "listingExchange": fund.exchange,
        "description": fund.description,
        "currency": currency,
        "fxRateToBase": "1",
        "position": fund.quantity,
        "markPrice": fund.price,
        "positionValue": format(value, "f"),
        "conid": str(1000 + place),
        "reportDate": DAY,
        "levelOfDetail": "SUMMARY",
    }


def checked(
    rows: Rows, profile: str, options: Optional[Dict[str, str]] = None
) -> tuple[Document, Evidence]:
    """The checked document of a statement's rows, and its evidence."""
    options = options or {}
    day = day_of(rows)
    evidence = statement_evidence(day.rows, options)
    request = request_for(profile, options=options)
    return checked_document(portfolio_of(day, "statement"), evidence, request, TODAY), evidence


def after(document: Document) -> Dict[str, Decimal]:
    """Percent of each class after the plan."""
    return {row["asset_class"]: Decimal(row["after_pct"]) for row in document["classes"]}


def off_target(document: Document) -> Decimal:
    """The most percentage points that a class ends from its target."""
    return max(
        abs(Decimal(row["after_pct"]) - Decimal(row["target_pct"])) for row in document["classes"]
    )


def orders(document: Document) -> Dict[str, str]:
    """BUY or SELL of each symbol that is traded."""
    return {row["symbol"]: row["action"] for row in document["trades"]}


def counted(document: Document) -> Dict[str, str]:
    """What each listed symbol counts as."""
    return {row["symbol"]: row["asset_class"] for row in document["counted_as"]}
