"""--account all: a plan for each account, and the household's classes together."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from terminal import run

from ib_portfolio.household import household_document, household_plans
from ib_portfolio.request.request import parse_text

FLEX = Path(__file__).parents[1] / "fixtures" / "flex"
SEVERAL = str(FLEX / "several_accounts.xml")


def documents(*options: str) -> dict:
    words = ["--statement", SEVERAL, "growth", "--account", "all", "--json", *options]
    answer = run(words)
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def test_each_account_has_the_plan_it_has_alone():
    found = documents()
    assert [one["account"] for one in found["accounts"]] == ["U***1111", "U***2222"]
    for number, one in zip(("U1111111", "U2222222"), found["accounts"]):
        words = ["--statement", SEVERAL, "growth", "--account", number, "--json"]
        assert json.loads(run(words).out) == one


def test_the_household_is_the_sum_and_no_money_moves_between_accounts():
    found = documents()
    for row in found["household"]["classes"]:
        own = [
            Decimal(part["current_value"])
            for one in found["accounts"]
            for part in one["classes"]
            if part["asset_class"] == row["asset_class"]
        ]
        assert Decimal(row["current_value"]) == sum(own) and len(own) == 2
    shares = [Decimal(row["current_pct"]) for row in found["household"]["classes"]]
    assert sum(shares) == 100
    text = run(["--statement", SEVERAL, "growth", "--account", "all"]).out
    assert "=== Household: 2 accounts together ===" in text
    assert text.count("=== Portfolio Rebalancing Report ===") == 2
    assert "No money moves between the accounts." in text


def test_a_typed_lock_must_be_held_in_one_of_the_accounts():
    held = documents()["accounts"][0]["trades"][0]["symbol"]
    for one in documents("--lock", held)["accounts"]:
        assert held not in [row["symbol"] for row in one["trades"]]
    words = ["--statement", SEVERAL, "growth", "--account", "all", "--lock", f"{held},NOTHELD"]
    answer = run(words)
    assert (answer.code, answer.out) == (1, "")
    assert "NOTHELD" in answer.err


def test_the_schema_describes_a_household():
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    folder = Path(__file__).parents[2] / "schemas"
    schemas = {
        name: json.loads((folder / f"{name}.schema.json").read_text("utf-8"))
        for name in ("household", "plan", "target")
    }
    known = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()
    )
    validator = Draft202012Validator(schemas["household"], registry=known)
    found = documents("--band", "5")
    assert not list(validator.iter_errors(found))
    del found["household"]["classes"][0]["after_pct"]
    assert list(validator.iter_errors(found))


@pytest.mark.parametrize("option", ["--contribute 500", "--withdraw 500"])
def test_an_amount_belongs_to_one_account(option):
    answer = run(["--statement", SEVERAL, "growth", "--account", "all", *option.split()])
    assert answer.code == 2 and "--account" in answer.err and not answer.out


def test_accounts_of_different_base_currencies_are_not_added_up(tmp_path):
    text = Path(SEVERAL).read_text("utf-8")
    head, tail = text.split('accountId="U2222222"', 1)
    tail = tail.replace('currency="USD"', 'currency="EUR"')
    path = tmp_path / "two.xml"
    path.write_text(head + 'accountId="U2222222"' + tail, "utf-8")
    found = household_document(
        household_plans(parse_text(f"--statement {path} growth --account all"), None)
    )
    assert [one["base_currency"] for one in found["accounts"]] == ["USD", "EUR"]
    assert found["household"]["classes"] == []


def test_an_account_without_a_plan_is_named(tmp_path):
    text = Path(SEVERAL).read_text("utf-8")
    head, tail = text.split('accountId="U2222222"', 1)
    path = tmp_path / "two.xml"
    path.write_text(head + 'accountId="U2222222"' + tail.replace("endingCash", "x"), "utf-8")
    answer = run(["--statement", os.fspath(path), "growth", "--account", "all"])
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("Account U***2222 has no plan: ")


CASH_ONLY = """<FlexStatement accountId="{account}" toDate="20261120">
<AccountInformation accountId="{account}" currency="USD"/>
<EquitySummaryInBase>
<EquitySummaryByReportDateInBase reportDate="20261120" stock="{stock}" total="{total}"/>
</EquitySummaryInBase>
<CashReport><CashReportCurrency currency="BASE_SUMMARY" endingCash="{cash}"/></CashReport>
</FlexStatement>
</FlexStatements>"""


def with_account(tmp_path: Path, cash: str, stock: str = "0", account: str = "U3333333") -> list:
    """The words for a file of three accounts, the third without positions."""
    total = Decimal(cash) + Decimal(stock)
    more = CASH_ONLY.format(account=account, cash=cash, stock=stock, total=total)
    path = tmp_path / "three.xml"
    path.write_text(Path(SEVERAL).read_text("utf-8").replace("</FlexStatements>", more), "utf-8")
    return ["--statement", os.fspath(path), "growth", "--account", "all"]


def test_an_account_of_cash_alone_is_a_plan_without_trades(tmp_path):
    words = with_account(tmp_path, "5000")
    found = json.loads(run([*words, "--json"]).out)
    assert found["accounts"][:2] == documents()["accounts"]
    last = found["accounts"][2]
    assert (last["account"], last["trades"], last["investable_value"]) == (
        "U***3333",
        [],
        "5000.00",
    )
    assert last["checks"] and all(check["passed"] for check in last["checks"])
    text = run(words).out
    assert "=== Household: 3 accounts together ===" in text and "Account: U***3333" in text


def test_an_account_whose_positions_are_not_in_the_file_is_no_account_of_cash(tmp_path):
    answer = run(with_account(tmp_path, "5000", stock="700"))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("Account U***3333 has no plan: No portfolio positions found.")


def test_an_account_with_nothing_in_it_is_left_out_and_named(tmp_path):
    found = json.loads(run([*with_account(tmp_path, "0"), "--json"]).out)
    assert len(found["accounts"]) == 2
    note = "Left out, because they hold neither positions nor cash: U***3333."
    assert note in found["accounts"][0]["heading_notes"]


def test_cash_alone_in_every_account_is_refused(tmp_path):
    text = CASH_ONLY.format(account="U1", cash="5", stock="0", total="5")
    path = tmp_path / "cash.xml"
    path.write_text(f"<FlexQueryResponse><FlexStatements>{text}</FlexQueryResponse>", "utf-8")
    answer = run(["--statement", os.fspath(path), "growth", "--account", "all"])
    assert answer.code == 1 and "add the section Open Positions (Summary)" in answer.err


def test_the_foreign_exchange_segment_of_an_account_has_no_plan_of_its_own(tmp_path):
    words = with_account(tmp_path, "9", account="U2222222F")
    found = json.loads(run([*words, "--json"]).out)
    assert [one["account"] for one in found["accounts"]] == ["U***1111", "U***2222"]
    said = "U***222F, the foreign-exchange segment of this account, has cash of its own"
    assert any(text.startswith(said) for text in found["accounts"][1]["warnings"])
