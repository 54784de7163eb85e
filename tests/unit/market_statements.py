"""Statements for the tests of markets: the situations' files, and hand-made rows of a kind."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from typing import Any, Dict, List

from portfolios import DAY, day_of, request_for, statement_xml
from terminal import TESTS, run

from ib_portfolio.checked_plan import checked_document
from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.sources.flex_statement import portfolio_of

SITUATIONS = os.path.join(TESTS, "fixtures", "situations")
RATES = {"USD": "1", "EUR": "1.08", "GBP": "1.27", "JPY": "0.0064", "HKD": "0.128", "SGD": "0.75"}
RATES.update(CHF="1.13", SEK="0.095", CAD="0.72", PLN="0.27", HUF="0.0028", AUD="0.66", CNH="0.14")
Document = Dict[str, Any]
Row = Dict[str, str]
Rows = Dict[str, List[Row]]


def situation(name: str, *words: str) -> Document:
    """The plan of a situation's statement, all checks passed."""
    answer = run(["--statement", os.path.join(SITUATIONS, f"{name}.xml"), *words, "--json"])
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def share(symbol: str, quantity: str, price: str, **terms: str) -> Row:
    """A row of shares listed at ARCA in US dollars; `terms` are other fields of it."""
    return _row("STK", symbol, quantity, price, Decimal(1), {"listingExchange": "ARCA", **terms})


def bond(symbol: str, face: str, price: str, **terms: str) -> Row:
    """A row of bonds in US dollars, its price in percent of face; `terms` are other fields."""
    category = terms.pop("assetCategory", "BOND")
    return _row(category, symbol, face, price, Decimal(100), {"listingExchange": "", **terms})


def _row(category: str, symbol: str, quantity: str, price: str, per: Decimal, terms: Row) -> Row:
    value = Decimal(quantity) * Decimal(price) / per
    return {
        "assetCategory": category,
        "symbol": symbol,
        "conid": symbol,
        "currency": "USD",
        "position": quantity,
        "markPrice": price,
        "positionValue": format(value, "f"),
        "fifoPnlUnrealized": "0",
        "reportDate": DAY,
        **terms,
    }


def statement(cash: str, *holdings: Row, base: str = "USD", day: str = "") -> Rows:
    """A statement of these holdings, and of cash in its base currency."""
    rates = {name: Decimal(rate) / Decimal(RATES[base]) for name, rate in RATES.items()}
    positions = [{**row, "reportDate": day or row["reportDate"]} for row in holdings]
    return {
        "AccountInformation": [{"accountId": "U1234567", "currency": base}],
        "ConversionRate": [
            {"reportDate": DAY, "fromCurrency": name, "toCurrency": base, "rate": f"{rate:.8f}"}
            for name, rate in rates.items()
        ],
        "OpenPosition": positions,
        "CashReportCurrency": [{"currency": "BASE_SUMMARY", "endingCash": cash}],
    }


def planned(rows: Rows, profile: str = "growth", **options: str) -> Document:
    """The plan of a statement, all checks passed; an option's name has _ for -."""
    asked = {name.replace("_", "-"): value for name, value in options.items()}
    request = request_for(profile, options=asked)
    day = day_of(rows)
    evidence = statement_evidence(day.rows, asked, day.to_date)
    return checked_document(portfolio_of(day, "statement"), evidence, request, "2026-11-20")


def failed(document: Document, rows: Rows, **asked: str) -> List[str]:
    """The names of the checks that `document` fails against a statement."""
    evidence = statement_evidence(rows, asked, "2026-11-20")
    return [row["name"] for row in check_plan(document, evidence)[0] if not row["passed"]]


def traded(document: Document, symbol: str) -> Document:
    """The trade of a symbol, {} when there is none."""
    return next((row for row in document["trades"] if row["symbol"] == symbol), {})


def units(document: Document, symbol: str) -> Decimal:
    """What a plan buys of a symbol, below zero what it sells."""
    trade = traded(document, symbol)
    sign = -1 if trade.get("action") == "SELL" else 1
    return sign * Decimal(trade.get("quantity", 0))


def cash_is_right(document: Document, cash: str) -> bool:
    """Whether the cash after is the cash before with amounts, interest and all costs."""
    summary = document["summary"]
    after = Decimal(cash) + Decimal(summary["net_cash_movement"])
    after += Decimal(summary["accrued_interest"])
    after -= Decimal(summary["total_commission"]) + Decimal(summary["taxes"])
    after -= Decimal(summary["exchange_cost"])
    return after == Decimal(summary["cash_after"])


def written(rows: Rows, folder: str) -> str:
    """The path of a statement's file, written into `folder`."""
    path = os.path.join(folder, "statement.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(statement_xml(rows))
    return path
