"""Statements with lots: random ones that add up, and hand-made ones of a single stock."""

from __future__ import annotations

import datetime
from decimal import Decimal
from random import Random
from typing import Any, Dict, List, Optional, Sequence, Tuple

from portfolios import DAY, PROFILES, Rows, day_of, random_rows, request_for

from ib_portfolio.checked_plan import checked_document
from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.sources.flex_statement import portfolio_of

Document = Dict[str, Any]
SOLD = datetime.date(2026, 11, 20)


def random_rows_with_lots(random: Random) -> Rows:
    """A random statement whose positions have lots; now and then some that tell too little."""
    rows = random_rows(random, 6)
    # Each position once: random_rows has some with both levels, some as a lot alone.
    positions = {row["conid"] or id(row): row for row in rows["OpenPosition"]}
    # Two rows without a number and the same in all are rightly refused: names tell them apart.
    nameless = [row for row in positions.values() if not row["conid"]]
    for place, row in enumerate(nameless):
        row["symbol"] += f" {place}"
    whole = [{**row, "levelOfDetail": "SUMMARY", "openDateTime": ""} for row in positions.values()]
    summaries = [row for row in whole if row["conid"]]
    rows["OpenPosition"] = whole + [lot for row in summaries for lot in _lots_of(random, row)]
    rows["Trades"] = [{}]
    rows["Trade"] = [_purchase(random, row) for row in summaries if random.random() < 0.5]
    return rows


def _lots_of(random: Random, row: Dict[str, str]) -> List[Dict[str, str]]:
    whole = Decimal(row["position"])
    cuts = sorted(Decimal(random.randint(1, 999)) / 1000 for _ in range(random.randint(0, 6)))
    edges = [Decimal(0), *sorted(set(cuts)), Decimal(1)]
    sizes = [whole * (after - before) for before, after in zip(edges, edges[1:])]
    lots = []
    for size in sizes:
        cost = abs(Decimal(row["positionValue"])) * random.choice((1, 2, 3)) * abs(size)
        cost = cost / abs(whole) / 2 if whole else cost
        lot = {**row, "levelOfDetail": "LOT", "position": format(size, "f")}
        lot["costBasisMoney"] = format(round(cost, random.choice((2, 6))), "f")
        lot["openDateTime"] = _moment(random)
        if random.random() < 0.1:
            lot["holdingPeriodDateTime"] = _moment(random)
        lots.append(lot)
    if random.random() < 0.1:
        random.choice(lots)[random.choice(("costBasisMoney", "openDateTime"))] = ""
    return lots[1:] if random.random() < 0.05 else lots


def _moment(random: Random) -> str:
    days = random.choice((1, 20, 364, 365, 366, 367, 900))
    day = SOLD - datetime.timedelta(days=days)
    return day.strftime("%Y%m%d") + random.choice(("", ";093000", ";160000"))


def _purchase(random: Random, row: Dict[str, str]) -> Dict[str, str]:
    trade = {"symbol": row["symbol"], "conid": row["conid"], "tradeDate": _moment(random)[:8]}
    trade["buySell"] = random.choice(("BUY", "BUY (Ca.)", "SELL", ""))
    trade["quantity"] = random.choice(("5", "-5", ""))
    return {**trade, "levelOfDetail": "EXECUTION"}


def document_with_lots(
    rows: Rows, profile: str = PROFILES[0], from_date: str = "2026-01-01", **options: str
) -> Document:
    """The checked document of a run that asks for lots; `tax_rate` stands for --tax-rate.

    `from_date` is the first day that the statement covers.
    """
    asked = {"lots": "", **{name.replace("_", "-"): value for name, value in options.items()}}
    day = day_of(rows)._replace(from_date=from_date)
    request = request_for(profile, options=asked)
    evidence = statement_evidence(day.rows, asked, from_date=from_date)
    return checked_document(portfolio_of(day, "statement"), evidence, request, "2026-11-20")


Lots = Sequence[Tuple[str, str, str]]  # quantity, cost, openDateTime


def stock_rows(
    lots: Lots,
    price: str = "10",
    trades: Optional[Sequence[Dict[str, str]]] = (),
    **position: str,
) -> Rows:
    """A statement of one stock with these lots and no cash: `growth` sells a quarter of it.

    `trades` None leaves the section Trades out.
    """
    quantity = sum(Decimal(lot[0]) for lot in lots)
    row = {
        "symbol": "ACME",
        "assetCategory": "STK",
        "currency": "USD",
        "fxRateToBase": "1",
        "position": format(quantity, "f"),
        "markPrice": price,
        "conid": "1001",
        "reportDate": DAY,
        "levelOfDetail": "SUMMARY",
        "costBasisMoney": format(sum(Decimal(lot[1] or 0) for lot in lots), "f"),
        **position,
    }
    names = ("position", "costBasisMoney", "openDateTime")
    own = [{**row, "levelOfDetail": "LOT", **dict(zip(names, lot))} for lot in lots]
    rows = {
        "AccountInformation": [{"accountId": "U1234567", "currency": "USD"}],
        "ConversionRate": [
            {"reportDate": DAY, "fromCurrency": "EUR", "toCurrency": "USD", "rate": "1.08"}
        ],
        "OpenPosition": [row, *own],
        "CashReportCurrency": [{"currency": "BASE_SUMMARY", "endingCash": "0"}],
    }
    if trades is not None:
        rows["Trades"] = [{}]
        rows["Trade"] = [{"symbol": "ACME", "conid": "1001", **trade} for trade in trades]
    return rows
