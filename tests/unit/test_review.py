"""/optimize-portfolio: what a statement proves, worked out by hand, and through its own doors."""

from __future__ import annotations

import copy
import glob
import io
import json
import os
import sys
from typing import Any, Dict

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(__file__)), "planted"))
from planted_commands import Look, checked
from review_statement import FUND, as_xml, position, rows, write_statement
from tax_statements import write_statement as write_taxes
from terminal import FLEX, ROOT, SAMPLE, STATEMENTS, Answer
from test_tax_report import zero

import plan_strategy
import review_portfolio
from ib_portfolio.checks.reviews.review_checks import check_review
from ib_portfolio.core.console import run_script
from ib_portfolio.core.messages import Refusal
from ib_portfolio.request.review_request import read_review_text
from ib_portfolio.review import review_portfolio as carry_out
from ib_portfolio.sources.flex_account import account_day
from ib_portfolio.sources.flex_flows import FLOW_FIELDS
from ib_portfolio.sources.flex_xml import read_flex

DOORS = {"optimize-portfolio": review_portfolio, "investment-strategy": plan_strategy}


def ask(name: str, *words: str) -> Answer:
    """What a script answers, without starting a process."""
    streams = (sys.stdout, sys.stderr)
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in streams)
    sys.stdout, sys.stderr = out, err
    try:
        code = run_script(DOORS[name].main, list(words))
    finally:
        sys.stdout, sys.stderr = streams
    return Answer(code, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err)))


def review_of(path: str, *words: str) -> Dict[str, Any]:
    answer = ask("optimize-portfolio", "--statement", path, *words, "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


@pytest.fixture(scope="module")
def year(tmp_path_factory: Any) -> Dict[str, Any]:
    """The review of the made-up year, at the profile growth."""
    folder = str(tmp_path_factory.mktemp("year"))
    return review_of(write_statement(folder, rows()), "growth")


@pytest.mark.parametrize("day", ["20261231", "20270131", "20270228", "20270330", "20280229"])
@pytest.mark.parametrize("due", ["20290131", "20290830", "20290228"])
def test_bonds_are_checked_on_every_day_of_a_month(tmp_path: Any, day: str, due: str) -> None:
    for kind in ("Corp", "Govt"):
        content = rows()
        for row in content["OpenPosition"]:
            if row["assetCategory"] == "BOND":
                row.update(maturity=due, subCategory=kind)
        path = tmp_path / "statement.xml"
        path.write_text(as_xml(content).replace("20261120", day), encoding="utf-8")
        request = read_review_text("optimize-portfolio", f"--statement {path}")
        found = carry_out(request, f"{day[:4]}-{day[4:6]}-{day[6:]}").document
        assert len(found["bonds"]["rows"]) == 2
        assert all(row["passed"] for row in found["checks"])


def test_concentration_by_hand(year: Dict[str, Any]) -> None:
    # 30,000 VTI + 22,000 Bund (20,000 EUR at 1.1) + 20,000 ACME + 10,000 its bond = 82,000;
    # squares: 900 + 484 + 400 + 100 = 1,884 million; 6,724 / 1,884 = 3.569.
    part = year["concentration"]
    assert (part["long_value"], part["positions"]) == ("82000.00", 4)
    assert part["effective_positions"] == "3.57"
    assert [(row["name"], row["value"]) for row in part["largest"]] == [
        ("VTI", "30000.00"),
        ("DBR 2 11/20/27", "22000.00"),
        ("ACME", "20000.00"),
        ("ACME 5 11/20/28", "10000.00"),
    ]
    # One company in two securities; a fund and a government are none. 30,000 / 90,940.
    (issuer,) = part["issuers"]
    assert (issuer["name"], issuer["symbols"]) == ("ACME INC", ["ACME", "ACME 5 11/20/28"])
    assert (issuer["value"], issuer["share_pct"]) == ("30000.00", "32.9888")


def test_currencies_by_hand(year: Dict[str, Any]) -> None:
    # USD: 60,000 of positions and 10,000; EUR: 22,000 - 1,100; CHF: 32 x 1.25.
    rows_of = {row["name"]: row["value"] for row in year["concentration"]["currencies"]}
    assert rows_of == {"USD": "70000.00", "EUR": "20900.00", "CHF": "40.00"}
    (owed,), (idle,) = year["debits"], year["idle_currencies"]
    # Exchanging costs 0.2 basis points, at least 2 dollars.
    owing = {"currency": "EUR", "amount": "-1000.00", "value": "-1100.00", "cost": "2.00"}
    assert owed == {**owing, "beside": "USD"}
    lying = {"currency": "CHF", "amount": "32.00", "value": "40.00", "cost": "2.00"}
    assert idle == {**lying, "beside": ""}


def test_a_debit_that_nothing_stands_beside_is_paid_by_the_orders(tmp_path: Any) -> None:
    content = rows()
    content["CashReportCurrency"] = [
        {"currency": "BASE_SUMMARY", "endingCash": "-3000"},
        {"currency": "USD", "endingCash": "-3000"},
    ]
    found = review_of(write_statement(str(tmp_path), content), "growth")
    (owed,) = found["debits"]
    assert (owed["beside"], owed["cost"]) == ("", "0.00")
    (action,) = [row for row in found["actions"] if row["kind"] == "debit"]
    assert action["command"] == "/rebalance-portfolio --profile growth"


def test_costs_by_hand(year: Dict[str, Any]) -> None:
    # Turnover 13,800 + 200 + 2,900 + 20,000 EUR at 1.2 = 40,900; commissions 2 + 1 + 1.5 + 5 EUR
    # at 1.2 = 10.50, which is 2.567 basis points; the exchange is not among them.
    part = year["costs"]
    assert (part["turnover"], part["commissions"]) == ("40900.00", "10.50")
    assert (part["basis_points"], part["taxes"]) == ("2.57", "0.50")
    assert part["exchange_commissions"] == "2.00"
    assert (part["fees"], part["interest_paid"]) == ("8.00", "33.00")
    assert (part["interest_received"], part["interest_net"]) == ("14.00", "-19.00")
    assert (part["from_date"], part["to_date"]) == ("2025-11-20", "2026-11-20")


def test_bonds_at_par_yield_their_coupons(year: Dict[str, Any]) -> None:
    # Both at 100 on a day of payment. Bund, one payment in a year: 1/(1.02) = 0.9804.
    # One point more: 102/1.03 - 100 = -0.97087, of 22,000: -213.59; less: 102/1.01 - 100 = 0.9901.
    bund, acme = year["bonds"]["rows"]
    assert (bund["yield_pct"], bund["duration"]) == ("2", "0.9804")
    assert (bund["higher"], bund["lower"]) == ("-213.59", "217.82")
    assert (bund["per_year"], bund["day_count"]) == (1, "actual/actual")
    # ACME, four payments of 2.5 at 2.5%: (1 - 1.025^-4) / 0.05 = 1.88099 years.
    assert (acme["yield_pct"], acme["duration"]) == ("5", "1.881")
    # At 6%: 100 - 0.5 x (1 - 1.03^-4)/0.03 = 98.14145, of 10,000: -185.85.
    assert (acme["higher"], acme["day_count"]) == ("-185.85", "30/360")
    # (0.98039 x 22,000 + 1.88099 x 10,000) / 32,000
    assert year["bonds"]["duration"] == "1.2618"
    assert year["bonds"]["ladder"] == [
        {"year": 2027, "bonds": 1, "value": "22000.00", "redemption": "22000.00"},
        {"year": 2028, "bonds": 1, "value": "10000.00", "redemption": "10000.00"},
    ]


def test_income_by_hand(year: Dict[str, Any]) -> None:
    # Coupons of a year: 2% of 22,000 and two times 250.
    part = year["income"]
    assert part["until"] == "2027-11-20"
    assert [row["amount"] for row in part["coupons"]] == ["440.00", "500.00"]
    assert part["coupon_total"] == "940.00"
    # After 2025-11-20 and of what is still held; 18 were withheld.
    assert part["dividends"] == [
        {"symbol": "VTI", "amount": "250.00"},
        {"symbol": "ACME", "amount": "5.00"},
    ]
    assert (part["dividend_total"], part["withheld"]) == ("255.00", "18.00")
    assert (part["since"], part["told_from"]) == ("2025-11-20", "")


def test_lots_by_hand(year: Dict[str, Any]) -> None:
    # 60 ACME at 230, worth 200: -1,800, held for less than a year; one was bought on 11-05, so
    # a sale is free of it from 12-06. The bonds have no losses. 40 at 180: +800, long from 12-02.
    assert year["losses"] == [
        {
            "symbol": "ACME",
            "quantity": "60",
            "short": "-1800.00",
            "long": "0.00",
            "unsplit": "0.00",
            "total": "-1800.00",
            "free_from": "2026-12-06",
            "purchases_told": True,
            "bought_in": [],
            "lost_for_good": False,
        }
    ]
    (turning,) = year["long_term_soon"]
    assert (turning["symbol"], turning["quantity"]) == ("ACME", "40")
    assert (turning["gain"], turning["day"]) == ("800.00", "2026-12-02")


@pytest.mark.parametrize("kind", ["Traditional IRA", "ROTH IRA", "SEP", "Individual", ""])
def test_a_retirement_account_has_no_losses_to_take(tmp_path: Any, kind: str) -> None:
    content = rows()
    content["AccountInformation"][0]["accountType"] = kind
    path = write_statement(str(tmp_path), content)
    found, retired = review_of(path, "growth"), kind not in ("Individual", "")
    assert found["retirement"] is (retired if kind else None)
    assert [bool(found[name]) for name in ("losses", "long_term_soon")] == [not retired] * 2
    assert ("losses" in [row["kind"] for row in found["actions"]]) is not retired
    assert any("lost" in text or "for good" in text for text in found["notes"]) is retired
    day = account_day(read_flex(path, FLOW_FIELDS))
    for wrong in ({"retirement": not retired}, {"losses": [] if not retired else [LOSS]}):
        results = {row["name"]: row["passed"] for row in check_review({**found, **wrong}, day.rows)}
        assert results["losses by lot"] is False
    strategy = ask("investment-strategy", "--statement", path, "conservative", "--json")
    sales = [row for row in json.loads(strategy.out)["orders"] if row["symbol"] == "ACME"]
    assert [row["short"] is None for row in sales] == [retired]


LOSS = {"symbol": "ACME", "short": "-1800.00", "long": "0.00", "unsplit": "0.00",
        "total": "-1800.00", "free_from": "2026-12-06", "quantity": "60"}  # fmt: skip


def test_the_commands_of_the_report_name_the_account_that_was_typed(tmp_path: Any) -> None:
    path = write_statement(str(tmp_path), rows())
    account = " --account U***4567"
    found = review_of(path, "growth", *account.split())
    for row in found["actions"]:
        assert (account in row["command"]) is row["command"].startswith("/"), row
    for name in DOORS:
        text = ask(name, "--statement", path, "conservative", *account.split()).out
        steps = " ".join(text.split("=== NEXT STEPS ===")[1].split()).split("→")[1:]
        assert len(steps) > 1 and all(account in step for step in steps)


def test_actions_are_ranked_by_their_figures(year: Dict[str, Any]) -> None:
    # Investable 90,940; stocks 50,000, 18,205 under 75%; bonds 32,000, 18,359 over 15%.
    # Issuer: 30,000 - 9,094.
    found = [(row["kind"], row["figure"]) for row in year["actions"]]
    assert found == [
        ("issuer", "20906.00"),
        ("rebalance", "18359.00"),
        ("losses", "1800.00"),
        ("debit", "1100.00"),
        ("idle", "40.00"),
    ]
    assert all(row["command"] and float(row["cost"]) >= 0 for row in year["actions"])
    (losses,) = [row for row in year["actions"] if row["kind"] == "losses"]
    assert losses["command"] == "/wash-sale-check" and "ACME 2026-12-06" in losses["sentence"]


def test_every_check_passed(year: Dict[str, Any]) -> None:
    assert len(year["checks"]) == 15 and all(row["passed"] for row in year["checks"])


# What a mutation changes in the document, and the check that has to notice it.
MUTANTS = [
    ("positions", ("concentration", "long_value"), "82000.10"),
    ("positions", ("concentration", "effective_positions"), "3.6"),
    ("positions", ("concentration", "largest", 0, "value"), "30000.10"),
    ("shares", ("concentration", "largest", 0, "share_pct"), "32.98"),
    ("shares", ("concentration", "issuers", 0, "share_pct"), "33"),
    ("issuers", ("concentration", "issuers", 0, "value"), "20000.00"),
    ("issuers", ("concentration", "issuers"), []),
    ("currencies", ("concentration", "currencies", 1, "value"), "22000.00"),
    ("currencies", ("debits",), []),
    ("currencies", ("idle_currencies", 0, "amount"), "33.00"),
    ("currencies", ("debits", 0, "beside"), "CHF"),
    ("costs", ("costs", "turnover"), "64900.00"),
    ("costs", ("costs", "commissions"), "9.50"),
    ("costs", ("costs", "basis_points"), "2.60"),
    ("costs", ("costs", "fees"), "10.00"),
    ("costs", ("costs", "interest_paid"), "30.00"),
    ("bond figures", ("bonds", "rows", 0, "yield_pct"), "2.01"),
    ("bond figures", ("bonds", "rows", 1, "duration"), "1.93"),
    ("bond figures", ("bonds", "rows", 1, "higher"), "-188.10"),
    ("bond figures", ("bonds", "rows", 0, "price_pct"), "100.01"),
    ("bond figures", ("bonds", "duration"), "1.43"),
    ("bond figures", ("bonds", "lower"), "217.82"),
    ("bond ladder", ("bonds", "ladder", 0, "redemption"), "20000.00"),
    ("bond ladder", ("bonds", "ladder", 1, "bonds"), 2),
    ("coupons", ("income", "coupons", 1, "amount"), "250.00"),
    ("coupons", ("income", "coupon_total"), "950.00"),
    ("dividends", ("income", "dividends", 0, "amount"), "349.00"),
    ("dividends", ("income", "dividend_total"), "250.00"),
    ("losses by lot", ("losses", 0, "short"), "-1000.00"),
    ("losses by lot", ("losses",), []),
    ("free days", ("losses", 0, "free_from"), "2026-11-20"),
    ("free days", ("losses", 0, "free_from"), "2026-12-05"),
    ("free days", ("other_accounts",), 1),
    ("long-term days", ("long_term_soon", 0, "day"), "2026-12-01"),
    ("long-term days", ("long_term_soon", 0, "gain"), "801.00"),
    ("actions", ("actions", 0, "rank"), 2),
    ("actions", ("actions", 2, "figure"), "1700.00"),
    ("actions", ("actions", 1, "figure"), "18000.00"),
    ("actions", ("actions", 0, "cost"), "0.01"),
    ("parts of the plan", ("classes", 0, "after_value"), "45500.01"),
    ("parts of the plan", ("trades",), 5),
    ("parts of the plan", ("costs", "cash_over_target"), "0.01"),
    ("positions", ("concentration", "largest", 0, "value"), "30000.01"),
    ("currencies", ("debits", 0, "cost"), "2.01"),
    ("currencies", ("idle_currencies", 0, "value"), "40.01"),
    ("costs", ("costs", "interest_net"), "-18.99"),
    ("dividends", ("income", "withheld"), "18.01"),
    ("dividends", ("income", "stated_dividends"), "1.00"),
    ("losses by lot", ("losses", 0, "quantity"), "60.01"),
    ("long-term days", ("long_term_soon", 0, "quantity"), "41"),
]


@pytest.fixture(scope="module")
def look(tmp_path_factory: Any) -> Look:
    """The check of the review of that year, with all that it is given."""
    path = write_statement(str(tmp_path_factory.mktemp("look")), rows())
    (found,) = checked("review", "growth", path).looks
    return found


@pytest.mark.parametrize(("name", "place", "value"), MUTANTS)
def test_each_check_kills_its_mutants(
    year: Dict[str, Any], look: Look, name: str, place: Any, value: Any
) -> None:
    broken = copy.deepcopy(year)
    part = broken
    for key in place[:-1]:
        part = part[key]
    assert part[place[-1]] != value
    part[place[-1]] = value
    results = {row["name"]: row["passed"] for row in look.check(broken)}
    assert results[name] is False
    assert look.passes(year)


BONDS = position("BND", "50", "70", "3500", conid="5", subCategory="ETF", isin="US9219378356")
MORE = position("AGG", "20", "100", "2000", conid="6", subCategory="ETF", isin="US4642872265")


@pytest.fixture(scope="module")
def funds(tmp_path_factory: Any) -> Any:
    """A statement with two bond funds, and VTI in a second listing; and its review."""
    content = rows()
    again = {**FUND, "conid": "7", "symbol": "VTI2", "position": "10", "positionValue": "3000"}
    content["OpenPosition"] += [BONDS, MORE, again]
    path = write_statement(str(tmp_path_factory.mktemp("funds")), content)
    return account_day(read_flex(path, FLOW_FIELDS)), review_of(path, "growth")


def test_funds_of_one_kind_and_one_security_twice(funds: Any) -> None:
    _, found = funds
    assert found["overlaps"] == [
        {"kind": "security", "symbols": ["VTI", "VTI2"], "value": "33000.00"},
        {"kind": "bonds", "symbols": ["BND", "AGG"], "value": "5500.00"},
    ]
    # What would move is all but the largest; selling 10 VTI2 and buying VTI costs a dollar each.
    (first, second) = [row for row in found["actions"] if row["kind"] == "overlap"]
    assert (first["figure"], first["cost"]) == ("3000.00", "2.00")
    assert (second["figure"], second["sentence"]) == (
        "2000.00",
        "Several bond funds: BND, AGG; one of them would do",
    )


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("overlaps",), []),
        (("overlaps", 0, "symbols"), ["VTI", "BND"]),
        (("overlaps", 1, "value"), "3500.00"),
        (("overlaps", 1, "kind"), "cash"),
    ],
)
def test_the_check_of_overlaps_kills_its_mutants(funds: Any, place: Any, value: Any) -> None:
    day, found = funds
    broken = copy.deepcopy(found)
    part = broken
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    for document, passes in ((broken, False), (found, True)):
        results = {row["name"]: row["passed"] for row in check_review(document, day.rows)}
        assert results["overlaps"] is passes


def test_every_check_has_two_mutants() -> None:
    from ib_portfolio.checks.reviews.review_checks import CHECKS

    names = [name for name, _, _ in MUTANTS]
    assert {name for name, _ in CHECKS} == {*names, "overlaps"}
    assert min(map(names.count, names)) >= 2


FOLDERS = (STATEMENTS, FLEX, os.path.join(ROOT, "tests", "fixtures", "situations"))
ALL = [SAMPLE, *sorted(path for one in FOLDERS for path in glob.glob(os.path.join(one, "*.xml")))]


@pytest.mark.parametrize("path", ALL, ids=os.path.basename)
@pytest.mark.parametrize("name", DOORS)
def test_every_statement_has_a_report_or_one_sentence(name: str, path: str) -> None:
    answer = ask(name, "--statement", path, "conservative")
    if answer.code:
        assert answer.code in (1, 2) and not answer.out
        assert answer.err.count("\n") == 1 and "went wrong" not in answer.err
        assert "did not pass its own check" not in answer.err
        return
    assert "⚠️ WARNINGS" in answer.out and "=== NEXT STEPS ===" in answer.out
    passed = answer.out.split("✅ CHECKS: ")[1].split(" passed")[0]
    assert passed.split(" of ")[0] == passed.split(" of ")[1]


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("path", [SAMPLE, os.path.join(STATEMENTS, "d_25_plain.xml")])
def test_no_line_is_wider_than_75_columns(name: str, path: str) -> None:
    from ib_portfolio.reports.text_table import display_width

    lines = ask(name, "--statement", path, "growth").out.splitlines()
    assert len(lines) > 50
    assert [line for line in lines if display_width(line) > 75] == []


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        ([], 2, "--statement FILE"),
        (["--sample", "--account", "some"], 1, "does not hold that account"),
        (["--sample", "grwth"], 1, "Unknown profile"),
        (["--sample", "--basket", "x.csv"], 2, "Unknown option --basket"),
        (["--statement", "/nowhere.xml"], 1, "No file at"),
        (["--sample", "--html", "x.txt"], 2, "ends in .html"),
    ],
)
@pytest.mark.parametrize("name", DOORS)
def test_what_cannot_be_done_is_one_sentence(name: str, words: Any, code: int, part: str) -> None:
    answer = ask(name, *words)
    assert (answer.code, answer.out) == (code, "")
    assert part in answer.err and answer.err.count("\n") == 1


def test_the_help_lists_every_option() -> None:
    for name in DOORS:
        text = ask(name, "--help").out
        assert "--profile NAME" in text and "--json" in text
        assert ("--horizon short|medium|long" in text) == (name == "investment-strategy")


def test_an_amount_that_is_no_number_is_refused_by_name(tmp_path: Any) -> None:
    content = rows()
    content["CashTransaction"][0]["amount"] = "12O"
    answer = ask("optimize-portfolio", "--statement", write_statement(str(tmp_path), content))
    assert answer.code == 1 and "amount in the section Cash Transactions" in answer.err


def test_without_the_sections_nothing_is_made_up(tmp_path: Any) -> None:
    content = rows()
    for name in ("Trades", "Trade", "CashTransaction"):
        del content[name]
    found = review_of(write_statement(str(tmp_path), content), "growth")
    assert found["costs"]["turnover"] is None and found["costs"]["fees"] is None
    assert found["costs"]["commissions"] == "12.00"  # the cash report's own
    assert found["income"]["dividends"] is None
    assert found["losses"][0]["purchases_told"] is False
    assert "add Cash Transactions (Detail)" in " ".join(found["notes"])


def test_a_bond_that_cannot_be_computed_is_named(tmp_path: Any) -> None:
    content = rows()
    content["OpenPosition"][3]["principalAdjustFactor"] = "1.2"
    found = review_of(write_statement(str(tmp_path), content), "growth")
    (left,) = found["bonds"]["not_computed"]
    assert left["symbol"] == "ACME 5 11/20/28" and "adjusted" in left["reason"]
    assert len(found["bonds"]["rows"]) == 1


def test_a_page_is_written_and_never_over_another_file(tmp_path: Any) -> None:
    path = tmp_path / "review.html"
    for _ in range(2):
        answer = ask("optimize-portfolio", "--sample", "--html", str(path))
        assert answer.code == 0 and str(path) in answer.out.replace("\n", "")
    text = path.read_text(encoding="utf-8")
    assert "<h1>Portfolio Review</h1>" in text and "<table" in text and "<script" not in text
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("mine", encoding="utf-8")
    answer = ask("optimize-portfolio", "--sample", "--html", str(path))
    assert answer.code == 1 and path.read_text(encoding="utf-8") == "mine"


def test_markup_in_a_symbol_stays_text(tmp_path: Any) -> None:
    content = rows()
    for row in content["OpenPosition"][:3]:
        row["description"] = "<script>`x`[a](b)|c"
    path = tmp_path / "page.html"
    statement = write_statement(str(tmp_path), content)
    answer = ask("optimize-portfolio", "--statement", statement, "--html", str(path))
    assert answer.code == 0
    for text in (answer.out, path.read_text(encoding="utf-8")):
        assert "<script" not in text and "`" not in text and "[a]" not in text


def test_a_failed_check_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from ib_portfolio.analysis import bond_ladder

    right = bond_ladder.modified_duration
    monkeypatch.setattr(bond_ladder, "modified_duration", lambda *row: right(*row) * 2)
    with pytest.raises(Refusal) as refused:
        carry_out(read_review_text("optimize-portfolio", "growth --sample"))
    assert refused.value.key == "check_failed" and "bond figures" in str(refused.value)


def test_a_review_is_of_the_user_s_own_target_and_its_commands_say_it_again() -> None:
    words = ["--sample", "--target", "VTI 30, STK 30, T 0 02/18/27 20, CASH 20"]
    answer = ask("optimize-portfolio", *words)
    assert answer.code == 0
    shown = answer.out.partition("DRIFT FROM THE PROFILE custom")[2].partition("\n\n📊")[0]
    assert [line.split("|")[0].strip() for line in shown.splitlines() if "%" in line] == [
        "Stocks (STK)",
        "Bonds (BOND)",
        "Cash",
        "VTI",
        "T 0 02/18/27",
    ]
    again = '--target "VTI 30, STK 30, T 0 02/18/27 20, CASH 20"'
    assert f"/rebalance-portfolio {again} --sample" in " ".join(answer.out.split())
    assert "--profile custom" not in answer.out + ask("investment-strategy", *words).out


def test_a_review_takes_the_policy_file() -> None:
    policy = os.path.join(ROOT, "samples", "policy.ini")
    for name in ("optimize-portfolio", "investment-strategy"):
        answer = ask(name, "--sample", "--policy", policy)
        assert answer.code == 0 and "Left out of the percentages: INTC (your word)." in answer.out
        answer = ask(name, "--sample", "--policy", policy, "--profile", "retirement")
        assert answer.code == 0 and "retirement" in answer.out
        assert ask(name, "--sample", "--profile", "retirement").code == 1


@pytest.mark.parametrize(
    ("element", "field", "value"),
    [("OpenPosition", "assetCategory", ""), ("CashTransaction", "reportDate", "2026-02-30")],
)
def test_one_row_that_is_told_wrongly_is_no_fault_of_ours(
    tmp_path: Any, element: str, field: str, value: str
) -> None:
    """It is left out, or the file is refused by what is wrong with it."""
    made = 0
    for place in range(len(rows()[element])):
        content = rows()
        content[element][place][field] = value
        path = write_statement(str(tmp_path), content)
        answer = ask("optimize-portfolio", "--statement", path, "growth")
        assert "own check" not in answer.err, (place, answer.err)
        made += answer.code == 0
    assert made > len(rows()[element]) / 2


@pytest.mark.parametrize("level", ["SUMMARY", "LOT"])
@pytest.mark.parametrize("day", ["20261119", "20261121"])
def test_rows_of_lots_may_be_of_another_day_than_their_position(
    tmp_path: Any, level: str, day: str
) -> None:
    """Each of both is taken from its own last day, as a plan takes it."""
    content = rows()
    for row in content["OpenPosition"]:
        if row.get("levelOfDetail") == level:
            row["reportDate"] = day
    found = review_of(write_statement(str(tmp_path), content))
    alike = review_of(write_statement(str(tmp_path), rows()))
    assert found["losses"]
    for part in ("losses", "concentration", "trades", "actions"):
        assert found[part] == alike[part]


def test_the_cost_of_a_sale_is_that_of_the_row_s_own_category(tmp_path: Any) -> None:
    """A bond beside its lot without a category, which is charged as a share."""
    made = 0
    for place in range(len(zero().rows["OpenPosition"])):
        account = zero()
        account.rows["OpenPosition"][place]["assetCategory"] = ""
        path = write_taxes(tmp_path, account)
        answer = ask("optimize-portfolio", "--statement", path, "growth")
        assert "own check" not in answer.err, (place, answer.err)
        made += answer.code == 0
    assert made
