"""Random statements with bonds, lots, trades and payments: every review passes its own checks."""

from __future__ import annotations

import datetime
import os
import tempfile
from decimal import Decimal
from random import Random
from typing import Dict, List, Tuple

import pytest
from household_statement import household_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import PROFILES, RATES, RIGHT_REFUSALS, Rows, random_rows
from review_statement import as_xml, flow, trade

from ib_portfolio.core.messages import Refusal
from ib_portfolio.request.review_request import read_review_text
from ib_portfolio.review import review_portfolio
from ib_portfolio.strategy import plan_strategy

TODAY = datetime.date(2026, 11, 20)
KINDS = ("Dividends", "Payment In Lieu Of Dividends", "Withholding Tax", "Broker Interest Paid",
         "Broker Interest Received", "Other Fees", "Bond Interest Received")  # fmt: skip
STORIES = (review_portfolio, plan_strategy)
OPTIONS = ("", "--horizon short", "--horizon long", "--withdraw 1", "--lock S0", "--no-sell")


def full_rows(random: Random, base: str = "") -> Rows:
    """A random statement with terms of bonds, several lots, trades and payments."""
    rows = random_rows(random, base=base)
    for row in rows["OpenPosition"]:
        if row["assetCategory"] in ("BOND", "BILL"):
            row.update(_terms(random))
        elif row["assetCategory"] == "STK":
            row["subCategory"] = row.get("subCategory") or random.choice(("COMMON", "ETF", ""))
            row.setdefault("cusip", random.choice(("111111101", "222222AA1", "")))
    rows["OpenPosition"] = [
        one for row in rows["OpenPosition"] for one in _with_several_lots(random, row)
    ]
    if random.random() < 0.7:
        rows["Trades"] = [{}]
        rows["Trade"] = [_trade(random, rows) for _ in range(random.randint(0, 4))]
        rows["CashTransaction"] = [_payment(random, rows) for _ in range(random.randint(0, 6))]
    return rows


def _day(random: Random, first: int, last: int) -> str:
    day = TODAY + datetime.timedelta(days=random.randint(first, last))
    return day.strftime("%Y%m%d")


def _terms(random: Random) -> Dict[str, str]:
    if random.random() < 0.1:
        return {}
    return {
        "coupon": random.choice(("0", "0", "4.25", "2.6", "0.125", "9")),
        "maturity": random.choice((_day(random, -5, 120), _day(random, 1, 11_000))),
        "subCategory": random.choice(("Govt", "Corp", "Muni", "")),
        "principalAdjustFactor": random.choice(("1", "", "1", "1.1")),
    }


def _with_several_lots(random: Random, row: Dict[str, str]) -> List[Dict[str, str]]:
    """The row, at times with lots behind it that sum to it."""
    quantity = Decimal(row["position"])
    if row["levelOfDetail"] != "SUMMARY" or not row["conid"] or quantity < 2:
        return [row]
    if random.random() < 0.4:
        return [row]
    first = Decimal(random.randint(1, int(quantity) - 1))
    lots = []
    for part in (first, quantity - first):
        value = Decimal(row["positionValue"]) * part / quantity
        cost = value * random.randint(50, 150) / 100
        lots.append({
            **row,
            "levelOfDetail": "LOT",
            "position": format(part, "f"),
            "positionValue": format(round(value, 6), "f"),
            "costBasisMoney": format(round(cost, 6), "f"),
            "openDateTime": _day(random, -800, 0),
            "fifoPnlUnrealized": "",
        })  # fmt: skip
    return [row, *lots]


def _trade(random: Random, rows: Rows) -> Dict[str, str]:
    row = random.choice(rows["OpenPosition"])
    side = random.choice(("BUY", "SELL"))
    money, paid = str(random.randint(1, 10**6)), f"-{random.randint(0, 900)}.25"
    currency = row["currency"]
    return trade(row["symbol"], row["conid"], side, "1", money, paid, _day(random, -300, 0),
                 currency=currency, fxRateToBase=row.get("fxRateToBase", ""),
                 ibCommissionCurrency=random.choice((currency, "")),
                 assetCategory=random.choice(("STK", "BOND", "CASH")))  # fmt: skip


def _payment(random: Random, rows: Rows) -> Dict[str, str]:
    row = random.choice(rows["OpenPosition"])
    amount = f"{random.randint(-500, 500)}.{random.randint(0, 99):02}"
    return flow(random.choice(KINDS), amount, row["conid"], row["symbol"], _day(random, -500, 0),
                currency=random.choice((row["currency"], random.choice(tuple(RATES)))),
                fxRateToBase="")  # fmt: skip


@given(st.randoms(use_true_random=False), st.sampled_from(OPTIONS))
def test_every_random_review_and_strategy_passes_its_checks(random: Random, option: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "statement.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(as_xml(full_rows(random)))
        for story in STORIES:
            own = "" if story is review_portfolio and "lock" not in option else option
            text = f"growth --statement {path} {own}"
            try:
                outcome = story(read_review_text("investment-strategy", text), "2026-11-20")
            except Refusal as refusal:
                keys = (*RIGHT_REFUSALS, "row_twice", "lock_unknown", "lock_near",
                        "withdraw_too_much", "withdraw_no_sell")  # fmt: skip
                assert refusal.key in keys, refusal
                continue
            assert all(row["passed"] for row in outcome.document["checks"])
            assert len(outcome.report(3)) <= len(outcome.report())


def random_household(random: Random) -> str:
    """Three random accounts, often with the same holdings, of any type, mostly of one currency."""
    first = full_rows(random)
    base = first["AccountInformation"][0]["currency"] if random.random() < 0.8 else ""
    contents = [first, full_rows(random, base), full_rows(random, base)]
    _one_contract_a_number(contents)
    accounts = []
    numbers = random.sample(("U1111111", "U2222222", "U3331111", "U4444444"), 3)
    for number, content in zip(numbers, contents):
        (info,) = content["AccountInformation"]
        info["accountType"] = random.choice(("Individual", "Roth IRA", "Individual", ""))
        info["accountId"] = number
        if random.random() > 0.97:
            content.update(OpenPosition=[], EquitySummaryByReportDateInBase=[])
        accounts.append((number, content))
    return household_xml(accounts)


def _one_contract_a_number(contents: List[Rows]) -> None:
    """A number that is another contract's in an account before becomes one of its own."""
    known: Dict[str, Tuple[str, ...]] = {}
    for place, content in enumerate(contents):
        others: Dict[str, str] = {}
        own_number: Dict[Tuple[str, ...], str] = {}
        for row in content["OpenPosition"]:
            names = ("symbol", "currency", "assetCategory", "isin")
            own, number = tuple(row.get(name, "") for name in names), row["conid"]
            if number and known.setdefault(number, own) != own:
                new = own_number.setdefault(own, f"{place}{len(own_number)}{number}")
                row["conid"] = others[number] = new
        for name in ("Trade", "CashTransaction"):
            for row in content.get(name, ()):
                row["conid"] = others.get(row["conid"], row["conid"])


@given(st.randoms(use_true_random=False), st.sampled_from(OPTIONS))
@settings(max_examples=25)
def test_every_random_household_passes_its_checks(random: Random, option: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "statement.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(random_household(random))
        for story in STORIES:
            own = "" if "withdraw" in option else option
            text = f"growth --statement {path} --account all {own}"
            try:
                outcome = story(read_review_text("investment-strategy", text), "2026-11-20")
            except Refusal as refusal:
                keys = (*RIGHT_REFUSALS, "row_twice", "account_refused", "lock_unknown",
                        "lock_near")  # fmt: skip
                assert refusal.key in keys, refusal
                assert "own check" not in str(refusal), refusal
                continue
            assert all(row["passed"] for row in outcome.document["household"]["checks"])
            assert len(outcome.report(3)) < len(outcome.report())


@pytest.mark.parametrize("seed", [690, 838, 912, 1003])
def test_bonds_that_are_due_soon_or_bought_many_times_over_are_no_fault(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "statement.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(random_household(Random(seed)))
        for profile in PROFILES:
            words = f"{profile} --statement {path} --account all"
            outcome = plan_strategy(read_review_text("investment-strategy", words), "2026-11-20")
            assert all(row["passed"] for row in outcome.document["household"]["checks"])
