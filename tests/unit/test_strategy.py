"""/investment-strategy: stages, horizons, lots and thresholds, worked out by hand."""

from __future__ import annotations

import copy
import json
from typing import Any, Dict, List

import pytest
from review_statement import rows, write_statement
from test_review import ask

from ib_portfolio.checks.reviews.strategy_checks import CHECKS, check_strategy
from ib_portfolio.request.review_request import read_review_text, read_review_words
from ib_portfolio.sources.flex_account import account_day
from ib_portfolio.sources.flex_flows import FLOW_FIELDS
from ib_portfolio.sources.flex_xml import read_flex


def strategy_of(path: str, *words: str) -> Dict[str, Any]:
    answer = ask("investment-strategy", "--statement", path, *words, "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


@pytest.fixture(scope="module")
def path(tmp_path_factory: Any) -> str:
    return write_statement(str(tmp_path_factory.mktemp("year")), rows())


@pytest.fixture(scope="module")
def document(path: str) -> Dict[str, Any]:
    """The strategy of the made-up year: conservative sells stocks, ACME among them."""
    return strategy_of(path, "conservative", "--horizon", "short")


def steps(document: Dict[str, Any], stage: str) -> List[str]:
    (found,) = [row for row in document["stages"] if row["stage"] == stage]
    return [step["sentence"] for step in found["steps"]]


def test_now_is_what_is_owed_and_idle(document: Dict[str, Any]) -> None:
    first, *rest = steps(document, "now")
    assert first == "Pay back €1,000.00, which bears interest, out of USD; exchanging costs $2.00."
    assert rest[-1] == "CHF 32.00 lies idle, nothing is held in it; exchanging it costs $2.00."


def test_sales_take_the_lots_that_cost_most_first(document: Dict[str, Any]) -> None:
    # Conservative: stocks to 25% of 90,940 = 22,735, from 50,000; ACME keeps 40% of that: 9,094,
    # so about 55 are sold at 200. They come from the 60 that cost 230 each: 30 lost on each, and
    # VTI is sold from its one lot, 200 each to 300, held since 2020.
    acme, vti = (
        next(row for row in document["orders"] if row["symbol"] == name) for name in ("ACME", "VTI")
    )
    assert (acme["action"], acme["quantity"], acme["amount"]) == ("SELL", "55", "11000.00")
    assert (acme["short"], acme["long"]) == ("-1650.00", "0.00")
    sold = int(vti["quantity"])
    assert (vti["short"], vti["long"]) == ("0.00", f"{sold * 100}.00")
    month = steps(document, "month")
    assert f"-$1,650.00 short-term and ${sold * 100:,}.00 long-term" in month[1]


def test_the_quarter_and_the_end_of_the_year(document: Dict[str, Any]) -> None:
    assert steps(document, "quarter") == [
        "ACME: the gain of $800.00 on 40 is long-term from 2026-12-02 on."
    ]
    assert steps(document, "year_end") == [
        "ACME: a loss of $1,800.00 can be realised from 2026-12-06 on, because of a purchase."
        " The orders above sell 55 of it."
    ]


def test_a_loss_of_what_the_orders_buy_is_said_to_be_lost(path: str) -> None:
    found = strategy_of(path, "growth")
    (sentence,) = steps(found, "year_end")
    assert "But the orders above buy it" in sentence and "--lock ACME" in sentence


def test_a_loss_that_is_free_only_next_year(tmp_path: Any) -> None:
    content = rows()
    for row in content["OpenPosition"]:
        row["reportDate"] = "20261220"
    content["Trade"][1]["tradeDate"] = "20261215"
    found = strategy_of(write_statement(str(tmp_path), content), "growth")
    assert "free only on 2027-01-15, after the end of the year" in steps(found, "year_end")[0]


def test_horizons_by_hand(document: Dict[str, Any], path: str) -> None:
    # Both bonds mature within three years of 2026-11-20; moved to 2034 the Bund does not.
    assert document["until"] == "2029-11-20"
    assert [row["bonds"] for row in document["horizons"]] == [0, 0, 0]
    assert [row["until"] for row in document["horizons"]] == ["2029-11-20", "2036-11-20", ""]
    assert [sentence[:15] for sentence in steps(document, "later")] == [
        "DBR 2 11/20/27 ",
        "ACME 5 11/20/28",
    ]


def test_a_bond_beyond_the_horizon_is_named_with_its_risk(tmp_path: Any) -> None:
    content = rows()
    content["OpenPosition"][-1].update(symbol="DBR 2 11/20/34", maturity="20341120")
    path = write_statement(str(tmp_path), content)
    found = strategy_of(path, "growth", "--horizon", "short")
    # Eight payments of 2 at 3%: 100 - (1 - 1.03^-8)/0.03 = 92.98031, of 22,000: -1,544.33.
    (beyond,) = [line for line in steps(found, "later") if "after 2029-11-20" in line]
    assert beyond == (
        "DBR 2 11/20/34 ($22,000.00) matures on 2034-11-20, after 2029-11-20;"
        " one point more yield: -$1,544.33."
    )
    short, medium, long = found["horizons"]
    assert (short["bonds"], short["value"], short["higher"]) == (1, "22000.00", "-1544.33")
    assert (medium["bonds"], long["bonds"]) == (0, 0)
    names = [row["name"] for row in found["before_after"]]
    assert "beyond" in names
    assert not [row for row in strategy_of(path, "--horizon", "long")["before_after"]
                if row["name"] == "beyond"]  # fmt: skip


def test_thresholds_are_five_points_or_a_quarter(document: Dict[str, Any]) -> None:
    # Conservative is 25/60/15.
    found = {row["asset_class"]: (row["low_pct"], row["high_pct"]) for row in document["watch"]}
    assert found == {"STK": ("20", "30"), "BOND": ("55", "65"), "CASH": ("11.25", "18.75")}


def test_withdrawals_are_raised_by_the_orders(path: str) -> None:
    found = strategy_of(path, "growth", "--withdraw", "5000")
    assert found["plan"]["investable_value"] == "85940.00"
    assert any("5,000 USD taken out" in line for line in found["heading_notes"])


def test_the_next_command_makes_the_same_orders(path: str) -> None:
    words = ["growth", "--withdraw", "5,000", "--lock", "VTI"]
    text = ask("investment-strategy", "--statement", path, *words).out
    step = "/rebalance-portfolio --dry-run --profile growth --withdraw 5,000 --lock VTI"
    assert step in " ".join(text.split())


def test_the_default_horizon_is_said(path: str) -> None:
    found = strategy_of(path)
    assert found["horizon"] == "medium"
    assert any("No horizon was named" in line for line in found["heading_notes"])


@pytest.mark.parametrize(
    ("text", "profile", "horizon"),
    [
        ("preservation --sample", "conservative", None),
        ("--profile preservation --sample", "conservative", None),
        ("growth, long-term --sample", "growth", "long"),
        ("short term horizon, income --sample", "income", "short"),
        ("長期で積極的に --sample", "growth", "long"),
        ("短期で守り --sample", "conservative", "short"),
        ("中期 バランス型 --sample", "balanced", "medium"),
        ("--horizon short --sample growth", "growth", "short"),
    ],
)
def test_words_for_profiles_and_horizons(text: str, profile: str, horizon: Any) -> None:
    for request in (
        read_review_text("investment-strategy", text),
        read_review_words("investment-strategy", [text]),
    ):
        assert request.profile == profile and request.sample
        assert request.options.get("horizon") == horizon
        assert request.not_understood == ""


def test_a_path_with_such_a_word_stays_a_path() -> None:
    text = "--statement ~/long-term.xml growth"
    request = read_review_text("investment-strategy", text)
    assert request.statement == "~/long-term.xml" and "horizon" not in request.options


def test_an_unknown_horizon_is_usage() -> None:
    answer = ask("investment-strategy", "--sample", "--horizon", "forever")
    assert answer.code == 2 and "short or medium or long" in answer.err


def test_save_writes_the_page_and_the_plan(path: str, tmp_path: Any) -> None:
    page, plan = tmp_path / "s.html", tmp_path / "s.json"
    for _ in range(2):
        answer = ask("investment-strategy", "--statement", path, "--save", str(page))
        assert answer.code == 0
    found = json.loads(plan.read_text(encoding="utf-8"))
    assert found["command"] == "investment-strategy" and found["plan"]["trades"]
    assert "THIS MONTH" in page.read_text(encoding="utf-8")
    assert {one.stat().st_mode & 0o777 for one in (page, plan)} == {0o600}
    plan.write_text("{}", encoding="utf-8")
    page_before = page.read_text(encoding="utf-8")
    answer = ask("investment-strategy", "--statement", path, "--save", str(page), "growth")
    assert answer.code == 1 and "was not written by this plugin" in answer.err
    assert plan.read_text(encoding="utf-8") == "{}"
    assert page.read_text(encoding="utf-8") == page_before


MUTANTS = [
    ("orders by lot", ("orders", 0, "quantity"), "1"),
    ("orders by lot", ("orders", "ACME", "short"), "-1000.00"),
    ("orders by lot", ("orders", "ACME", "long"), "800.00"),
    ("horizons", ("horizons", 0, "until"), "2030-11-20"),
    ("horizons", ("horizons", 0, "bonds"), 1),
    ("horizons", ("horizons", 1, "value"), "10.00"),
    ("thresholds", ("watch", 0, "low_pct"), "18.75"),
    ("thresholds", ("watch", 2, "high_pct"), "20"),
    ("before and after", ("before_after", 0, "after"), "50"),
    ("before and after", ("before_after", 3, "after"), "1.00"),
    ("before and after", ("before_after", -1, "before"), "99"),
    ("stages", ("stages", 3, "steps"), []),
    ("stages", ("stages", 4, "steps", 0, "day"), "2030-01-01"),
    ("stages", ("stages", 0, "steps", 0, "figure"), "1100.01"),
    ("stages", ("stages", 1, "steps", 0, "figure"), "1.00"),
    ("horizons", ("horizons", 1, "higher"), "0.01"),
    ("thresholds", ("watch", 0, "now_pct"), "55"),
    ("before and after", ("before_after", -1, "after"), "30.0001"),
    ("parts of the review", ("net_asset_value",), "90940.01"),
    ("parts of the review", ("losses", 0, "total"), "-1800.01"),
]


@pytest.mark.parametrize(("name", "place", "value"), MUTANTS)
def test_each_check_kills_its_mutants(
    document: Dict[str, Any], path: str, name: str, place: Any, value: Any
) -> None:
    review = json.loads(
        ask("optimize-portfolio", "--statement", path, "conservative", "--json").out
    )
    day_rows = account_day(read_flex(path, FLOW_FIELDS)).rows
    broken = copy.deepcopy(document)
    part: Any = broken
    for key in place[:-1]:
        if key == "ACME":
            part = next(row for row in part if row["symbol"] == key)
        else:
            part = part[key]
    assert part[place[-1]] != value
    part[place[-1]] = value
    results = {row["name"]: row["passed"] for row in check_strategy(broken, review, day_rows)}
    assert results[name] is False
    assert all(row["passed"] for row in check_strategy(document, review, day_rows))


def test_every_check_has_two_mutants() -> None:
    names = [name for name, _, _ in MUTANTS]
    assert {name for name, _ in CHECKS} == set(names)
    assert min(map(names.count, names)) >= 2
