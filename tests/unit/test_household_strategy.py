"""/investment-strategy --account all: stages, clashes and sums by hand; every check bites."""

from __future__ import annotations

import json
from typing import Any, Dict

import pytest
from household_statement import household, write_household
from review_statement import ACME, lot
from test_household_review import NAMES, mutated
from test_review import ask

from ib_portfolio.checks.reviews.household_strategy_checks import CHECKS, check_household_strategy
from ib_portfolio.household_review import reviewed_household
from ib_portfolio.request.review_request import read_review_text


@pytest.fixture(scope="module")
def path(tmp_path_factory: Any) -> str:
    return write_household(str(tmp_path_factory.mktemp("household")), household())


def strategy_of(path: str, *words: str) -> Dict[str, Any]:
    words = ("--statement", path, "--account", "all", "--json", *words)
    answer = ask("investment-strategy", *words)
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


@pytest.fixture(scope="module")
def document(path: str) -> Dict[str, Any]:
    return strategy_of(path, "conservative", "--horizon", "short")


def test_before_and_after_of_all_accounts(document: Dict[str, Any]) -> None:
    # Stocks 59,000, bonds 32,000 and cash 49,940 of 140,940; VTI 36,000 of it: 25.5428%.
    rows = {row["name"]: row for row in document["household"]["before_after"]}
    assert [rows[name]["before"] for name in ("STK", "BOND", "CASH")] == [
        "41.8618", "22.7047", "35.4335"
    ]  # fmt: skip
    assert (rows["cash"]["before"], rows["largest"]["before"]) == ("49940.00", "25.5428")
    after = [one["plan"]["summary"]["cash_after"] for one in document["accounts"]]
    assert float(rows["cash"]["after"]) == pytest.approx(sum(map(float, after)))


def test_a_loss_that_another_account_spoils_is_said(document: Dict[str, Any]) -> None:
    # U1 sells 49 ACME at 200 of those that cost 230: 1,470. The Roth bought on 11-10, the empty
    # account on 11-15. U3 sells none.
    common = {"account": "U***1111", "symbol": "ACME", "loss": "-1470.00", "currency": "USD"}
    assert document["household"]["clashes"] == [
        {**common, "buyer": "U***2222", "bought_on": "2026-11-10", "lost_for_good": True},
        {**common, "buyer": "U***4444", "bought_on": "2026-11-15", "lost_for_good": False},
    ]


def test_a_plan_that_buys_what_another_sells_at_a_loss_clashes(tmp_path: Any) -> None:
    accounts = household()[:2]
    accounts[1][1]["Trade"] = []
    rows = accounts[1][1]["OpenPosition"]
    rows[1] = lot(rows[0], "5", "1000", "1000", "20240101")
    # As one, no account buys what another sells; with two base currencies each has its own plan.
    assert (
        strategy_of(write_household(str(tmp_path), accounts), "conservative")["household"][
            "clashes"
        ]
        == []
    )
    _in_euros(accounts[1][1])
    path = write_household(str(tmp_path), accounts)
    (clash,) = strategy_of(path, "conservative")["household"]["clashes"]
    assert (clash["buyer"], clash["bought_on"], clash["lost_for_good"]) == ("U***2222", "", True)
    text = ask("investment-strategy", "--statement", path, "--account", "all", "conservative").out
    flat = " ".join(text.split())
    assert "the orders of U***2222 buy it" in flat and "lost for good" in flat
    # The other way round nothing is lost: what a Roth sells has no loss for taxes.
    accounts[0][1]["AccountInformation"][0]["accountType"] = "Roth IRA"
    path = write_household(str(tmp_path), accounts)
    assert strategy_of(path, "conservative")["household"]["clashes"] == []


def _in_euros(content: Dict[str, Any]) -> None:
    content["AccountInformation"][0]["currency"] = "EUR"
    for row in content["CashReportCurrency"]:
        if row["currency"] == "BASE_SUMMARY":
            row["endingCash"] = str(float(row["endingCash"]) * 0.9)
    for row in content["OpenPosition"]:
        row["fxRateToBase"] = "0.9"
    content["ConversionRate"] = [
        {"reportDate": "20261120", "fromCurrency": "USD", "toCurrency": "EUR", "rate": "0.9"}
    ]


def test_a_loss_in_proportion_clashes_where_there_are_no_lots(tmp_path: Any) -> None:
    accounts = household()[:2]
    whole = {**ACME, "costBasisMoney": "21000", "fifoPnlUnrealized": "-1000"}
    accounts[0][1]["OpenPosition"] = [whole, *accounts[0][1]["OpenPosition"][3:]]
    path = write_household(str(tmp_path), accounts)
    (clash,) = strategy_of(path, "conservative")["household"]["clashes"]
    assert clash["loss"] == "-490.00"  # 49 of 100


def test_orders_and_gains_by_account(document: Dict[str, Any]) -> None:
    first, roth, small, _ = document["household"]["orders"]
    assert (first["short"], first["sells"], first["orders"]) == ("-1470.00", "24200.00", 4)
    assert float(first["long"]) == 100 * sum(
        float(row["quantity"])
        for row in document["accounts"][0]["orders"]
        if row["symbol"] == "VTI"
    )
    assert (roth["short"], roth["long"], roth["orders"]) == (None, None, 0)
    assert (small["orders"], small["sells"]) == (0, "0.00")


def test_stages_name_the_account_and_keep_to_days_and_losses(document: Dict[str, Any]) -> None:
    stages = {row["stage"]: row["steps"] for row in document["household"]["stages"]}
    assert [(step["account"], step["day"]) for step in stages["later"]] == [
        ("U***1111", "2027-11-20"),
        ("U***1111", "2028-11-20"),
    ]
    # The loss of 1,800 costs 0.06% of it, that of 500 0.2%.
    found = [(step["account"], step["figure"], step["day"]) for step in stages["year_end"]]
    assert found == [
        ("U***1111", "-1800.00", "2026-12-16"),
        ("U***3333", "-500.00", "2026-12-16"),
    ]
    said = stages["year_end"][0]["sentence"]
    assert "because of a purchase" in said and said.endswith("The orders above sell 49 of it.")
    # A Roth has no days to wait for and no losses.
    kinds = {step["kind"] for steps in stages.values() for step in steps
             if step["account"] == "U***2222"}  # fmt: skip
    assert kinds == set()


def test_thresholds_are_of_the_household(document: Dict[str, Any]) -> None:
    stocks, _, cash = document["household"]["watch"]
    assert (stocks["now_pct"], stocks["low_pct"], stocks["high_pct"]) == ("41.8618", "20", "30")
    assert (cash["low_pct"], cash["high_pct"]) == ("11.25", "18.75")


def test_horizons_count_the_bonds_of_all_accounts(path: str, tmp_path: Any) -> None:
    accounts = household()
    bond = {**accounts[0][1]["OpenPosition"][3], "maturity": "20401120"}
    accounts[1][1]["OpenPosition"].append(bond)
    found = strategy_of(write_household(str(tmp_path), accounts), "growth", "--horizon", "medium")
    short, medium, long = found["household"]["horizons"]
    assert (medium["bonds"], medium["value"], long["bonds"]) == (1, "10000.00", 0)
    rows = {row["name"]: row for row in found["household"]["before_after"]}
    assert rows["beyond"]["before"] == "10000.00"
    assert rows["beyond_higher"]["before"] == medium["higher"] < short["value"]


MUTANTS = [
    ("parts of the accounts", ("net_asset_value",), "140940.01"),
    ("parts of the accounts", ("members", 1, "cash"), "33000.01"),
    ("parts of the accounts", ("members", 0, "trades"), 5),
    ("parts of the accounts", ("horizons", 0, "higher"), "0.01"),
    ("orders together", ("orders", 0, "sells"), "1.00"),
    ("orders together", ("orders", 0, "short"), "-1000.00"),
    ("orders together", ("orders", 1, "long"), "0.00"),
    ("before and after together", ("before_after", 0, "after"), "25"),
    ("before and after together", ("before_after", 3, "before"), "8940.00"),
    ("before and after together", ("before_after", 4, "before"), "1.00"),
    ("before and after together", ("before_after", -1, "after"), "30"),
    ("losses spoiled elsewhere", ("clashes",), []),
    ("losses spoiled elsewhere", ("clashes", 0, "loss"), "-1600.00"),
    ("losses spoiled elsewhere", ("clashes", 1, "bought_on"), "2026-11-16"),
    ("losses spoiled elsewhere", ("clashes", 0, "lost_for_good"), False),
    ("stages together", ("stages", 0, "steps"), []),
    ("stages together", ("stages", 3, "steps", 0, "account"), "U***3333"),
    ("stages together", ("losses",), []),
    ("horizons together", ("horizons", 0, "bonds"), 1),
    ("horizons together", ("horizons", 1, "value"), "10.00"),
    ("thresholds together", ("watch", 0, "low_pct"), "18.75"),
    ("thresholds together", ("watch", 1, "now_pct"), "35.2"),
]


@pytest.fixture(scope="module")
def reviewed(path: str) -> Any:
    text = f"conservative --statement {path} --account all"
    return reviewed_household(read_review_text("optimize-portfolio", text), "2026-11-20")


def results_of(document: Dict[str, Any], reviewed: Any) -> Dict[str, bool]:
    found = check_household_strategy(document, reviewed.document, reviewed.raw, reviewed.empty)
    return {row["name"]: row["passed"] for row in found}


@pytest.mark.parametrize(("name", "place", "value"), MUTANTS)
def test_each_check_kills_its_mutants(
    document: Dict[str, Any], reviewed: Any, name: str, place: Any, value: Any
) -> None:
    assert results_of(mutated(document, place, value), reviewed)[name] is False
    assert all(results_of(document, reviewed).values())


def test_the_orders_of_days_and_losses_are_checked(document: Dict[str, Any], reviewed: Any) -> None:
    for stage in (3, 4):
        steps = document["household"]["stages"][stage]["steps"]
        broken = mutated(document, ("stages", stage, "steps"), steps[::-1])
        assert results_of(broken, reviewed)["stages together"] is False


def test_every_check_has_two_mutants() -> None:
    names = [name for name, _, _ in MUTANTS]
    assert {name for name, _ in CHECKS} == set(names)
    assert min(map(names.count, names)) >= 2


def test_save_writes_the_household_and_writes_it_again(path: str, tmp_path: Any) -> None:
    page, plan = tmp_path / "s.html", tmp_path / "s.json"
    for _ in range(2):
        words = ["--statement", path, "--account", "all", "--save", str(page)]
        answer = ask("investment-strategy", *words)
        assert answer.code == 0, answer.err
    found = json.loads(plan.read_text("utf-8"))
    assert [one["account"] for one in found["accounts"]] == NAMES
    assert str(plan) in " ".join(found["household"]["heading_notes"])
    assert "Household Strategy: 4 accounts" in page.read_text("utf-8")
    assert {one.stat().st_mode & 0o777 for one in (page, plan)} == {0o600}


def test_an_account_s_strategy_is_of_its_part_of_the_plan_of_all(
    path: str, document: Dict[str, Any]
) -> None:
    words = ["--statement", path, "conservative", "--horizon", "short", "--json"]
    alone = json.loads(ask("investment-strategy", *words, "--account", "U2222222").out)
    one = document["accounts"][1]
    same = ("account", "as_of", "horizon", "until", "horizons", "losses", "net_asset_value")
    assert {name: alone[name] for name in same} == {name: one[name] for name in same}
    # By itself it has too much cash for its profile; of the household it holds the cash.
    assert (alone["trades"], one["trades"]) == (2, 0)


def test_bands_are_shown_of_all_accounts_and_not_of_parts(path: str) -> None:
    words = ["--statement", path, "conservative", "--account"]
    text = ask("investment-strategy", *words, "all").out
    assert text.count("WHAT TO WATCH") == 1 and text.count("=== Account U***") == 4
    assert "WHAT TO WATCH" in ask("investment-strategy", *words, "U2222222").out
    text = ask("optimize-portfolio", *words, "all").out
    assert text.count("DRIFT FROM THE PROFILE conservative") == 1
    assert text.count("DRIFT FROM ITS PART OF THE PROFILE conservative") == 4
