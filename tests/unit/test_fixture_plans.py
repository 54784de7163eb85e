"""The plans of known statements: the figures that were asked for, and the files of all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any, Dict, List

import pytest
from recalculation import differences
from terminal import SAMPLE, STATEMENTS, TESTS

sys.path.insert(0, TESTS)

import expected_plans
from expected_plans import ALL, PLANS, cases, make_plan, plan_path

Document = Dict[str, Any]


def _trades(plan: Document) -> List[str]:
    return [f"{row['action']} {row['symbol']} {row['quantity']}" for row in plan["trades"]]


@pytest.mark.parametrize(("statement", "profile"), list(cases()))
def test_expected_plan(statement: str, profile: str) -> None:
    with open(plan_path(statement, profile), encoding="utf-8") as file:
        expected = json.load(file)
    plan, simulated = (make_plan(statement, profile, *mode) for mode in ((), ("--dry-run",)))
    checks = plan.pop("checks")
    assert plan.pop("checks_not_applicable") == []
    assert plan == expected
    assert checks and all(check["passed"] for check in checks)
    assert simulated == {
        **plan,
        "checks": checks,
        "checks_not_applicable": [],
        "dry_run": True,
    }


@pytest.mark.parametrize(("statement", "profile"), list(cases()))
def test_expected_plan_follows_from_the_statement(statement: str, profile: str) -> None:
    path = SAMPLE if statement == "sample" else os.path.join(STATEMENTS, f"{statement}.xml")
    with open(plan_path(statement, profile), encoding="utf-8") as file:
        assert list(differences(json.load(file), path)) == []


def test_the_recalculation_sees_wrong_figures() -> None:
    plan = make_plan("sample", "growth")
    trade = plan["trades"][0]
    wrong = [
        {"investable_value": "1.00"},
        {"target_allocation": {**plan["target_allocation"], "VTI": 1.0}},
        {"trades": plan["trades"][1:]},
        {"held": []},
        *({"trades": [{**trade, key: "3000.00"}, *plan["trades"][1:]]} for key in CLAIMS),
        {"summary": {**plan["summary"], "cash_after": "26089.66"}},
    ]
    for change in wrong:
        assert list(differences({**plan, **change}, SAMPLE)), change


CLAIMS = ("quantity", "amount", "commission", "estimated_realized_gain")


def test_every_expected_plan_is_of_a_case() -> None:
    wanted = {os.path.basename(plan_path(*case)) for case in cases()}
    assert set(os.listdir(PLANS)) == wanted
    assert len(wanted) >= 16


def test_the_command_writes_what_the_tests_expect() -> None:
    assert subprocess.run([sys.executable, expected_plans.__file__]).returncode == 0


def test_seed_balanced_is_on_target() -> None:
    plan = make_plan("a_seed_example", "balanced")
    target = {"CSPX": 30, "INDA": 20, "STRIPS-2040": 40, "USD.CASH": 10}
    assert plan["target_allocation"] == target
    assert plan["trades"] == [] and plan["warnings"] == [] and plan["unfilled"] == []
    assert [row["drift_pct"] for row in plan["classes"]] == ["0", "0", "0"]


def test_seed_growth_sells_half_the_face_and_buys_both_stocks() -> None:
    plan = make_plan("a_seed_example", "growth")
    assert _trades(plan)[0] == "SELL STRIPS-2040 50000"
    assert [row["unit"] for row in plan["trades"]] == ["face", "shares", "shares"]
    assert sorted(row["symbol"] for row in plan["trades"][1:]) == ["CSPX", "INDA"]
    assert Decimal(plan["summary"]["cash_after"]) >= 10_000
    assert plan["tax"] == {"gains": "1250.00", "losses": "0.00", "net": "1250.00"}


def test_all_stocks_sells_nothing_for_the_missing_class() -> None:
    """The cash is at its own target, so that no sale would serve anything."""
    plan = make_plan("b_all_stocks", "balanced")
    assert plan["trades"] == []
    stocks, bonds, cash = plan["classes"]
    assert (stocks["after_pct"], bonds["after_value"], cash["after_pct"]) == ("90", "0.00", "10")
    assert plan["unfilled"] == [{"asset_class": "BOND", "value": "40000.00"}]
    assert plan["warnings"][0] == (
        "Rebalancing to this profile requires adding BOND positions. "
        "Currently no BOND holdings exist."
    )
    assert "BOND lacks $40,000.00" in plan["warnings"][1]
    assert plan["target_allocation"]["USD.CASH"] == 10


def test_all_stocks_sells_what_the_cash_itself_lacks() -> None:
    plan = make_plan("b_all_stocks", "conservative")
    assert {row["action"] for row in plan["trades"]} == {"SELL"}
    stocks, bonds, cash = plan["classes"]
    assert 84 < Decimal(stocks["after_pct"]) <= 85 and bonds["after_value"] == "0.00"
    assert 15_000 <= Decimal(cash["after_value"]) < 15_600
    assert plan["target_allocation"]["USD.CASH"] == 15


def test_messy_sets_aside_what_its_shorts_tie_up() -> None:
    plan = make_plan("c_messy25", "growth")
    found = [(row["symbol"], row["kind"], row["amount"]) for row in plan["reserved"]]
    assert found == [
        ("TSLA", "short stock", "15300.00"),
        ("SPY   270115P00500000", "short put", "50000.00"),
    ]
    assert plan["set_aside"] == "0.00" and plan["summary"]["total_buy"] == "0.00"
    assert any("is more than the cash (-$36,990.00)" in line for line in plan["warnings"])
    assert any("MESZ6 ($30,000.00)" in line for line in plan["warnings"])


@pytest.mark.parametrize("profile", ALL)
def test_messy_leaves_alone_what_is_no_long_stock_or_bond(profile: str) -> None:
    plan = make_plan("c_messy25", profile)
    held = {row["symbol"]: (row["asset_class"], row["reason"]) for row in plan["held"]}
    assert held == {
        "TSLA": ("STK", "short position"),
        "AAPL  270115C00250000": ("OPT", "option"),
        "SPY   270115P00500000": ("OPT", "option"),
        "MESZ6": ("FUT", "future; its value is notional"),
        "VFIAX": ("FUND", "mutual fund"),
        "LEHMQ": ("STK", "no value"),
        "XYZ WS": ("WAR", "warrant"),
        "BTC": ("CRYPTO", "cryptocurrency"),
        "IBUS500": ("CFD", "CFD; its value is notional"),
    }
    assert plan["trades"]
    assert not set(held) & {row["symbol"] for row in plan["trades"]}
    assert not set(held) & set(plan["target_allocation"])


# Units to the target in growth: (75 % of 173,233.80 / 144,775.80 - 1) x held, likewise for bonds.
MESSY_GROWTH = {
    "7203.T JPY": "-102.58",
    "9433.T JPY": "-51.29",
    "SAP EUR": "-6.15",
    "ASML EUR": "-1.03",
    "VOD USD": "-102.58",
    "VOD GBP": "-512.88",
    "VOO USD": "-1.27",
    "T 0 01/21/27 USD": "-12059.32",
    "T 4 1/4 11/15/34 USD": "-9044.49",
    "S 0 02/15/40 USD": "-24118.65",
    "DBR 2.6 08/15/34 EUR": "-6029.66",
}


@pytest.mark.parametrize("holding", MESSY_GROWTH)
def test_messy_units_are_of_the_instrument_not_of_the_base_currency(holding: str) -> None:
    plan = make_plan("c_messy25", "growth")
    row = next(row for row in plan["trades"] if holding == f"{row['symbol']} {row['currency']}")
    step = 1000 if row["asset_class"] == "BOND" else 1
    assert row["action"] == "SELL"
    assert Decimal(row["quantity"]) % step == 0
    assert abs(-Decimal(row["quantity"]) - Decimal(MESSY_GROWTH[holding])) < 3 * step


@pytest.mark.parametrize("statement", ["d_25_plain", "d_500"])
@pytest.mark.parametrize("profile", ALL)
def test_many_weights_sum_to_100_and_none_is_0(statement: str, profile: str) -> None:
    plan = make_plan(statement, profile)
    parts = [Decimal(str(part)) for part in plan["target_allocation"].values()]
    assert sum(parts) == 100
    assert min(parts) > 0
    assert len(parts) == len(plan["held"]) + (26 if statement == "d_25_plain" else 501)
