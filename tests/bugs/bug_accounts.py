"""Ordinary random accounts with all that a bug may meet: lots, markets, currencies, options, funds.

Prices are those of ordinary shares and bonds, so that a plan ends within a unit or two of its goal.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from random import Random
from typing import Any, Dict, List, NamedTuple, Tuple

from portfolios import DAY, Rows, find_row

Row = Dict[str, str]
RATES = {"USD": "1", "EUR": "1.0837", "GBP": "1.2654", "JPY": "0.0064"}
SOLD = datetime.date(2026, 11, 20)


class Contract(NamedTuple):
    """A contract that an account may hold; the price is of one share, or in percent of face."""

    symbol: str
    price: str
    currency: str = "USD"
    exchange: str = ""
    kind: str = "COMMON"
    isin: str = ""
    category: str = "STK"
    more: Tuple[Tuple[str, str], ...] = ()


SHARES = (
    Contract("AAPL", "233.85", exchange="NASDAQ", isin="US0378331005"),
    Contract("MSFT", "498.20", exchange="NASDAQ", isin="US5949181045"),
    Contract("VTI", "310.00", exchange="ARCA", kind="ETF", isin="US9229087690"),
    Contract("INTC", "24.75", exchange="NASDAQ", isin="US4581401001"),
    Contract("SAP", "228.50", "EUR", "IBIS", isin="DE0007164600"),
    Contract("MC", "612.40", "EUR", "SBF", isin="FR0000121014"),
    Contract("SHEL", "27.31", "GBP", "LSE", isin="GB00BP6MXD84"),
    Contract("7203", "2790", "JPY", "TSEJ", isin="JP3633400001"),
)
BONDS = (
    Contract("T 4 1/4 11/15/34", "99.25", category="BOND", kind="Govt", isin="US91282CLW90"),
    Contract("AAPL 3.85 05/04/43", "88.50", category="BOND", kind="Corp", isin="US037833AL42"),
    Contract("DBR 2.6 08/15/34", "99.69", "EUR", category="BOND", kind="Govt", isin="DE000BU2Z031"),
    Contract("CA 5 10/01/38", "104.10", category="BOND", kind="Muni", isin="US13063EKN27"),
)
SOLD_SHORT = Contract("TSLA", "402.10", exchange="NASDAQ", isin="US88160R1014")
MATURITIES = ("20341115", "20430504", "20340815", "20381001")
FUNDS = (
    Contract("BND", "73.10", exchange="NASDAQ", kind="ETF", isin="US9219378356"),
    Contract("SGOV", "100.60", exchange="ARCA", kind="ETF", isin="US46436E7186"),
)


def ordinary_rows(random: Random) -> Rows:
    """The rows of one account in US dollars that adds up, with its lots and recent purchases.

    What it is worth is above nothing, whatever it sold short.
    """
    while True:
        rows = _drawn(random)
        if Decimal(rows["EquitySummaryByReportDateInBase"][0]["total"]) > 10_000:
            return rows


def _drawn(random: Random) -> Rows:
    held = random.sample(SHARES, random.randint(2, 5)) + random.sample(BONDS, random.randint(1, 3))
    held += random.sample(FUNDS, random.choice((0, 0, 1, 2)))
    positions, trades = [], []
    for contract in held:
        row = _position(random, contract)
        lots = _lots(random, row)
        positions += [row, *lots]
        trades += _purchases(random, row, lots)
    positions += _short(random, positions)
    whole = [row for row in positions if row["levelOfDetail"] == "SUMMARY"]
    worth = sum((_base(row, "positionValue") for row in whole), Decimal(0))
    accrued = sum((_base(row, "accruedInt") for row in whole if row.get("accruedInt")), Decimal(0))
    money = _cash(random, worth)
    cash = sum((Decimal(amount) * Decimal(RATES[name]) for name, amount in money), Decimal(0))
    total = format(round(worth + cash + accrued, 2), "f")
    cash_rows = [{"currency": name, "endingCash": amount} for name, amount in money]
    return {
        "AccountInformation": [{"accountId": "U1234567", "currency": "USD"}],
        "ConversionRate": [
            {"reportDate": DAY, "fromCurrency": name, "toCurrency": "USD", "rate": rate}
            for name, rate in RATES.items()
        ],
        "OpenPosition": positions,
        "CashReportCurrency": [
            {"currency": "BASE_SUMMARY", "endingCash": format(round(cash, 6), "f")},
            *cash_rows,
        ],
        "EquitySummaryByReportDateInBase": [
            {"reportDate": DAY, "cash": format(round(cash, 2), "f"), "total": total}
        ],
        "Trades": [{}],
        "Trade": trades,
    }


def _base(row: Row, field: str) -> Decimal:
    return Decimal(row[field]) * Decimal(RATES[row["currency"]])


def _position(random: Random, one: Contract) -> Row:
    face = one.category == "BOND"
    dollars = random.choice((3_000, 8_000, 15_000, 40_000))
    unit = Decimal(one.price) / (100 if face else 1)
    count = int(dollars / (unit * Decimal(RATES[one.currency])))
    step = {"7203": 100, "CA 5 10/01/38": 5000}.get(one.symbol, 1000 if face else 1)
    quantity = Decimal(max(round(count / step), 1) * step)
    if not face and step == 1 and random.random() < 0.15:
        quantity += Decimal("0.4375")
    row = {
        "symbol": one.symbol,
        "assetCategory": one.category,
        "subCategory": one.kind,
        "currency": one.currency,
        "fxRateToBase": RATES[one.currency],
        "position": format(quantity, "f"),
        "markPrice": one.price,
        "positionValue": format(quantity * unit, "f"),
        "listingExchange": one.exchange,
        "isin": one.isin,
        "conid": str(1000 + (*SHARES, *BONDS, *FUNDS, SOLD_SHORT).index(one)),
        "reportDate": DAY,
        "levelOfDetail": "SUMMARY",
    }
    if face:
        row["maturity"] = MATURITIES[BONDS.index(one)]
        row["accruedInt"] = format(round(quantity * random.randint(1, 20) / 1000, 2), "f")
    return row


def _lots(random: Random, row: Row) -> List[Row]:
    """One to four lots of the position; its cost and gain are made theirs."""
    quantity, value = Decimal(row["position"]), Decimal(row["positionValue"])
    cuts = sorted(Decimal(random.randint(1, 9)) / 10 for _ in range(random.randint(0, 3)))
    edges = [Decimal(0), *sorted(set(cuts)), Decimal(1)]
    days = sorted(random.sample((10, 25, 40, 364, 365, 366, 367, 900), len(edges) - 1))[::-1]
    lots, costs = [], Decimal(0)
    for (low, high), days_ago in zip(zip(edges, edges[1:]), days):
        part = high - low
        cost = round(value * part * random.randint(60, 130) / 100, 2)
        costs += cost
        day = SOLD - datetime.timedelta(days=days_ago)
        lot = {
            "levelOfDetail": "LOT",
            "position": format(quantity * part, "f"),
            "positionValue": format(value * part, "f"),
            "costBasisMoney": format(cost, "f"),
            "openDateTime": f"{day:%Y%m%d};103000",
        }
        lots.append({**row, "accruedInt": "", **lot})
    row["costBasisMoney"] = format(costs, "f")
    row["fifoPnlUnrealized"] = format(value - costs, "f")
    return lots


def _purchases(random: Random, row: Row, lots: List[Row]) -> List[Row]:
    """What the statement tells of how the newest lot was bought, mostly."""
    if random.random() < 0.3:
        return []
    newest = lots[-1]
    return [
        {
            "symbol": row["symbol"],
            "conid": row["conid"],
            "currency": row["currency"],
            "tradeDate": newest["openDateTime"][:8],
            "buySell": "BUY",
            "quantity": newest["position"],
            "levelOfDetail": "EXECUTION",
        }
    ]


def _short(random: Random, positions: List[Row]) -> List[Row]:
    """At times a short call on a share of the account, a short put, or a stock sold short."""
    found: List[Row] = []
    stock = find_row({"OpenPosition": positions}, "AAPL") or find_row(
        {"OpenPosition": positions}, "INTC"
    )
    if stock and random.random() < 0.5:
        found.append(_option(stock, "C", -max(int(Decimal(stock["position"])) // 200, 1)))
    if stock and random.random() < 0.25:
        found.append(_option(stock, "P", -1))
    if random.random() < 0.15:
        row = _position(random, SOLD_SHORT)
        turned = {name: f"-{row[name]}" for name in ("position", "positionValue")}
        found.append({**row, **turned, "fifoPnlUnrealized": "0"})
    return found


def _option(stock: Row, put_call: str, contracts: int) -> Row:
    strike = round(Decimal(stock["markPrice"]) * (Decimal("1.1") if put_call == "C" else 1) / 5) * 5
    return {
        "symbol": f"{stock['symbol']:<6}261218{put_call}{strike * 1000:08}",
        "assetCategory": "OPT",
        "currency": "USD",
        "fxRateToBase": "1",
        "position": str(contracts),
        "markPrice": "4.20",
        "positionValue": format(contracts * 420, "f"),
        "multiplier": "100",
        "strike": str(strike),
        "expiry": "20261218",
        "putCall": put_call,
        "underlyingSymbol": stock["symbol"],
        "underlyingConid": stock["conid"],
        "conid": f"9{stock['conid']}{'CP'.index(put_call)}",
        "reportDate": DAY,
        "levelOfDetail": "SUMMARY",
        "fifoPnlUnrealized": "0",
    }


def _cash(random: Random, worth: Decimal) -> List[Tuple[str, str]]:
    """By currency; below zero in US dollars at times."""
    share = Decimal(random.choice((-3, 1, 4, 8, 15, 30))) / 100
    money = [("USD", format(round(worth * share, 2), "f"))]
    for name in random.sample(("EUR", "GBP", "JPY"), random.choice((0, 1, 1, 2))):
        amount = worth * random.choice((1, 3)) / 100 / Decimal(RATES[name])
        money.append((name, format(round(amount, 2), "f")))
    return money


def of_one_symbol(rows: Rows, category: str = "STK") -> str:
    """The symbol of the largest long position of a category."""
    found: List[Any] = [
        row
        for row in rows["OpenPosition"]
        if row["assetCategory"] == category and row["levelOfDetail"] == "SUMMARY"
    ]
    return max(found, key=lambda row: _base(row, "positionValue"))["symbol"]
