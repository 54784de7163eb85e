"""--account all with few orders, and with sales by tax: each holds in each account."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from household_statement import write_household
from terminal import TESTS, run

sys.path.insert(0, TESTS)

from random_households import outcome

MANY = (("AAA", 60), ("BBB", 25), ("CCC", 10), ("DDD", 4), ("EEE", 3))


def rows_of_many(number: str, kind: str, cash: str, bonds: str) -> dict:
    """Five stocks with lots, one bond; the older lots of AAA and CCC are at a loss."""
    positions, lots = [], []
    for place, (symbol, shares) in enumerate(MANY):
        common = {"symbol": symbol, "conid": str(100 + place), "assetCategory": "STK",
                  "currency": "USD", "fxRateToBase": "1", "markPrice": "100",
                  "reportDate": "20261120"}  # fmt: skip
        cost = shares * (130 if symbol in ("AAA", "CCC") else 40)
        summary = {"position": str(shares), "positionValue": str(shares * 100),
                   "costBasisMoney": str(cost), "fifoPnlUnrealized": str(shares * 100 - cost),
                   "levelOfDetail": "SUMMARY"}  # fmt: skip
        positions.append({**common, **summary})
        lots.append({**common, **summary, "levelOfDetail": "LOT",
                     "openDateTime": "20240105;100000"})  # fmt: skip
    positions.append({"symbol": "T 4 11/15/34", "conid": "200", "assetCategory": "BOND",
                      "currency": "USD", "fxRateToBase": "1", "markPrice": "100",
                      "position": bonds, "positionValue": bonds, "levelOfDetail": "SUMMARY",
                      "reportDate": "20261120"})  # fmt: skip
    return {
        "AccountInformation": [{"accountId": number, "currency": "USD", "accountType": kind}],
        "OpenPosition": positions + lots,
        "CashReportCurrency": [
            {"currency": "BASE_SUMMARY", "endingCash": cash},
            {"currency": "USD", "endingCash": cash},
        ],
    }


@pytest.fixture
def two_accounts(tmp_path: Path) -> str:
    """A taxable account and a Roth IRA with the same positions, both with too many stocks."""
    contents = [
        ("U1111111", rows_of_many("U1111111", "Individual", "100", "3000")),
        ("U2222222", rows_of_many("U2222222", "Roth IRA", "100", "2000")),
    ]
    return write_household(str(tmp_path), contents)


def planned_of(path: str, *words: str) -> dict:
    answer = run(["--statement", path, "balanced", "--account", "all", "--json", *words])
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def test_few_orders_of_a_household_are_few_in_each_account(two_accounts):
    full, few = planned_of(two_accounts), planned_of(two_accounts, "--few-orders", "0.5")
    counts = [[len(one["trades"]) for one in found["accounts"]] for found in (full, few)]
    assert all(fewer <= all_ for all_, fewer in zip(*counts)) and sum(counts[1]) < sum(counts[0])
    for before, after in zip(full["household"]["classes"], few["household"]["classes"]):
        off = Decimal(before["after_pct"]) - Decimal(after["after_pct"])
        assert abs(off) <= Decimal("0.5")
    for one in few["accounts"]:
        assert one["few_orders"]["points"] == "0.5"
        assert "few orders" in [row["name"] for row in one["checks"]]


def test_new_money_in_a_household_makes_few_orders_only_where_that_is_typed(two_accounts):
    money = ("--contribute", "2000@U1111111")
    spread = planned_of(two_accounts, *money)
    assert not any("few_orders" in one for one in spread["accounts"])
    few = planned_of(two_accounts, *money, "--few-orders")
    assert all("few_orders" in one for one in few["accounts"])


def test_sales_of_a_household_go_by_tax_only_where_gains_are_taxed(two_accounts):
    found = planned_of(two_accounts, "--tax-aware")["accounts"]
    taxed, free = sorted(found, key=lambda one: one["account"])
    told = taxed["tax_aware"]
    assert Decimal(told["long"]) < Decimal(told["proportional_long"]) - 100
    assert "tax_aware" not in free
    note = "Sales stay in proportion here: gains of this account are not taxed."
    assert note in free["heading_notes"] and note not in taxed["heading_notes"]
    alone = planned_of(two_accounts)["accounts"]
    assert free["trades"] == max(alone, key=lambda one: one["account"])["trades"]


@pytest.mark.parametrize(("account", "is_free"), [("U1111111", False), ("U2222222", True)])
def test_an_account_alone_goes_by_tax_only_where_gains_are_taxed(two_accounts, account, is_free):
    words = ["--statement", two_accounts, "conservative", "--account", account, "--json"]
    plain, aware = (json.loads(run([*words, *more]).out) for more in ([], ["--tax-aware"]))
    assert ("tax_aware" in aware) == (not is_free)
    assert (aware["trades"] == plain["trades"]) == is_free
    note = "Sales stay in proportion here: gains of this account are not taxed."
    assert (note in aware["heading_notes"]) == is_free


def test_few_orders_beside_a_debt_say_the_same_of_a_bond_as_its_weight() -> None:
    """One bond of 1,012.50, of which nothing more can be had, and a debt of 202.75."""
    assert outcome(1425) == "planned"
