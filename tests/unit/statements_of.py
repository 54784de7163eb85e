"""Small statements that add up, made from a few rows: for tests of what accounts really hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Dict, List, Sequence

from portfolios import Rows, day_of, request_for

from ib_portfolio.checked_plan import checked_document
from ib_portfolio.checks.evidence import Evidence, statement_evidence
from ib_portfolio.request.request import parse_text
from ib_portfolio.sources.flex_statement import portfolio_of

Row = Dict[str, str]
Document = Dict[str, Any]


def holding(symbol: str, category: str, quantity: str, price: str, **more: str) -> Row:
    """A row of Open Positions; the price of a bond is in percent, of an option that of a share."""
    factor = Decimal(more.get("multiplier", "1"))
    factor = Decimal("0.01") if category in ("BOND", "BILL") else factor
    return {
        "symbol": symbol,
        "assetCategory": category,
        "currency": "USD",
        "fxRateToBase": "1",
        "position": quantity,
        "markPrice": price,
        "positionValue": str(Decimal(quantity) * Decimal(price) * factor),
        "multiplier": "1",
        "conid": str(sum(map(ord, symbol))),
        "reportDate": "20261120",
        "levelOfDetail": "SUMMARY",
        "fifoPnlUnrealized": "0",
        **more,
    }


def option(
    underlying: str,
    put_call: str,
    strike: str,
    contracts: str,
    expiry: str = "20261218",
    **more: str,
) -> Row:
    """A row of an option on shares, 100 a contract where `more` does not say otherwise."""
    symbol = f"{underlying:<6}{expiry[2:]}{put_call}{int(Decimal(strike) * 1000):08}"
    terms = {
        "strike": strike,
        "expiry": expiry,
        "putCall": put_call,
        "multiplier": "100",
        "underlyingSymbol": underlying,
        **more,
    }
    return holding(symbol, "OPT", contracts, "2", **terms)


def rows_of(positions: Sequence[Row], cash: str, base: str = "USD", settled: str = "") -> Rows:
    """The rows of a statement."""
    report: Row = {"currency": "BASE_SUMMARY", "endingCash": cash}
    if settled:
        report["endingSettledCash"] = settled
    rates: List[Row] = [
        {"fromCurrency": "EUR", "toCurrency": base, "rate": "1.1", "reportDate": "20261120"}
    ]
    return {
        "AccountInformation": [{"accountId": "U1234567", "currency": base}],
        "ConversionRate": rates,
        "OpenPosition": list(positions),
        "CashReportCurrency": [report],
    }


def evidence_of(rows: Rows, options: str = "") -> Evidence:
    """What the checks read in the rows."""
    return statement_evidence(rows, _options(options))


def plan_of(rows: Rows, profile: str = "balanced", options: str = "") -> Document:
    """The checked plan of the rows, with `options` as they are typed."""
    request = request_for(profile, options=_options(options))
    portfolio = portfolio_of(day_of(rows), "statement")
    return checked_document(portfolio, evidence_of(rows, options), request, "2026-11-20")


def _options(text: str) -> Dict[str, str]:
    return parse_text(f"--sample {text}").options


def traded(document: Document) -> Dict[str, Decimal]:
    """The quantity of each symbol's order, below zero for sales."""
    return {
        row["symbol"]: Decimal(row["quantity"]) * (1 if row["action"] == "BUY" else -1)
        for row in document["trades"]
    }


def off_target(document: Document) -> Dict[str, Decimal]:
    """How far each class ends from its target, in points."""
    return {
        row["asset_class"]: Decimal(row["after_pct"]) - Decimal(row["target_pct"])
        for row in document["classes"]
    }
