"""--account all: a plan for each account, and the household's classes together."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from portfolios import PROFILES
from terminal import run

from ib_portfolio.household import plan_household
from ib_portfolio.request.request import parse_text

FLEX = Path(__file__).parents[1] / "fixtures" / "flex"
SEVERAL = str(FLEX / "several_accounts.xml")


def documents(*options: str) -> dict:
    words = ["--statement", SEVERAL, "growth", "--account", "all", "--json", *options]
    answer = run(words)
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


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


@pytest.mark.parametrize("option", ["--contribute 500", "--withdraw 500@U9999999", "--reserve 5@"])
def test_an_amount_belongs_to_one_account(option):
    answer = run(["--statement", SEVERAL, "growth", "--account", "all", *option.split()])
    assert answer.code == 2 and "U***1111, U***2222" in answer.err and not answer.out


@pytest.mark.parametrize("name", ["U1111111", "u***1111"])
def test_new_money_goes_into_the_account_that_it_names(name):
    plain, given = documents(), documents("--contribute", f"5k@{name}")
    values = [Decimal(one["investable_value"]) for one in plain["accounts"]]
    more = [Decimal(one["investable_value"]) for one in given["accounts"]]
    assert [after - before for before, after in zip(values, more)] == [5000, 0]


def test_a_household_at_its_target_trades_nothing_though_no_account_is():
    found = json.loads(run([*words_of("household_balanced"), "balanced", "--json"]).out)
    assert [one["trades"] for one in found["accounts"]] == [[], []]
    assert [row["after_pct"] for row in found["household"]["classes"]] == ["50", "40", "10"]
    assert found["household"]["warnings"] == []


def test_nothing_is_sold_in_one_account_and_bought_in_another():
    found = json.loads(run([*words_of("household_location"), "balanced", "--json"]).out)
    orders = [
        (one["account"], trade["action"], trade["symbol"], trade["quantity"])
        for one in found["accounts"]
        for trade in one["trades"]
    ]
    # 62.6/20.7/16.7 of 149,900: 18,950 too much in stocks, 28,960 too little in bonds.
    assert orders == [
        ("U***1111", "SELL", "VTI", "64"),
        ("U***1111", "BUY", "T 4 1/4 11/15/34", "19000"),
        ("U***2222", "BUY", "T 4 1/4 11/15/34", "10000"),
    ]
    after = [Decimal(row["after_pct"]) for row in found["household"]["classes"]]
    assert [abs(one - target) < 1 for one, target in zip(after, (50, 40, 10))] == [True] * 3


def words_of(situation: str) -> list:
    """The words for all accounts of a situation's statement."""
    path = FLEX.parent / "situations" / f"{situation}.xml"
    assert path.is_file()
    return ["--statement", str(path), "--account", "all"]


def test_files_are_written_for_each_account(tmp_path):
    base = tmp_path / "plan.csv"
    basket = tmp_path / "orders.csv"
    found = documents("--csv", str(base), "--basket", str(basket))
    names = {path.name for path in tmp_path.iterdir()}
    # Bonds are in no basket, and an empty basket is not written.
    assert names == {
        "orders-1111-buys.csv",
        "orders-2222-buys.csv",
        "plan-1111.csv",
        "plan-2222.csv",
    }
    for place, number in enumerate(("1111", "2222")):
        rows = (tmp_path / f"plan-{number}.csv").read_text("utf-8-sig")
        for trade in found["accounts"][place]["trades"]:
            assert trade["symbol"] in rows
        said = " ".join(found["accounts"][place]["heading_notes"])
        assert f"plan-{number}.csv" in said


def test_no_file_is_written_where_one_of_them_cannot_be(tmp_path):
    (tmp_path / "plan-2222.csv").write_text("not ours", "utf-8")
    words = ["--statement", SEVERAL, "growth", "--account", "all"]
    answer = run([*words, "--csv", str(tmp_path / "plan.csv")])
    assert (answer.code, answer.out) == (1, "") and "plan-2222.csv" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["plan-2222.csv"]


def test_inside_its_band_together_a_household_trades_nothing():
    found = documents("--band", "50")
    assert [one["trades"] for one in found["accounts"]] == [[], []]
    assert found["household"]["notes"] == [
        "All accounts together are inside the band, so nothing is traded in any."
    ]
    outside = documents("--band", "5")
    assert outside["household"]["notes"] == [] and any(one["trades"] for one in outside["accounts"])


def test_no_sell_holds_in_every_account():
    trades = [row for one in documents("--no-sell")["accounts"] for row in one["trades"]]
    assert trades and {row["action"] for row in trades} == {"BUY"}


POLICY = """[target]
STK = 50
BOND = 40

[accounts]
U1111111 = ours, {first}
U2222222 = old age, {second}
"""


@pytest.mark.parametrize(
    ("first", "second", "sells"),
    [
        ("taxable", "tax-free", "U***2222"),
        ("tax-free", "taxable", "U***1111"),
        ("taxable, stocks", "taxable", "U***2222"),
        ("taxable", "taxable, stocks", "U***1111"),
    ],
)
def test_gains_are_sold_where_they_are_free_and_classes_live_where_they_rather_do(
    tmp_path, first, second, sells
):
    """Each holds VTI at a gain and bonds; together there is too much in stocks."""
    policy = tmp_path / "policy.ini"
    policy.write_text(POLICY.format(first=first, second=second), "utf-8")
    text = (FLEX.parent / "situations" / "household_location.xml").read_text("utf-8")
    text = text.replace('position="20" markPrice="300" positionValue="6000"', ALIKE)
    text = text.replace('cash="23000" total="59000"', 'cash="23000" total="140900"')
    path = tmp_path / "alike.xml"
    path.write_text(text.replace("U1111111", "U1111111"), "utf-8")
    words = ["--statement", str(path), "--account", "all", "--policy", str(policy), "--json"]
    answer = run(words)
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    sold = {
        one["account"]
        for one in found["accounts"]
        for trade in one["trades"]
        if trade["action"] == "SELL"
    }
    assert sold == {sells}
    assert "household: gains where they are free" in [
        row["name"] for row in found["household"]["checks"]
    ] or {first, second} != {"taxable", "tax-free"}


ALIKE = 'position="293" markPrice="300" positionValue="87900"'


@pytest.mark.parametrize("told", ["taxed", "taxable; stocks", "tax-free, gold"])
def test_an_unknown_word_of_an_account_is_a_mistake_with_its_line(tmp_path, told):
    policy = tmp_path / "policy.ini"
    policy.write_text(POLICY.format(first="taxable", second=told), "utf-8")
    answer = run(["--statement", SEVERAL, "--account", "all", "--policy", str(policy)])
    assert (answer.code, answer.out) == (1, "") and "policy.ini, line 7" in answer.err


def test_accounts_of_different_base_currencies_are_not_added_up(tmp_path):
    text = Path(SEVERAL).read_text("utf-8")
    head, tail = text.split('accountId="U2222222"', 1)
    tail = tail.replace('currency="USD"', 'currency="EUR"')
    path = tmp_path / "two.xml"
    path.write_text(head + 'accountId="U2222222"' + tail, "utf-8")
    found = plan_household(parse_text(f"--statement {path} growth --account all"), None)
    assert [one["base_currency"] for one in found["accounts"]] == ["USD", "EUR"]
    assert found["household"]["classes"] == []


SITUATIONS = sorted((FLEX.parent / "situations").glob("*.xml"))
RUNS = [(path, PROFILES[place % len(PROFILES)]) for place, path in enumerate(SITUATIONS)]


@pytest.mark.parametrize(("path", "profile"), RUNS, ids=lambda one: getattr(one, "name", one))
def test_every_situation_is_a_household_of_its_own(tmp_path, path, profile):
    """Of one account, too, the plan passes the checks of a household, with its page."""
    words = ["--statement", str(path), "--account", "all", profile]
    answer = run([*words, "--html", str(tmp_path / "plan.html")])
    if answer.code:
        assert answer.code == 1 and answer.err.count("\n") == 1
        assert "own check" not in answer.err and "went wrong" not in answer.err
    else:
        assert "CHECKS OF THE HOUSEHOLD" in answer.out


def test_drift_is_of_all_accounts_together(tmp_path):
    """Stocks 120,000, bonds 96,000 and cash 24,000 of 240,000, whatever each account holds."""
    answer = run([*words_of("household_balanced"), "growth", "--drift"])
    assert answer.code == 3 and answer.out.splitlines() == [
        "Stocks   50.0% of  75.0%   -25.0 points, band 5.0: OUTSIDE",
        "Bonds    40.0% of  15.0%   +25.0 points, band 3.8: OUTSIDE",
        "Cash     10.0% of  10.0%     0.0 points, band 2.5: inside",
    ]
    target = ["--target", "VTI 46, BOND 40, CASH 14", "--band", "5,CASH=4"]
    answer = run([*words_of("household_balanced"), *target, "--drift"])
    assert answer.code == 0 and answer.out.splitlines() == [
        "VTI     50.0% of  46.0%    +4.0 points, band 5.0: inside",
        "Bonds   40.0% of  40.0%     0.0 points, band 5.0: inside",
        "Cash    10.0% of  14.0%    -4.0 points, band 4.0: inside",
    ]


def test_drift_of_different_base_currencies_is_of_each_account(tmp_path):
    text = Path(SEVERAL).read_text("utf-8")
    head, tail = text.split('accountId="U2222222"', 1)
    path = tmp_path / "two.xml"
    told = tail.replace('currency="USD"', 'currency="EUR"')
    path.write_text(head + 'accountId="U2222222"' + told, "utf-8")
    answer = run(["--statement", str(path), "growth", "--account", "all", "--drift"])
    assert answer.code == 3, answer.err
    named = [line for line in answer.out.splitlines() if line.startswith("Account ")]
    assert named == ["Account U***1111", "Account U***2222"]


def test_an_account_without_a_plan_is_named(tmp_path):
    text = Path(SEVERAL).read_text("utf-8")
    head, tail = text.split('accountId="U2222222"', 1)
    path = tmp_path / "two.xml"
    path.write_text(head + 'accountId="U2222222"' + tail.replace("endingCash", "x"), "utf-8")
    answer = run(["--statement", os.fspath(path), "growth", "--account", "all"])
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("Account U***2222 has no plan: ")


def same_holdings(tmp_path: Path, **told: str) -> list:
    """The words for two accounts that hold VTI at a gain and bonds; `told` are their own types.

    Together there is too much in stocks.
    """
    text = (FLEX.parent / "situations" / "household_location.xml").read_text("utf-8")
    text = text.replace('position="20" markPrice="300" positionValue="6000"', ALIKE)
    text = text.replace('cash="23000" total="59000"', 'cash="23000" total="140900"')
    for account, field in told.items():
        plain = f'<AccountInformation accountId="{account}" currency="USD" name="X" '
        assert text.count(plain + 'accountType="Individual"') == 1
        text = text.replace(plain + 'accountType="Individual"', plain + field)
    (tmp_path / "alike.xml").write_text(text, "utf-8")
    return ["--statement", str(tmp_path / "alike.xml"), "--account", "all", "balanced", "--json"]


@pytest.mark.parametrize("retired", ["U1111111", "U2222222"])
@pytest.mark.parametrize("field", ['accountType="IRA-ROTH New"', 'customerType="IRA-SEP"'])
def test_gains_are_rather_sold_in_the_account_that_its_type_frees_of_tax(tmp_path, retired, field):
    found = json.loads(run(same_holdings(tmp_path, **{retired: field})).out)
    sold = {
        one["account"]
        for one in found["accounts"]
        for trade in one["trades"]
        if trade["action"] == "SELL"
    }
    assert sold == {f"{retired[0]}***{retired[-4:]}"}


def test_a_typed_lock_stands_beside_the_amount_of_one_account():
    held = documents()["accounts"][0]["trades"][0]["symbol"]
    found = documents("--lock", held, "--contribute", "5000@U1111111")
    assert held not in [row["symbol"] for one in found["accounts"] for row in one["trades"]]


def renamed(tmp_path: Path, first: str, second: str) -> str:
    """The path of a statement whose two accounts have other numbers."""
    text = Path(SEVERAL).read_text("utf-8")
    path = tmp_path / "renamed.xml"
    path.write_text(text.replace("U1111111", first).replace("U2222222", second), "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("first", "second", "shown", "files"),
    [
        ("U12/../9", "U1234567", ["U***../9", "U***4567"], ["plan-9.csv", "plan-4567.csv"]),
        ("AB123", "CD456", ["*** (1)", "*** (2)"], ["plan-1.csv", "plan-2.csv"]),
        ("U111//99", "U222..99", ["U***//99", "U***..99"], ["plan-1.csv", "plan-2.csv"]),
    ],
)
def test_files_of_accounts_are_apart_whatever_their_numbers_are(
    tmp_path, first, second, shown, files
):
    statement, folder = renamed(tmp_path, first, second), tmp_path / "files"
    folder.mkdir()
    words = ["--statement", statement, "growth", "--account", "all", "--json"]
    answer = run([*words, "--csv", str(folder / "plan.csv")])
    assert answer.code == 0, answer.err
    assert [one["account"] for one in json.loads(answer.out)["accounts"]] == shown
    assert sorted(path.name for path in folder.iterdir()) == sorted(files)


def with_debt(tmp_path: Path) -> list:
    """The words for two accounts at the target together, of which the second owes 2,000."""
    text = (FLEX.parent / "situations" / "household_balanced.xml").read_text("utf-8")
    first, second = text.split('<FlexStatement accountId="U2222222"')
    first = first.replace('"12000"', '"26000"').replace('"132000"', '"146000"')
    second = second.replace('"12000"', '"-2000"').replace('"108000"', '"94000"')
    path = tmp_path / "debt.xml"
    path.write_text(f'{first}<FlexStatement accountId="U2222222"{second}', "utf-8")
    return ["--statement", str(path), "--account", "all", "balanced", "--json"]


def test_an_account_that_ends_in_debt_is_named_with_what_it_owes(tmp_path):
    """The household is at its target, so nothing is traded and the debt stays."""
    found = json.loads(run(with_debt(tmp_path)).out)
    ends = {one["account"]: one["summary"]["cash_after"] for one in found["accounts"]}
    owing = [name for name, end in ends.items() if Decimal(end) < 0]
    warnings = [one for one in found["household"]["warnings"] if "in debt" in one]
    assert len(owing) == 1 and len(warnings) == 1, (ends, warnings)
    amount = f"${-Decimal(ends[owing[0]]):,.2f}"
    assert warnings[0].startswith(f"{owing[0]} ends {amount} in debt")
    assert "other accounts end with $" in warnings[0]


def test_the_page_of_each_account_tells_the_targets_of_its_part(tmp_path):
    """Each has what it is to have, though the cash of all together would be 24,000."""
    answer = run([*with_debt(tmp_path), "--html", str(tmp_path / "plan.html")])
    assert not answer.code, answer.err
    told = [
        {row["symbol"]: (row["before"], row["target"]) for row in account["holdings"]}
        for account in json.loads(answer.out)["accounts"]
    ]
    assert told == [
        {"VTI": ("120000.00", "120000.00"), "USD.CASH": ("26000.00", "26000.00")},
        {"T 4 1/4 11/15/34": ("96000.00", "96000.00"), "USD.CASH": ("-2000.00", "-2000.00")},
    ]


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
    assert [one["account"] for one in found["accounts"][:2]] == ["U***1111", "U***2222"]
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


@pytest.mark.parametrize("profile", ["growth", "income"])
def test_what_costs_more_than_it_is_worth_is_not_left_undone(profile):
    """Of a bond in default the commission on the face is more than all that could be bought."""
    statement = str(FLEX / "bond_in_default.xml")
    answer = run(["--statement", statement, "--account", "all", profile])
    assert not answer.code, answer.err
    assert "under its target of all accounts" in answer.out.replace("\n  ", " ")


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
