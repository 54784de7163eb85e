"""/optimize-portfolio --account all: sums, order and costs worked out by hand; every check bites.

The household: U1 is the year of review_statement (90,940), U2 a Roth IRA (5 ACME bought on 11-10,
20 VTI, 33,000 cash: 40,000), U3 holds 10 ACME that cost 2,500 and 5,000 cash (7,000), U4 is empty
but bought and sold an ACME on 11-15 and 16, U5 is 3,000 of cash. Together 140,940.

Conservative wants 35,235 of stocks, 84,564 of bonds and 21,141 of cash. Bonds can be bought in U1
alone: beside 9,000 of stocks in U2 and U3 it keeps 26,235, and the rest of its 90,940 is for bonds.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, Dict, List

import pytest
from household_statement import CASH, EMPTY, ROTH, SMALL, TAXABLE, household, write_household
from review_statement import ACME, lot, trade
from terminal import STATEMENTS, run
from test_review import DOORS, ask

from ib_portfolio.checks.reviews import household_checks
from ib_portfolio.checks.reviews.household_checks import check_household
from ib_portfolio.core.messages import Refusal
from ib_portfolio.household import distinct_masks, read_household
from ib_portfolio.household_review import reviewed_household
from ib_portfolio.request.review_request import read_review_text
from ib_portfolio.sources.flex_flows import FLOW_FIELDS

NAMES = ["U***1111", "U***2222", "U***3333", "U***5555"]


def reviewed(path: str, *words: str) -> Dict[str, Any]:
    answer = ask("optimize-portfolio", "--statement", path, "--account", "all", "--json", *words)
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


@pytest.fixture(scope="module")
def path(tmp_path_factory: Any) -> str:
    return write_household(str(tmp_path_factory.mktemp("household")), household())


@pytest.fixture(scope="module")
def document(path: str) -> Dict[str, Any]:
    return reviewed(path, "conservative")


@pytest.fixture(scope="module")
def whole(document: Dict[str, Any]) -> Dict[str, Any]:
    return document["household"]


def test_each_account_is_there_and_the_empty_one_is_named(whole: Dict[str, Any]) -> None:
    assert [row["account"] for row in whole["members"]] == NAMES
    assert [row["retirement"] for row in whole["members"]] == [False, True, False, False]
    assert [row["net_asset_value"] for row in whole["members"]] == [
        "90940.00", "40000.00", "7000.00", "3000.00"
    ]  # fmt: skip
    assert whole["net_asset_value"] == "140940.00"
    left_out = "Left out, because they hold neither positions nor cash: U***4444."
    assert left_out in whole["heading_notes"]
    assert all(row["passed"] for row in whole["checks"]) and len(whole["checks"]) == 13


def test_classes_are_added_up_beside_the_one_target(whole: Dict[str, Any]) -> None:
    # Stocks 50,000 + 7,000 + 2,000; bonds 32,000; cash 8,940 + 33,000 + 5,000 + 3,000.
    found = [(row["asset_class"], row["current_value"], row["target_pct"]) for row in
             whole["classes"]]  # fmt: skip
    assert found == [
        ("STK", "59000.00", "25"),
        ("BOND", "32000.00", "60"),
        ("CASH", "49940.00", "15"),
    ]
    # 59,000 / 140,940 = 41.8618%; of the target 25 is that 16.8618 over.
    assert (whole["classes"][0]["current_pct"], whole["classes"][0]["drift_pct"]) == (
        "41.8618",
        "16.8618",
    )


def test_one_contract_in_several_accounts_is_one_position(whole: Dict[str, Any]) -> None:
    # VTI 30,000 + 6,000; ACME 20,000 + 1,000 + 2,000; the Bund 22,000; ACME's bond 10,000: 91,000.
    # Squares: 1,296 + 529 + 484 + 100 = 2,409 million; 8,281 / 2,409 = 3.4375.
    part = whole["concentration"]
    assert [(row["name"], row["value"], row["accounts"]) for row in part["largest"]] == [
        ("VTI", "36000.00", NAMES[:2]),
        ("ACME", "23000.00", NAMES[:3]),
        ("DBR 2 11/20/27", "22000.00", NAMES[:1]),
        ("ACME 5 11/20/28", "10000.00", NAMES[:1]),
    ]
    assert (part["positions"], part["long_value"]) == (4, "91000.00")
    assert part["effective_positions"] == "3.44"
    (issuer,) = part["issuers"]
    # 33,000 of 140,940.
    assert (issuer["value"], issuer["share_pct"]) == ("33000.00", "23.4142")
    assert (issuer["symbols"], issuer["accounts"]) == (["ACME", "ACME 5 11/20/28"], NAMES[:3])
    # USD 60,000 + 10,000, 7,000 + 33,000, 2,000 + 5,000, 3,000; EUR 22,000 - 1,100; CHF 40.
    values = {row["name"]: row["value"] for row in part["currencies"]}
    assert values == {"USD": "120000.00", "EUR": "20900.00", "CHF": "40.00"}


def test_costs_and_income_are_sums_of_what_all_accounts_tell(whole: Dict[str, Any]) -> None:
    # U1 40,900 and 10.50; the Roth bought for 1,000 and paid 1: 11.50 / 41,900 = 2.745 points.
    costs = whole["costs"]
    assert (costs["turnover"], costs["commissions"]) == ("41900.00", "11.50")
    assert (costs["basis_points"], costs["exchange_commissions"]) == ("2.74", "2.00")
    # Three of them have no Cash Transactions.
    assert costs["fees"] is None and whole["income"]["dividends"] is None
    # 49,940 - 21,141.
    assert costs["cash_over_target"] == "28799.00"
    assert whole["income"]["coupon_total"] == "940.00"
    assert [row["year"] for row in whole["bonds"]["ladder"]] == [2027, 2028]
    assert whole["bonds"]["duration"] == "1.2618"


def test_losses_are_taken_where_they_cost_least_and_never_in_an_ira(whole: Dict[str, Any]) -> None:
    # A sale costs the minimum of a dollar in both: of 1,800 that is 0.0556%, of 500 0.2%.
    # The last purchase in any account was on 11-15, in the one that is empty now: free on 12-16.
    # No plan buys ACME.
    common = {"symbol": "ACME", "long": "0.00", "unsplit": "0.00", "free_from": "2026-12-16",
              "purchases_told": True, "bought_in": [], "lost_for_good": False,
              "cost": "1.00"}  # fmt: skip
    assert whole["losses"] == [
        {**common, "account": "U***1111", "quantity": "60", "short": "-1800.00",
         "total": "-1800.00", "cost_pct": "0.0556", "cheapest": True},
        {**common, "account": "U***3333", "quantity": "10", "short": "-500.00",
         "total": "-500.00", "cost_pct": "0.2", "cheapest": False},
    ]  # fmt: skip


def test_a_loss_names_the_accounts_whose_plans_buy_the_same(path: str) -> None:
    # Growth lacks 46,705 of stocks: each account with cash buys of what it has.
    found = reviewed(path, "growth")
    told = [(row["account"], row["bought_in"], row["lost_for_good"])
            for row in found["household"]["losses"]]  # fmt: skip
    assert told == [("U***1111", NAMES[1:3], True), ("U***3333", NAMES[:2], True)]
    (first, *_) = (row for row in found["household"]["actions"] if row["kind"] == "losses")
    assert "the plan of U***2222, U***3333 buys ACME" in first["sentence"]


def test_actions_of_all_accounts_are_ranked_and_name_theirs(whole: Dict[str, Any]) -> None:
    # U1: 90,940 - 26,235 of bonds, 32,705 more than it has. ACME: 33,000 - 14,094.
    found = [(row["kind"], row["figure"], row["accounts"]) for row in whole["actions"]]
    assert found == [
        ("rebalance", "32705.00", NAMES[:1]),
        ("issuer", "18906.00", NAMES[:3]),
        ("losses", "1800.00", NAMES[:1]),
        ("debit", "1100.00", NAMES[:1]),
        ("turning", "800.00", NAMES[:1]),
        ("losses", "500.00", NAMES[2:3]),
        ("idle", "40.00", NAMES[:1]),
    ]
    commands = {row["kind"]: row["command"] for row in whole["actions"]}
    assert commands["losses"] == "/wash-sale-check --account all"
    assert commands["rebalance"].endswith("--profile conservative --account all")
    assert commands["turning"].endswith("--account all --lock ACME")
    assert "ACME 2026-12-16" in " ".join(row["sentence"] for row in whole["actions"])


def test_what_is_much_of_one_account_may_be_little_of_all(tmp_path: Any) -> None:
    # U3: 2,000 of ACME is 29% of it, and 2% of a household without U1 but with 90,000 of cash.
    accounts = [row for row in household() if row[0] in (SMALL, CASH)]
    for row in accounts[1][1]["CashReportCurrency"]:
        row["endingCash"] = "93000"
    found = reviewed(write_household(str(tmp_path), accounts), "growth")
    kinds = [[row["kind"] for row in part["actions"]] for part in
             (found["household"], found["accounts"][0])]  # fmt: skip
    assert ["issuer" in row for row in kinds] == [False, True]


def test_its_plans_are_those_of_the_household_as_one(
    path: str, document: Dict[str, Any], tmp_path: Any
) -> None:
    """Account by account at the same target each would sell what all together lack."""
    words = ["--statement", path, "--account", "all", "conservative", "--json"]
    planned = json.loads(run(words).out)
    assert [one["trades"] for one in document["accounts"]] == [
        len(one["trades"]) for one in planned["accounts"]
    ]
    names = ("asset_class", "current_value", "target_pct", "drift_pct", "after_pct")
    assert [[row[name] for name in names] for row in document["household"]["classes"]] == [
        [row[name] for name in names] for row in planned["household"]["classes"]
    ]
    for warning in planned["household"]["warnings"]:
        assert warning in document["household"]["warnings"]


def test_an_account_alone_and_in_its_household_differ_only_in_plan_and_others(
    path: str, document: Dict[str, Any]
) -> None:
    words = ["--statement", path, "conservative", "--account", TAXABLE, "--json"]
    alone = json.loads(ask("optimize-portfolio", *words).out)
    one = document["accounts"][0]
    different = {name for name in alone if alone[name] != one[name]}
    of_plan = {"typed_options", "classes", "costs", "actions"}
    assert different == {"account_options", "other_accounts", "losses", *of_plan}
    costs = {name for name in alone["costs"] if alone["costs"][name] != one["costs"][name]}
    assert costs == {"cash_over_target"}
    assert (alone["losses"][0]["free_from"], alone["losses"][0]["bought_in"]) == ("2026-12-06", [])


MUTANTS = [
    ("accounts", ("members", 0, "account"), TAXABLE),
    ("accounts", ("members", 1, "retirement"), False),
    ("accounts", ("members", 3, "cash"), "3001.00"),
    ("accounts", ("net_asset_value",), "140000.00"),
    ("classes together", ("classes", 0, "current_value"), "59000.01"),
    ("classes together", ("classes", 1, "after_pct"), "60"),
    ("classes together", ("investable_value",), "140000.00"),
    ("positions together", ("concentration", "largest", 0, "value"), "30000.00"),
    ("positions together", ("concentration", "largest", 1, "accounts"), NAMES[:2]),
    ("positions together", ("concentration", "effective_positions"), "3.57"),
    ("issuers together", ("concentration", "issuers", 0, "value"), "30000.00"),
    ("issuers together", ("concentration", "issuers", 0, "share_pct"), "32.98"),
    ("currencies together", ("concentration", "currencies", 0, "value"), "70000.00"),
    ("currencies together", ("concentration", "currencies"), []),
    ("costs together", ("costs", "turnover"), "40900.00"),
    ("costs together", ("costs", "fees"), "8.00"),
    ("costs together", ("costs", "cash_over_target"), "8940.00"),
    ("classes together", ("classes", 0, "target_pct"), "18.5429"),
    ("bonds together", ("bonds", "duration"), "1.43"),
    ("bonds together", ("bonds", "ladder", 0, "redemption"), "20000.00"),
    ("bonds together", ("bonds", "rows"), []),
    ("income together", ("income", "coupon_total"), "950.00"),
    ("income together", ("income", "dividends"), []),
    ("cash together", ("debits", 0, "account"), "U***2222"),
    ("cash together", ("idle_currencies",), []),
    ("losses together", ("losses", 0, "cost"), "1.10"),
    ("losses together", ("losses", 1, "cost_pct"), "0.1"),
    ("losses together", ("losses", 1, "cheapest"), True),
    ("losses together", ("losses", 1, "account"), "U***2222"),
    ("losses together", ("losses",), []),
    ("purchases elsewhere", ("losses", 0, "bought_in"), NAMES[1:2]),
    ("purchases elsewhere", ("losses", 1, "lost_for_good"), True),
    ("long-term together", ("long_term_soon", 0, "account"), "U***3333"),
    ("long-term together", ("long_term_soon",), []),
    ("actions together", ("actions", 0, "rank"), 2),
    ("actions together", ("actions", 2, "figure"), "20906.00"),
    ("actions together", ("actions", 3, "accounts"), ["U***2222"]),
    ("actions together", ("actions", 2, "cost"), "2.00"),
]


def mutated(document: Dict[str, Any], place: Any, value: Any) -> Dict[str, Any]:
    broken = copy.deepcopy(document)
    part = broken["household"]
    for key in place[:-1]:
        part = part[key]
    assert part[place[-1]] != value
    part[place[-1]] = value
    return broken


@pytest.fixture(scope="module")
def made(path: str) -> Any:
    text = f"conservative --statement {path} --account all"
    return reviewed_household(read_review_text("optimize-portfolio", text), "2026-11-20")


@pytest.mark.parametrize(("name", "place", "value"), MUTANTS)
def test_each_check_kills_its_mutants(made: Any, name: str, place: Any, value: Any) -> None:
    broken = mutated(made.document, place, value)
    results = {
        row["name"]: row["passed"]
        for row in check_household(broken, made.raw, made.totals, made.empty)
    }
    assert results[name] is False
    right = check_household(made.document, made.raw, made.totals, made.empty)
    assert all(row["passed"] for row in right)


def test_losses_in_another_order_are_noticed(made: Any) -> None:
    broken = mutated(made.document, ("losses",), made.document["household"]["losses"][::-1])
    results = {
        row["name"]: row["passed"]
        for row in check_household(broken, made.raw, made.totals, made.empty)
    }
    assert results["losses together"] is False


def test_every_check_has_two_mutants() -> None:
    names = [name for name, _, _ in MUTANTS]
    assert {name for name, _ in household_checks.CHECKS} == set(names)
    assert min(map(names.count, names)) >= 2


def test_two_base_currencies_are_not_added_up_and_still_compared(tmp_path: Any) -> None:
    accounts = [row for row in household() if row[0] in (TAXABLE, SMALL)]
    second = accounts[1][1]
    second["AccountInformation"][0]["currency"] = "EUR"
    second["CashReportCurrency"][0]["endingCash"] = "4500"
    for row in [*second["OpenPosition"], *second["Trade"]]:
        row["fxRateToBase"] = "0.9"
    second["ConversionRate"] = [
        {"reportDate": "20261120", "fromCurrency": "USD", "toCurrency": "EUR", "rate": "0.9"}
    ]
    second["Trade"] = [trade("ACME", "1", "BUY", "1", "200", "-1", "20261112", fxRateToBase="0.9")]
    path = write_household(str(tmp_path), accounts)
    found = reviewed(path, "growth")
    whole = found["household"]
    assert [row["base_currency"] for row in whole["members"]] == ["USD", "EUR"]
    for name in ("base_currency", "net_asset_value", "concentration", "costs", "bonds", "income"):
        assert whole[name] is None
    assert not (whole["classes"] or whole["actions"] or whole["losses"])
    assert all(row["passed"] for row in whole["checks"])
    # U3 bought one on 11-12: what U1 could lose is free 31 days later.
    assert found["accounts"][0]["losses"][0]["free_from"] == "2026-12-13"
    assert found["accounts"][0]["account_options"] == " --account U***1111"
    for name in DOORS:
        text = ask(name, "--statement", path, "--account", "all", "growth").out
        assert "different base currencies" in text.replace("\n", " ")
        assert "/wash-sale-check --account all" not in text
    broken = mutated(found, ("net_asset_value",), "1.00")
    request = read_review_text("optimize-portfolio", f"growth --statement {path} --account all")
    own = reviewed_household(request, "2026-11-20")
    results = {
        row["name"]: row["passed"]
        for row in check_household(broken, own.raw, own.totals, own.empty)
    }
    assert results["accounts"] is False


def test_options_that_belong_to_one_account_are_refused(path: str) -> None:
    words = ["--statement", path, "--account", "all"]
    for option in ("--withdraw", "--contribute"):
        answer = ask("investment-strategy", *words, option, "500")
        assert answer.code == 2 and option in answer.err and "--account" in answer.err
    answer = ask("optimize-portfolio", *words, "--lock", "VTI,NOTHELD")
    assert answer.code == 1 and "NOTHELD" in answer.err
    found = reviewed(path, "growth", "--lock", "DBR 2 11/20/27")
    assert found["household"]["typed_options"] == ' --lock "DBR 2 11/20/27"'


def test_an_account_that_cannot_be_read_is_named_and_nothing_is_shown(tmp_path: Any) -> None:
    accounts = household()
    accounts[2][1]["CashReportCurrency"][0]["endingCash"] = "x"
    path = write_household(str(tmp_path), accounts)
    for name in DOORS:
        answer = ask(name, "--statement", path, "--account", "all")
        assert (answer.code, answer.out) == (1, "") and answer.err.count("\n") == 1
        assert answer.err.startswith("Account U***3333 has no plan: ")


def test_a_household_in_which_nothing_is_held_is_one_sentence(tmp_path: Any) -> None:
    accounts = [row for row in household() if row[0] == EMPTY]
    accounts[0][1]["OpenPosition"] = [{**ACME, "position": "0", "positionValue": "0"}]
    path = write_household(str(tmp_path), accounts)
    for name in DOORS:
        answer = ask(name, "--statement", path, "--account", "all")
        assert answer.code == 1 and not answer.out and answer.err.count("\n") == 1
        assert "went wrong" not in answer.err


def test_accounts_with_the_same_last_digits_have_names_apart(tmp_path: Any) -> None:
    assert distinct_masks(["U1234567", "U7654321"]) == {
        "U1234567": "U***4567",
        "U7654321": "U***4321",
    }
    accounts = [(number.replace("U2222222", "U9991111"), row) for number, row in household()]
    path = write_household(str(tmp_path), accounts)
    found = reviewed(path, "conservative")
    names = [row["account"] for row in found["household"]["members"]]
    assert names == ["U***11111", "U***33333", "U***55555", "U***91111"]
    for row in found["household"]["actions"]:
        assert set(row["accounts"]) <= set(names)
    answer = ask("optimize-portfolio", "--statement", path, "--account", "U***91111", "--json")
    assert json.loads(answer.out)["net_asset_value"] == "40000.00"


def test_an_account_whose_type_is_not_told_is_said(tmp_path: Any) -> None:
    accounts = household()
    del accounts[0][1]["AccountInformation"][0]["accountType"]
    found = reviewed(write_household(str(tmp_path), accounts))["household"]
    assert found["members"][0]["retirement"] is None
    assert any(text.startswith("U***1111: the statement does not tell") for text in
               found["warnings"])  # fmt: skip


def test_purchases_that_are_not_told_leave_the_day_open(tmp_path: Any) -> None:
    accounts = household()
    del accounts[4][1]["Trades"], accounts[4][1]["Trade"]
    found = reviewed(write_household(str(tmp_path), accounts), "conservative")["household"]
    assert [row["purchases_told"] for row in found["losses"]] == [False, False]
    assert any(text.startswith("U***5555: the statement lists no executions") for text in
               found["warnings"])  # fmt: skip


def test_a_lot_tells_of_a_purchase_that_no_trade_tells(tmp_path: Any) -> None:
    accounts = [row for row in household() if row[0] in (TAXABLE, ROTH)]
    accounts[1][1]["Trade"] = []
    rows = accounts[1][1]["OpenPosition"]
    rows[1] = lot(rows[0], "5", "1000", "1000", "20261118")
    found = reviewed(write_household(str(tmp_path), accounts), "conservative")["household"]
    assert [row["free_from"] for row in found["losses"]] == ["2026-12-19"]


def test_one_account_alone_is_a_household_of_one() -> None:
    answer = ask("optimize-portfolio", "--sample", "--account", "all", "--json")
    found = json.loads(answer.out)
    assert len(found["accounts"]) == 1
    assert found["household"]["net_asset_value"] == found["accounts"][0]["net_asset_value"]
    assert found["household"]["concentration"]["effective_positions"] == "9.18"


def no_number_is_in(text: str) -> bool:
    return not any(number in text for number in (TAXABLE, ROTH, SMALL, EMPTY, CASH))


@pytest.mark.parametrize("name", DOORS)
def test_no_account_number_is_in_any_form(path: str, tmp_path: Any, name: str) -> None:
    page = tmp_path / "page.html"
    words = ["--statement", path, "--account", "all", "conservative"]
    for more in ([], ["--json"], ["--html", str(page)]):
        answer = ask(name, *words, *more)
        assert answer.code == 0 and no_number_is_in(answer.out)
    text = page.read_text("utf-8")
    assert no_number_is_in(text) and text.count("Account U***") == 4 and "<script" not in text
    for one in NAMES:
        assert one in text


@pytest.mark.parametrize("name", DOORS)
def test_the_household_stands_first_and_the_steps_last(path: str, name: str) -> None:
    text = ask(name, "--statement", path, "--account", "all", "conservative").out
    titles = [line for line in text.splitlines() if line.startswith("===")]
    assert titles[0].endswith(": 4 accounts ===") and titles[0].startswith("=== Household")
    assert titles[1:] == [*(f"=== Account {one} ===" for one in NAMES), "=== NEXT STEPS ==="]
    assert [line for line in text.splitlines() if len(line) > 75] == []
    assert "…" not in text


def files_of_several_accounts() -> List[str]:
    folders = (Path(STATEMENTS), Path(__file__).parents[1] / "fixtures" / "flex")
    return sorted(str(path) for one in folders for path in one.glob("*.xml"))


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("file", files_of_several_accounts(), ids=lambda path: Path(path).name)
def test_every_statement_has_a_household_or_one_sentence(name: str, file: str) -> None:
    answer = ask(name, "--statement", file, "--account", "all", "balanced")
    if answer.code:
        assert not answer.out and answer.err.count("\n") == 1
        assert "went wrong" not in answer.err and "own check" not in answer.err
    else:
        assert "=== Household" in answer.out and "=== NEXT STEPS ===" in answer.out


def test_a_refusal_of_one_account_is_of_the_household(tmp_path: Any) -> None:
    accounts = household()
    for row in accounts[4][1]["CashReportCurrency"]:
        row["endingCash"] = "-3000"
    path = write_household(str(tmp_path), accounts)
    request = read_review_text("optimize-portfolio", f"--statement {path} --account all")
    assert len(read_household(request, FLOW_FIELDS).accounts) == 4
    with pytest.raises(Refusal) as refused:
        reviewed_household(request, "2026-11-20")
    assert "U***5555" in str(refused.value)


BROKEN = {
    "optimize-portfolio": [
        (("members", 0, "account"), TAXABLE),
        (("concentration", "largest", 0, "accounts"), TAXABLE),
        (("losses", 0, "cost_pct"), "0.1%"),
        (("actions", 0, "accounts"), []),
        (("account_options",), ""),
        (("more",), 1),
    ],
    "investment-strategy": [
        (("clashes", 0, "loss"), "1650.00"),
        (("orders", 0, "short"), 1650),
        (("stages", 3, "steps", 0, "account"), TAXABLE),
        (("horizon",), "forever"),
        (("more",), 1),
    ],
}


@pytest.mark.parametrize("name", DOORS)
def test_the_schema_describes_a_household(path: str, name: str) -> None:
    from test_schemas import _problems

    schema = {"optimize-portfolio": "household-review"}.get(name, "household-strategy")
    for words in (["conservative"], ["growth"]):
        answer = ask(name, "--statement", path, "--account", "all", "--json", *words)
        assert _problems(schema, json.loads(answer.out)) == []
    answer = ask(name, "--statement", path, "--account", "all", "--json", "conservative")
    for place, value in BROKEN[name]:
        broken = copy.deepcopy(json.loads(answer.out))
        part = broken["household"]
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = value
        assert _problems(schema, broken), place


@pytest.mark.parametrize("name", DOORS)
def test_an_own_target_of_symbols_is_of_the_household(path: str, name: str) -> None:
    words = ["--statement", path, "--account", "all", "--target", "VTI 50, BOND 40, CASH 10"]
    found = json.loads(ask(name, *words, "--json").out)
    assert all(row["passed"] for row in found["household"]["checks"])
    text = ask(name, *words).out
    assert '--target "VTI 50, BOND 40, CASH 10" --account all' in " ".join(text.split())


def test_an_own_target_is_that_of_all_whatever_its_parts_are(path: str) -> None:
    words = ["--statement", path, "--account", "all", "--target", "VTI 50, BOND 40, CASH 10"]
    found = json.loads(ask("optimize-portfolio", *words, "--json").out)
    assert [row["target_pct"] for row in found["household"]["classes"]] == ["50", "40", "10"]
    # U3 and U5 hold no VTI and no bonds.
    assert [one["classes"][0]["target_pct"] for one in found["accounts"][2:]] == ["0", "0"]


@pytest.mark.parametrize("name", DOORS)
def test_an_account_that_the_policy_names_is_shown_masked(
    path: str, tmp_path: Any, name: str
) -> None:
    policy = tmp_path / "policy.ini"
    policy.write_text(f"[accounts]\n{ROTH} = old age\n{TAXABLE} = main\n", "utf-8")
    words = ["--statement", path, "--policy", str(policy), "conservative"]
    for account in ("old age", "main", TAXABLE, "all"):
        answer = ask(name, *words, "--account", account)
        assert answer.code == 0, answer.err
        assert no_number_is_in(answer.out), account
