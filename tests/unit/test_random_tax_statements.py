"""Random statements through both tax commands: every check passes, and the sums are the rows'."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Dict, List, Tuple

from tax_statements import Account, write_statement

from ib_portfolio.core.numbers import use_exact_decimals
from ib_portfolio.request.tax_request import parse_tax_words
from ib_portfolio.tax_report import carry_out as report_taxes
from ib_portfolio.wash_sale_check import carry_out as check_wash_sales

FIRST = datetime.date(2026, 1, 1)
CONTRACTS: Dict[str, Dict[str, str]] = {
    "ACME": {},
    "BETA": {"currency": "EUR", "fxRateToBase": "1.0837"},
    "T 4 11/15/34": {"assetCategory": "BOND"},
    "ESZ6": {"assetCategory": "FUT"},
    "ACME  260619C00050000": {"assetCategory": "OPT", "underlyingSymbol": "ACME", "putCall": "C"},
}
KINDS = (
    *("Dividends", "Withholding Tax", "Payment In Lieu Of Dividends", "Other Fees"),
    *("Broker Interest Received", "Broker Interest Paid", "Bond Interest Received"),
    *("Deposits/Withdrawals", "Something New"),
)


def random_account(random: Random, number: str) -> Account:
    """A year of trades in some contracts, lots taken in whatever order; now and then gaps."""
    kind = random.choice(("Individual", "Individual", "IRA Traditional New", ""))
    account = Account(number, kind=kind)
    if not kind:
        del account.information["accountType"]
    for symbol in random.sample(sorted(CONTRACTS), random.randint(1, 4)):
        _trade_one(random, account, symbol, CONTRACTS[symbol])
    for _ in range(random.randint(0, 6)):
        day = FIRST + datetime.timedelta(days=random.randint(0, 320))
        more = random.choice(({}, {"currency": "EUR", "fxRateToBase": "1.0837"}))
        amount = f"{random.randint(-9999, 9999) / 100:.2f}"
        account.paid(random.choice(KINDS), f"{day:%Y%m%d}", amount, **more)
    gap = random.random()
    if gap < 0.08:
        account.rows["Lot"] = []
    elif gap < 0.14:
        account.rows["Trade"] = []
    elif gap < 0.2:
        account.rows["OpenPosition"] = [
            row for row in account.rows["OpenPosition"] if row["levelOfDetail"] != "LOT"
        ]
    elif gap < 0.26:
        account.rows["OpenPosition"] = [
            row for row in account.rows["OpenPosition"] if row["levelOfDetail"] == "LOT"
        ]
    return account


def _trade_one(random: Random, account: Account, symbol: str, more: Dict[str, str]) -> None:
    held: List[Tuple[str, Decimal, Decimal]] = []  # day, quantity, cost
    for _ in range(random.randint(0, 3)):
        before = FIRST - datetime.timedelta(days=random.choice((1, 5, 20, 31, 366, 400)))
        held.append((f"{before:%Y%m%d}", Decimal(random.randint(1, 40)), _money(random)))
    day = FIRST
    for _ in range(random.randint(0, 8)):
        day += datetime.timedelta(days=random.choice((0, 1, 7, 15, 30, 31, 60)))
        if day > datetime.date(2026, 11, 20):
            break
        now = f"{day:%Y%m%d}"
        if held and random.random() < 0.55:
            lots = []
            for place in sorted(
                random.sample(range(len(held)), random.randint(1, len(held))), reverse=True
            ):
                opened, quantity, cost = held.pop(place)
                part = quantity if random.random() < 0.6 else quantity * random.randint(1, 9) / 10
                own = (cost * part / quantity).quantize(Decimal("0.01"))
                if part < quantity:
                    held.append((opened, quantity - part, cost - own))
                gain = f"{random.randint(-50_000, 30_000) / 100:.2f}"
                lots.append((format(part, "f"), opened, format(own, "f"), gain))
            account.sale(symbol, now, lots, **more)
        else:
            quantity = Decimal(random.randint(1, 40))
            account.trade("BUY", symbol, now, str(quantity), **more)
            if random.random() < 0.1:
                account.trade("BUY (Ca.)", symbol, now, str(quantity), **more)
            else:
                held.append((now, quantity, _money(random)))
    if held and more.get("assetCategory") != "FUT":
        price = f"{random.randint(50, 20_000) / 100:.2f}"
        rows = [(format(size, "f"), opened, format(cost, "f")) for opened, size, cost in held]
        account.hold(symbol, price, rows, **more)


def _money(random: Random) -> Decimal:
    return Decimal(random.randint(1_000, 500_000)) / 100


def documents(folder: Path, seed: int) -> List[Dict[str, Any]]:
    """The documents of both commands on one random file, all checks passed."""
    random = Random(seed)
    numbers = ["U1234567", "U7654321"][: random.randint(1, 2)]
    accounts = [random_account(random, number) for number in numbers]
    path = write_statement(folder, *accounts)
    words = ["--statement", path, "--account", "all"]
    wash = check_wash_sales(parse_tax_words("wash-sale-check", words), "2026-11-23")
    taxes = report_taxes(parse_tax_words("tax-report", words), "2026-11-23")
    for outcome in (wash, taxes):
        assert max(map(len, outcome.report().splitlines())) <= 76
    amounts = [Decimal(row["amount"]) for account in accounts for row in account.rows["Cash"]]
    listed = [Decimal(row["amount"]) for row in taxes.document["payments"]]
    assert len(amounts) == len(listed) + taxes.document["left_out"]
    return [wash.document, taxes.document]


def test_random_statements_pass_all_checks(tmp_path: Path) -> None:
    use_exact_decimals()
    yes = lots = 0
    for seed in range(80):
        wash, taxes = documents(tmp_path, seed)
        yes += sum(row["verdict"] == "yes" for row in wash["losses"])
        lots += len(taxes["gains"]["lots"])
    assert yes > 50 and lots > 300
