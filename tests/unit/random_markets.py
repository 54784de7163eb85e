"""What random rows tell of their markets: exchanges, kinds of bonds, maturities, interest, lots."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Dict, List

from portfolios import Rows

from ib_portfolio.core.plain_text import plain

EXCHANGES = {
    "USD": ("NYSE", "NASDAQ", "ARCA", "LSEETF", "EBS", "SGX", "SEHK", "ATLANTIS", ""),
    "EUR": ("IBIS", "IBIS2", "SBF", "AEB", "BM", "SFB", "N.TALLINN", "NYSE", ""),
    "GBP": ("LSE", "LSEETF", "AQSE", ""),
    "JPY": ("TSEJ", "TSEJ", ""),
    "CHF": ("EBS", ""),
}
SHARES = ("COMMON", "ETF", "ADR", "REIT", "")
BONDS = ("Govt", "Corp", "Muni", "")
ISINS = ("US0378331005", "GB00BH4HKS39", "IE00B4BNMY34", "FR0000121014", "XS1799939027", "")
MATURITIES = ("20261119", "20261120", "20261124", "20261210", "20261220", "20270601", "20341115")


def add_markets(random: Random, rows: Rows) -> Dict[str, str]:
    """Adds to each row what a newer Flex query tells; the options of a run that goes with it.

    A total of IBKR's own, where there is one, gets the interest that has accrued.
    """
    accrued = Decimal(0)
    terms: Dict[str, Dict[str, str]] = {}
    for row in rows["OpenPosition"]:
        key = f"{row['symbol']}/{row['conid']}/{row['currency']}/{row.get('description', '')}"
        if key not in terms:
            terms[key] = _terms(random, row)
            interest = Decimal(terms[key].get("accruedInt") or 0)
            accrued += interest * _rate(rows, row["currency"])
        row.update(terms[key])
    for summary in rows.get("EquitySummaryByReportDateInBase", []):
        summary["total"] = format(Decimal(summary["total"]) + round(accrued, 2), "f")
    return _options(random, rows["OpenPosition"])


def _terms(random: Random, row: Dict[str, str]) -> Dict[str, str]:
    if row["assetCategory"] == "STK":
        exchange = random.choice(EXCHANGES[row["currency"]])
        told = {"subCategory": random.choice(SHARES), "isin": random.choice(ISINS)}
        return told if random.random() < 0.1 else {**told, "listingExchange": exchange}
    if row["assetCategory"] not in ("BOND", "BILL"):
        return {}
    told = {"subCategory": random.choice(BONDS), "isin": random.choice(("", *ISINS))}
    told["listingExchange"] = ""
    if random.random() < 0.6:
        told["maturity"] = random.choice(MATURITIES)
    if random.random() < 0.5:
        share = Decimal(random.randint(-5, 40)) / 1000
        told["accruedInt"] = format(round(Decimal(row["position"]) * share, 2), "f")
    if random.random() < 0.2:
        told["principalAdjustFactor"] = random.choice(("1", "1.25", ""))
    return told


def _rate(rows: Rows, currency: str) -> Decimal:
    rates = {row["fromCurrency"]: Decimal(row["rate"]) for row in rows["ConversionRate"]}
    return rates.get(currency, Decimal(1))


def _options(random: Random, rows: List[Dict[str, str]]) -> Dict[str, str]:
    options = {}
    if random.random() < 0.2:
        options["fees"] = random.choice(("fixed", "tiered"))
    if random.random() < 0.2:
        held = [plain(row["symbol"]) for row in rows if "," not in row["symbol"]]
        options["lot"] = f"{random.choice(held)}={random.choice((1, 7, 100, 1000, 5000))}"
    if random.random() < 0.1:
        options["max-turnover"] = str(random.randint(1, 60))
    if random.random() < 0.1:
        options["min-trade"] = str(random.randint(1, 5000))
    if random.random() < 0.05:
        options["no-sell"] = ""
    return options
