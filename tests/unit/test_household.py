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


def test_a_lot_holds_in_the_account_that_has_the_symbol():
    held = {row["symbol"] for one in documents()["accounts"] for row in one["trades"]}
    symbol = sorted(held)[0]
    trades = [row for one in documents("--lot", f"{symbol}=7")["accounts"] for row in one["trades"]]
    assert {row["lot_size"] for row in trades if row["symbol"] == symbol} <= {"7"}
    answer = run(["--statement", SEVERAL, "growth", "--account", "all", "--lot", "NOTHELD=7"])
    assert answer.code == 1 and "NOTHELD" in answer.err


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
