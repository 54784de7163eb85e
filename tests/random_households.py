"""Plans random households under one target, and looks at each from outside.

Nothing may fail, crash or be refused wrongly; no class may be sold in one account and bought in
another, or end further from its target than it began; a household at its target trades nothing.

Usage: python tests/random_households.py [--count 2000] [--seed 1]
Exit codes: 0 every household is right, 1 otherwise; prints the seeds of the failures.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, os.pardir, "scripts"), os.path.join(HERE, "unit")]

from portfolios import DAY, PROFILES, RIGHT_REFUSALS, Rows, day_of, random_rows  # noqa: E402

from ib_portfolio.checked_plan import Account  # noqa: E402
from ib_portfolio.checks.evidence import statement_evidence  # noqa: E402
from ib_portfolio.core.messages import Refusal  # noqa: E402
from ib_portfolio.core.numbers import use_exact_decimals  # noqa: E402
from ib_portfolio.household import (  # noqa: E402
    HouseholdAccount,
    checked_household,
    planned_accounts,
)
from ib_portfolio.request.request import parse_words  # noqa: E402
from ib_portfolio.sources.flex_statement import portfolio_of  # noqa: E402

Document = Dict[str, Any]
CENT = Decimal("0.01")
# Symbol, price of one unit, IBKR's category, what orders are multiples of.
CONTRACTS = (
    ("VTI", "300.12", "STK", 1),
    ("VXUS", "61.40", "STK", 1),
    ("AAPL", "233.85", "STK", 1),
    ("NVR", "8123.50", "STK", 1),
    ("PENNY", "0.42", "STK", 1),
    ("T 4 1/4 11/15/34", "0.9987", "BOND", 1000),
    ("T 2 1/2 02/15/45", "0.7712", "BOND", 1000),
    ("F 6 1/8 03/08/34", "1.0125", "BOND", 1000),
)
REFUSALS = (*RIGHT_REFUSALS, "withdraw_too_much", "withdraw_no_sell", "account_refused")
OPTIONS = (
    [],
    [],
    [],
    ["--band", "5"],
    ["--band", "5/25"],
    ["--band", "3", "--to", "edge"],
    ["--band", "4", "--to", "half"],
    ["--no-sell"],
    ["--lock", "VTI"],
    ["--min-trade", "2000"],
    ["--max-turnover", "10"],
    ["--lots"],
    ["--target", "80/15/5"],
    ["--target", "VTI 40, VXUS 20, BOND 30, CASH 10"],
    ["--target", "VTI 50, BOND 40, CASH 10", "--sell-others"],
    ["--target", "STK 60, BND 35, CASH 5", "--price", "BND=73.00"],
)
# Which go with each of them, drawn last, so that a seed keeps what else it has.
CHOICES = (
    ["--few-orders"],
    ["--few-orders", "1"],
    ["--tax-aware"],
    ["--tax-aware", "--tax-rate", "short=37,long=20"],
    ["--tax-aware", "--few-orders"],
)


class Drawn(NamedTuple):
    """A random household: the rows of each account by its number, and what is typed."""

    rows: Dict[str, Rows]
    words: List[str]


def drawn(seed: int) -> Drawn:
    """The household of `seed`."""
    random = Random(seed)
    count = random.choice((2, 2, 3, 4, 6))
    rows = {f"U{place}000{seed % 1000:03}": _account(random) for place in range(1, count + 1)}
    if seed % 5 == 0:
        _accrue(rows.values())
    words = list(random.choice(OPTIONS))
    if "--target" not in words:
        words = [random.choice(PROFILES), *words]
    if seed % 7 == 0:
        words += ["--contribute", "5000"]
    if seed % 3 == 0:
        words += random.choice(CHOICES)
    if seed % 2:
        words += ["--html", "plan.html"]  # for which figures of their own are checked
    return Drawn(rows, words)


def _accrue(accounts: Iterable[Rows]) -> None:
    """Two per cent of interest on the bonds that accounts have in common."""
    for row in (row for rows in accounts for row in rows["OpenPosition"]):
        if len(row["conid"]) == 3 and row["assetCategory"] == "BOND":
            row["accruedInt"] = str(Decimal(row["position"]) / 50)


def _account(random: Random) -> Rows:
    if random.random() < 0.15:
        return _in_dollars(random)
    positions = [
        _position(random, place, *contract)
        for place, contract in enumerate(CONTRACTS)
        if random.random() < 0.35
    ]
    worth = sum((Decimal(row["positionValue"]) for row in positions), Decimal(0))
    size = max(worth, Decimal(random.choice((500, 10_000, 200_000))))
    share = Decimal(random.choice((-20, 0, 1, 5, 10, 10, 20, 60, 300))) / 100
    cash = round(size * share, 2)
    if worth + cash <= 0:
        cash = Decimal(1000)
    kind = random.choice(("Individual", "Individual", "IRA-ROTH NEW", "IRA-TRADITIONAL"))
    return {
        "AccountInformation": [{"accountId": "U1234567", "currency": "USD", "accountType": kind}],
        "ConversionRate": [],
        "OpenPosition": positions,
        "CashReportCurrency": [
            {"currency": "BASE_SUMMARY", "endingCash": str(cash)},
            {"currency": "USD", "endingCash": str(cash)},
        ],
    }


def _in_dollars(random: Random) -> Rows:
    """An account of anything at all whose base currency is the US dollar."""
    while True:
        rows = random_rows(random, 6)
        if rows["AccountInformation"][0]["currency"] == "USD":
            # Its contracts are no other account's.
            own = str(random.randint(10_000, 99_999))
            for row in rows["OpenPosition"]:
                row.update(conid=row["conid"] and own + row["conid"])
            return rows


def _position(random: Random, place: int, *contract: Any) -> Dict[str, str]:
    symbol, price, category, step = contract
    quantity = Decimal(step * random.choice((1, 3, 20, 20, 150, 700)))
    if category == "STK" and random.random() < 0.2:
        quantity += Decimal("0.4375")
    value = round(quantity * Decimal(price), 4)
    return {
        "symbol": symbol,
        "assetCategory": category,
        "currency": "USD",
        "position": str(quantity),
        "markPrice": str(Decimal(price) * (100 if category == "BOND" else 1)),
        "positionValue": str(value),
        "conid": str(100 + place),
        "reportDate": DAY,
        "levelOfDetail": "SUMMARY",
        "fxRateToBase": "1",
        "fifoPnlUnrealized": str(round(value * random.randint(-40, 80) / 100, 2)),
    }


def household_of(one: Drawn) -> List[HouseholdAccount]:
    """The accounts as a statement with them would give them."""
    request = parse_words([*one.words, "--statement", "all.xml", "--account", "all"])
    found = []
    for place, (number, rows) in enumerate(one.rows.items()):
        options = dict(request.options)
        kinds = ("taxable:", "tax-free:", "tax-free:BOND", "taxable:STK")
        told = (f"{name}={kinds[at % 4]}" for at, name in enumerate(one.rows))
        options["account-kinds"] = ";".join(told)
        if place:
            options.pop("contribute", None)
        own = request._replace(account=number, options=options, settings=options)
        day = day_of(rows, number)
        portfolio = portfolio_of(day, "statement", True)._replace(account=f"U***{place:04}")
        account = Account(portfolio, statement_evidence(day.rows, options, (), day.to_date))
        if portfolio.positions or portfolio.cash:
            found.append(HouseholdAccount(day, account, own))
    return found


def faults(one: Drawn, document: Document) -> Iterator[str]:
    """What is wrong with a household's document, by its words alone."""
    accounts = document["accounts"]
    actions: Dict[str, set] = {}
    for account in accounts:
        for trade in account["trades"]:
            actions.setdefault(_share(trade, one), set()).add(trade["action"])
            contract = f"{trade['symbol']} of {trade['asset_class']}"
            actions.setdefault(contract, set()).add(trade["action"])
    yield from (f"{name} is sold and bought" for name, both in actions.items() if len(both) > 1)
    if {"--target", "--contribute", "--max-turnover", "--to"} & set(one.words):
        return
    for row in document["household"]["classes"]:
        before, target, after = (
            Decimal(row[field]) for field in ("current_pct", "target_pct", "after_pct")
        )
        costs = sum((Decimal(account["summary"]["total_commission"]) for account in accounts), 0)
        costs += sum((Decimal(account["summary"]["taxes"]) for account in accounts), 0)
        costs += sum((Decimal(account["summary"]["exchange_cost"]) for account in accounts), 0)
        # What purchases pay of it goes, and what sales receive comes to the whole.
        interest = (Decimal(account["summary"].get("accrued_interest", 0)) for account in accounts)
        costs += sum(map(abs, interest), Decimal(0))
        whole = Decimal(document["household"]["investable_value"])
        # Percentages after are of what costs leave of the whole.
        room = Decimal("0.001") + costs * (100 + abs(before)) / whole
        step = 0 if row["asset_class"] != "CASH" else _steps(accounts) * 100 / whole
        if whole < 50_000:
            continue  # which one bond more or less changes by points
        if abs(after - target) > abs(before - target) + room + step:
            yield f"{row['asset_class']} goes from {before} to {after} for {target}"


def _share(trade: Document, one: Drawn) -> str:
    named = one.words[one.words.index("--target") + 1] if "--target" in one.words else ""
    own = trade["symbol"] in named and trade["symbol"] not in ("STK", "BOND", "CASH")
    return trade["symbol"] if own else trade["asset_class"]


def _steps(accounts: List[Document]) -> Decimal:
    """What rounding may leave in cash: two units of each account's dearest order."""
    dearest = (max(map(_unit, account["trades"]), default=Decimal(0)) for account in accounts)
    return 2 * sum(dearest, Decimal(0))


def _unit(trade: Document) -> Decimal:
    step = 1000 if trade["asset_class"] == "BOND" else 1
    return Decimal(trade["amount"]) / Decimal(trade["quantity"]) * step


def outcome(seed: int) -> str:
    """What comes of the household of `seed`: "planned", a right refusal's key, or a fault."""
    one = drawn(seed)
    try:
        accounts = household_of(one)
        document = checked_household(planned_accounts(accounts, "2026-11-20"), accounts)
        found = list(faults(one, document))
    except Refusal as refusal:
        right = refusal.key in REFUSALS and "check" not in str(refusal)
        return refusal.key if right else f"FAULT {refusal}"
    except Exception as fault:
        return f"FAULT {type(fault).__name__}: {fault}"
    if found:
        return f"FAULT {'; '.join(found)}"
    trades = sum(len(account["trades"]) for account in document["accounts"])
    return "planned" if trades else "planned, no trade"


def main() -> int:
    """Runs and counts; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    start = time.perf_counter()
    counts: Counter[str] = Counter()
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        found = outcome(seed)
        fault = found.startswith("FAULT")
        counts["FAULT" if fault else found] += 1
        if fault and counts["FAULT"] <= 20:
            print(f"seed {seed}: {found[:400]}")
    told = ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
    print(f"{arguments.count} households in {time.perf_counter() - start:.0f} s ({told}).")
    return 1 if counts["FAULT"] or not counts["planned"] else 0


if __name__ == "__main__":
    use_exact_decimals()
    sys.exit(main())
