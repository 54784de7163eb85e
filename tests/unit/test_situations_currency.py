"""Accounts with several currencies as people have them, and the same kinds with other numbers."""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal
from typing import Any, Dict, List, Tuple

import pytest
from statements_of import holding, plan_of, rows_of
from terminal import TESTS, run

from ib_portfolio.core.messages import Refusal

SITUATIONS = os.path.join(TESTS, "fixtures", "situations")
EURO = {"currency": "EUR", "fxRateToBase": "1.1"}
RATE = {"EUR": Decimal("1.08"), "JPY": Decimal("0.0064"), "USD": Decimal(1)}


def planned(path: str, *words: str) -> Dict[str, Any]:
    answer = run([*words, "--statement", path, "--json"])
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def situation(name: str) -> str:
    return os.path.join(SITUATIONS, f"{name}.xml")


def varied(tmp_path: Any, name: str, cash: Dict[str, str]) -> str:
    """The path of the situation with other amounts of cash, whose parts still add up."""
    with open(situation(name), encoding="utf-8") as file:
        text = file.read()
    before = Decimal(re.search(r'BASE_SUMMARY"[^/]*endingCash="([^"]*)"', text)[1])
    total = Decimal(re.search(r'total="([^"]*)"', text)[1])
    after = sum(Decimal(amount) * RATE[currency] for currency, amount in cash.items())
    for currency, amount in {**cash, "BASE_SUMMARY": f"{after:.2f}"}.items():
        text, count = re.subn(
            rf'(currency="{currency}" [^/]*?endingCash=")[^"]*(" endingSettledCash=")[^"]*',
            rf"\g<1>{amount}\g<2>{amount}",
            text,
        )
        assert count == 1
    text = re.sub(r' cash="[^"]*" total="[^"]*"', "", text)
    text = text.replace(
        'reportDate="20261120" />', f'reportDate="20261120" total="{total - before + after:.2f}" />'
    )
    path = tmp_path / f"{name}.xml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("total", ["15999.39", "16000.61"])
def test_a_total_may_differ_by_the_fifth_digit_of_a_rate_and_a_cent_a_row(total: str) -> None:
    """10,000 EUR at 1.1 and 5,000 USD: 0.00005 of 11,000, and six cents."""
    rows = rows_of([holding("SAP", "STK", "100", "100", **EURO)], "5000")
    summary = {"reportDate": "20261120", "total": total}
    rows["EquitySummaryByReportDateInBase"] = [summary]
    assert plan_of(rows)["net_asset_value"] == total
    summary["total"] = str(
        Decimal(total) + (Decimal("0.01") if "61" in total else -Decimal("0.01"))
    )
    with pytest.raises(Refusal) as refused:
        plan_of(rows)
    assert refused.value.key == "ledger_gap"


def kept(plan: Dict[str, Any]) -> Dict[str, Tuple[Decimal, Decimal]]:
    """Before and after of each currency; no one ends further below zero than it began."""
    found = {
        row["currency"]: (Decimal(row["cash_before"]), Decimal(row["cash_after"]))
        for row in plan["currencies"]
    }
    for before, after in found.values():
        assert after >= min(before, Decimal(0))
    total = sum(after * RATE[name] for name, (_, after) in found.items())
    assert abs(total - Decimal(plan["summary"]["cash_after"])) < Decimal("0.05")
    return found


def orders(plan: Dict[str, Any]) -> List[str]:
    return [f"{row['action']} {row['pair']}" for row in plan["exchanges"]]


KINDS = [
    ("euro_cash", "growth", "SELL EUR.USD", None),
    ("euro_cash", "growth", "SELL EUR.USD", {"USD": "0", "EUR": "48211.07"}),
    ("euro_cash", "balanced", "SELL EUR.USD", {"USD": "1.99", "EUR": "71000"}),
    ("debit_beside_credit", "growth", "SELL EUR.USD", None),
    ("debit_beside_credit", "growth", "SELL EUR.USD", {"USD": "-411.27", "EUR": "23000"}),
    ("debit_beside_credit", "conservative", "SELL EUR.USD", {"USD": "-51000", "EUR": "90000"}),
    ("debit_beside_credit", "growth", "BUY EUR.USD", {"USD": "80000", "EUR": "-7000"}),
    ("yen_pair", "balanced", "BUY USD.JPY", None),
    ("yen_pair", "growth", "BUY USD.JPY", {"USD": "-2500.55", "JPY": "3100000"}),
    ("yen_pair", "balanced", "SELL USD.JPY", {"USD": "60000", "JPY": "-1234567"}),
]


@pytest.mark.parametrize("name, profile, order, cash", KINDS)
def test_currencies_are_exchanged_before_they_are_spent(
    tmp_path: Any, name: str, profile: str, order: str, cash: Any
) -> None:
    path = varied(tmp_path, name, cash) if cash else situation(name)
    plan = planned(path, "--profile", profile)
    assert orders(plan) == [order]
    assert all(after >= 0 for _, after in kept(plan).values())
    (leg,) = plan["exchanges"]
    assert leg["currency"] == leg["pair"][:3]
    value = Decimal(leg["amount"]) * RATE[leg["currency"]]
    assert abs(Decimal(leg["value"]) - value) <= Decimal("0.005")
    cost = max(Decimal(2), (value * 2 / 100_000).quantize(Decimal("0.01")))
    assert Decimal(leg["cost"]) == cost == Decimal(plan["summary"]["exchange_cost"])
    assert Decimal(plan["summary"]["cash_after"]) >= Decimal(plan["investable_value"]) / 10


@pytest.mark.parametrize("name", ["euro_cash", "debit_beside_credit", "yen_pair"])
def test_what_stays_without_exchanges_is_a_warning(name: str) -> None:
    plan = planned(situation(name), "growth", "--keep-currencies")
    assert plan["exchanges"] == [] and plan["summary"]["exchange_cost"] == "0.00"
    dollars = plan["currencies"][0]
    assert Decimal(dollars["cash_after"]) < 0
    shown = f"-${abs(Decimal(dollars['cash_after'])):,.2f}"
    assert any(shown in text and "--keep-currencies" in text for text in plan["warnings"])


def test_the_report_has_the_exchange_between_sells_and_buys() -> None:
    words = ["growth", "--dry-run", "--statement", situation("debit_beside_credit")]
    answer = run(words)
    assert answer.code == 0 and max(map(len, answer.out.split("\n"))) <= 75
    lines = answer.out.split("\n")
    place = next(n for n, line in enumerate(lines) if line.startswith("→ Exchange: SELL EUR.USD €"))
    assert "| BUY " in lines[place + 1]
    assert "Est. Exchange Cost:          $2.00" in lines
    assert "2. Exchange the currencies as listed above, before buying" in lines


def test_a_debit_is_paid_back_beside_a_target_that_is_met(tmp_path: Any) -> None:
    path = varied(tmp_path, "debit_beside_credit", {"USD": "-3000", "EUR": "20000"})
    plan = planned(path, "growth", "--band", "40")
    assert plan["trades"] == [] and orders(plan) == ["SELL EUR.USD"]
    report = run(["growth", "--band", "40", "--statement", path])
    assert report.code == 0 and "→ Exchange: SELL EUR.USD €2,779.6" in report.out
    assert "nothing to do" not in report.out


def test_each_account_of_a_household_exchanges_for_itself(tmp_path: Any) -> None:
    texts = []
    for name, account in (("euro_cash", "U1234567"), ("yen_pair", "U7654321")):
        with open(situation(name), encoding="utf-8") as file:
            text = file.read().replace("U1234567", account)
        texts.append(re.search(r"<FlexStatement .*</FlexStatement>", text, re.DOTALL)[0])
    path = tmp_path / "both.xml"
    whole = '<FlexQueryResponse queryName="x" type="AF"><FlexStatements count="2">'
    path.write_text(f"{whole}{''.join(texts)}</FlexStatements></FlexQueryResponse>", "utf-8")
    household = planned(str(path), "growth", "--account", "all")
    first, second = household["accounts"]
    assert orders(first) == ["SELL EUR.USD"] and orders(second) == ["BUY USD.JPY"]
    for plan in household["accounts"]:
        kept(plan)
