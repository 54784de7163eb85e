"""/wash-sale-check through the terminal's door: statements whose figures are worked out by hand."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
from tax_statements import Account, Answer, run_door, write_statement
from terminal import ROOT

from ib_portfolio.checks.tax.wash_checks import check_wash_sales
from ib_portfolio.core.numbers import use_exact_decimals
from ib_portfolio.request.tax_request import parse_tax_words
from ib_portfolio.tax_accounts import read_accounts
from ib_portfolio.wash_sale_check import carry_out

HOLDING = ("50", "20240105", "3000")


def check(folder: Path, *accounts: Account, words: Tuple[str, ...] = ()) -> Answer:
    path = write_statement(folder, *accounts)
    return run_door("wash", ["--statement", path, *words])


def document(folder: Path, *accounts: Account, words: Tuple[str, ...] = ()) -> Dict[str, Any]:
    found = check(folder, *accounts, words=("--json", *words)).document
    assert found["checks"] and all(row["passed"] for row in found["checks"])
    return found


def washed() -> Account:
    """100 ACME of 2025-01-10, cost 5,000, sold on 2026-03-02 for 4,200; 30 bought ten days later.

    30/100 of the loss of 800 is 240. It was held for 416 days, so the new shares count from 416
    days before 2026-03-12: 2025-01-20.
    """
    account = Account()
    account.sale("ACME", "20260302", [("100", "20250110", "5000", "-800")])
    account.trade("BUY", "ACME", "20260312", "30")
    return account.hold("ACME", "60", [("30", "20260312", "1500"), HOLDING])


def test_a_part_of_a_loss_moves_into_the_shares_bought_after(tmp_path: Path) -> None:
    found = document(tmp_path, washed())
    (loss,) = found["losses"]
    assert (loss["verdict"], loss["loss"], loss["disallowed"]) == ("yes", "800.00", "240.00")
    assert (loss["allowed"], loss["term"]) == ("560.00", "long")
    (part,) = loss["replacements"]
    assert (part["bought_on"], part["quantity"]) == ("2026-03-12", "30")
    assert (part["held_since"], part["lost_for_good"]) == ("2025-01-20", False)
    assert found["totals"]["disallowed"] == "240.00"
    text = check(tmp_path, washed()).out
    assert max(map(len, text.splitlines())) <= 76
    said = " ".join(text.split())
    assert "ACME, 100 sold on 2026-03-02: yes." in said
    assert "30 bought on 2026-03-12 take $240.00 of the loss over" in said
    assert "holding period counts from 2025-01-20" in said


@pytest.mark.parametrize(
    ("first", "last", "before", "after"),
    [
        ("20260131", "20260401", "", ""),
        ("20260201", "20260331", "2026-02-01", "2026-03-31"),
    ],
)
def test_what_is_unseen_of_the_61_days_is_told(
    tmp_path: Path, first: str, last: str, before: str, after: str
) -> None:
    account = Account(first=first, last=last)
    account.sale("ACME", "20260302", [("100", "20250110", "5000", "-800")])
    (loss,) = document(tmp_path, account)["losses"]
    assert (loss["unseen_before"], loss["unseen_after"]) == (before, after)


def test_an_open_loss_is_of_the_last_day_of_several(tmp_path: Path) -> None:
    account = Account().hold("ACME", "50", [("60", "20240105", "4000")])
    account.hold("ACME", "45", [("60", "20240105", "4000")], reportDate="20261119")
    (row,) = document(tmp_path, account)["harvest"]
    assert (row["quantity"], row["loss"]) == ("60", "1000.00")


def test_a_purchase_in_an_ira_takes_the_loss_away_for_good(tmp_path: Path) -> None:
    taxable = Account().sale("ACME", "20260302", [("100", "20250110", "5000", "-800")])
    retired = Account("U7654321", kind="IRA Traditional New")
    retired.trade("BUY", "ACME", "20260305", "25").hold("ACME", "40", [("25", "20260305", "1050")])
    found = document(tmp_path, taxable, retired, words=("--account", "all"))
    (loss,) = found["losses"]
    assert (loss["disallowed"], loss["lost_for_good"]) == ("200.00", "200.00")
    (part,) = loss["replacements"]
    assert part["lost_for_good"] is True and part["held_since"] == ""
    assert found["totals"]["lost_for_good"] == "200.00"
    # Its own losing lot is no loss to take.
    assert found["harvest"] == []
    alone = document(tmp_path, taxable, retired, words=("--account", "U1234567"))
    assert alone["losses"][0]["verdict"] == "possible"


def test_a_call_on_what_was_sold_is_possible(tmp_path: Path) -> None:
    account = Account().sale("ACME", "20260302", [("100", "20250110", "5000", "-800")])
    call = {"assetCategory": "OPT", "underlyingSymbol": "ACME", "putCall": "C"}
    account.trade("BUY", "ACME  260619C00050000", "20260320", "1", **call)
    (loss,) = document(tmp_path, account)["losses"]
    assert loss["verdict"] == "possible" and loss["disallowed"] == "0.00"
    assert [row["date"] for row in loss["options"]] == ["2026-03-20"]
    assert "because of options on it" in loss["sentence"]


def test_a_put_that_is_bought_is_no_sign(tmp_path: Path) -> None:
    account = Account().sale("ACME", "20260302", [("100", "20250110", "5000", "-800")])
    put = {"assetCategory": "OPT", "underlyingSymbol": "ACME", "putCall": "P"}
    account.trade("BUY", "ACME  260619P00050000", "20260320", "1", **put)
    (loss,) = document(tmp_path, account)["losses"]
    assert loss["options"] == []


def test_an_open_window_says_until_when_not_to_buy(tmp_path: Path) -> None:
    account = Account().sale("ACME", "20261102", [("10", "20250110", "500", "-80.5")])
    found = document(tmp_path, account)
    assert found["open_windows"] == [
        {
            "symbol": "ACME",
            "sold_on": "2026-11-02",
            "free_from": "2026-12-03",
            "at_stake": "80.50",
        }
    ]
    assert found["losses"][0]["unseen_after"] == "2026-11-20"
    early = Account().sale("ACME", "20261020", [("10", "20250110", "500", "-80.5")])
    assert document(tmp_path, early)["open_windows"] == []


def test_what_was_bought_lately_stands_in_the_way_of_other_lots(tmp_path: Path) -> None:
    account = Account().trade("BUY", "ACME", "20261105", "20")
    account.hold("ACME", "40", [("50", "20240105", "3000"), ("20", "20261105", "900")])
    found = document(tmp_path, account, words=("--tax-rate", "25"))
    old, new = found["harvest"]
    # 3,000 - 50 x 40, and 900 - 20 x 40
    assert (old["loss"], old["term"], old["free_from"]) == ("1000.00", "long", "2026-12-06")
    assert (new["loss"], new["term"], new["free_from"]) == ("100.00", "short", "")
    assert new["long_from"] == "2027-11-06"
    assert found["harvest_totals"] == {"short": "100.00", "long": "1000.00", "unknown": "0.00"}
    assert found["at_rate"]["harvest"] == "275.00"
    assert found["recent_purchases"][0]["free_from"] == "2026-12-06"


def test_a_window_before_the_period_is_seen_as_far_as_lots_tell(tmp_path: Path) -> None:
    account = Account().sale("ACME", "20260110", [("10", "20250110", "500", "-80")])
    account.hold("ACME", "60", [("4", "20251220", "200")])
    (loss,) = document(tmp_path, account)["losses"]
    assert loss["verdict"] == "yes" and loss["disallowed"] == "32.00"
    assert loss["unseen_before"] == "2026-01-01"


def test_without_closed_lots_earlier_purchases_are_only_possible(tmp_path: Path) -> None:
    account = Account().trade("SELL", "ACME", "20260302", "10", fifoPnlRealized="-80")
    account.trade("BUY", "ACME", "20260220", "4").trade("BUY", "ACME", "20260305", "3")
    found = document(tmp_path, account)
    (loss,) = found["losses"]
    assert (loss["disallowed"], loss["possible_quantity"]) == ("24.00", "4")
    assert loss["opened"] == "" and any("closed lots" in line for line in found["warnings"])


def test_without_executions_nothing_is_told(tmp_path: Path) -> None:
    account = Account().sale("ACME", "20260302", [("100", "20250110", "5000", "-800")])
    account.rows["Trade"] = []
    found = document(tmp_path, account)
    assert found["losses"][0]["verdict"] == "cannot tell"
    assert any("no executions" in line for line in found["warnings"])


def test_only_three_words_and_never_a_no(tmp_path: Path) -> None:
    account = Account().sale("ACME", "20260302", [("100", "20250110", "5000", "-800")])
    (loss,) = document(tmp_path, account)["losses"]
    assert loss["verdict"] == "possible"
    text = check(tmp_path, account).out.casefold()
    assert "no wash sale" not in text and "never ruled out" in text


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ((), 3),
        (("--start", "2026-06-01"), 2),
        (("--year", "2025"), 1),
        (("--ytd",), 2),
        (("--last-year",), 1),
        (("今年",), 2),
        (("去年",), 1),
        (("since 2026-07-01",), 1),
    ],
)
def test_the_days_that_are_asked_for(tmp_path: Path, words: Tuple[str, ...], count: int) -> None:
    account = Account(first="20250101")
    for day in ("20250302", "20260601", "20260701"):
        account.sale("ACME", day, [("10", "20240110", "500", "-80")])
    path = write_statement(tmp_path, account)
    request = parse_tax_words("wash-sale-check", ["--statement", path, *words])
    assert len(carry_out(request, "2026-11-23").document["losses"]) == count


def test_a_cancelled_purchase_is_none(tmp_path: Path) -> None:
    account = Account().sale("ACME", "20260302", [("100", "20250110", "5000", "-800")])
    account.trade("BUY", "ACME", "20260305", "30").trade("BUY (Ca.)", "ACME", "20260305", "30")
    assert document(tmp_path, account)["losses"][0]["verdict"] == "possible"


def test_the_day_is_that_of_the_newest_account(tmp_path: Path) -> None:
    older = Account("U7654321", last="20261001")
    found = document(tmp_path, washed(), older, words=("--account", "all"))
    assert found["as_of"] == "2026-11-20"


def test_what_covers_a_short_is_no_purchase(tmp_path: Path) -> None:
    account = Account().sale("ACME", "20260302", [("100", "20250110", "5000", "-800")])
    account.trade("BUY", "ACME", "20260312", "30")
    (lot,) = account.rows["Lot"]
    cover = {"buySell": "BUY", "quantity": "-30", "openDateTime": "20260311;100000"}
    days = {"tradeDate": "20260312", "dateTime": "20260312;103000"}
    account.rows["Lot"].append({**lot, **cover, **days, "cost": "1500", "fifoPnlRealized": "5"})
    assert document(tmp_path, account)["losses"][0]["verdict"] == "possible"


CALL = "ACME  260619C00050000"


@pytest.mark.parametrize("has_trades", [True, False])
def test_an_option_bought_lately_is_no_purchase_of_securities(
    tmp_path: Path, has_trades: bool
) -> None:
    terms = {"assetCategory": "OPT", "underlyingSymbol": "ACME", "putCall": "C"}
    account = Account().hold(CALL, "5", [("1", "20261105", "400")], **terms)
    account.hold("ACME", "50", [("2", "20261105", "90")])
    if has_trades:
        account.trade("BUY", CALL, "20261105", "1", **terms).trade("BUY", "ACME", "20261105", "2")
    else:
        account.sections -= {"Trades"}
    found = document(tmp_path, account)
    assert [row["symbol"] for row in found["recent_purchases"]] == ["ACME"]
    assert found["harvest"] == []


@pytest.mark.parametrize(
    ("day", "kept"), [("20261020", []), ("20261021", ["2"]), ("20261120", ["2"])]
)
def test_a_purchase_is_recent_for_30_days_as_far_as_it_is_held(
    tmp_path: Path, day: str, kept: List[str]
) -> None:
    account = Account().trade("BUY", "ACME", day, "3").trade("BUY", "GONE", day, "3")
    account.hold("ACME", "50", [("2", day, "90")])
    found = document(tmp_path, account)["recent_purchases"]
    assert [row["quantity"] for row in found if row["symbol"] == "ACME"] == kept
    assert len(found) == len(kept)


@pytest.mark.parametrize(("day", "count"), [("20261020", 0), ("20261021", 1), ("20261120", 1)])
def test_a_window_is_open_for_30_days(tmp_path: Path, day: str, count: int) -> None:
    account = Account().sale("ACME", day, [("10", "20250110", "500", "-80.5")])
    account.sale("ACME", day, [("10", "20250111", "400", "-1.5")])
    account.sale("WON", day, [("10", "20250111", "400", "1.5")])
    found = document(tmp_path, account)["open_windows"]
    assert [row["at_stake"] for row in found] == ["82.00"] * count


@pytest.mark.parametrize(("told", "loss"), [("-800", "800.00"), ("0", ""), ("5", ""), ("", "")])
def test_a_position_whose_lots_are_not_told_is_lost_as_a_whole(
    tmp_path: Path, told: str, loss: str
) -> None:
    account = Account().hold("ACME", "50", [("60", "20240105", "3800")])
    (whole, _) = account.rows["OpenPosition"]
    account.rows["OpenPosition"] = [{**whole, "fifoPnlUnrealized": told, "costBasisMoney": ""}]
    found = document(tmp_path, account)["harvest"]
    assert [row["loss"] for row in found] == ([loss] if loss else [])
    assert [(row["opened"], row["term"], row["quantity"]) for row in found] == (
        [("", "", "60")] if loss else []
    )


def test_a_lot_at_its_cost_and_a_short_position_have_no_loss_to_take(tmp_path: Path) -> None:
    account = Account().hold("ACME", "50", [("6", "20240105", "300"), ("6", "20240106", "300.06")])
    account.hold("SHORT", "50", [("-6", "20240105", "-200")])
    account.hold("NOTHING", "0", [("6", "20240105", "200")])
    found = document(tmp_path, account)["harvest"]
    assert [(row["symbol"], row["opened"], row["loss"]) for row in found] == [
        ("ACME", "2024-01-06", "0.06")
    ]


def test_the_own_day_of_a_lot_is_no_obstacle_but_that_of_another_account_is(tmp_path: Path) -> None:
    account = Account().trade("BUY", "ACME", "20261105", "20")
    account.hold("ACME", "40", [("20", "20261105", "900")])
    other = Account("U7654321").trade("BUY", "ACME", "20261105", "1")
    other.hold("ACME", "40", [("1", "20261105", "30")])
    alone = document(tmp_path, account)["harvest"]
    assert [row["free_from"] for row in alone] == [""]
    both = document(tmp_path, account, other, words=("--account", "all"))["harvest"]
    assert [row["free_from"] for row in both] == ["2026-12-06"]


@pytest.mark.parametrize(
    ("right", "side", "possible"),
    [("C", "BUY", 1), ("C", "SELL", 0), ("P", "SELL", 1), ("P", "BUY", 0), ("", "BUY", 1)],
)
@pytest.mark.parametrize(
    ("day", "near"), [("20260130", 0), ("20260131", 1), ("20260401", 1), ("20260402", 0)]
)
def test_an_option_counts_that_may_bring_the_shares_within_30_days(
    tmp_path: Path, right: str, side: str, possible: int, day: str, near: int
) -> None:
    account = Account().sale("ACME", "20260302", [("100", "20250110", "5000", "-800")])
    terms = {"assetCategory": "OPT", "underlyingSymbol": "ACME", "putCall": right}
    account.trade(side, "ACME  260619X00050000", day, "1", **terms)
    (loss,) = document(tmp_path, account)["losses"]
    assert len(loss["options"]) == possible * near


@pytest.mark.parametrize(
    ("category", "side", "realized", "said"),
    [
        ("OPT", "SELL", "-80", "option was closed"),
        ("OPT", "SELL", "0", ""),
        ("OPT", "SELL", "80", ""),
        ("STK", "BUY", "-80", "short position was closed"),
        ("STK", "BUY", "80", ""),
        ("FUT", "BUY", "-80", ""),
    ],
)
def test_only_losses_of_options_and_shorts_are_unclear(
    tmp_path: Path, category: str, side: str, realized: str, said: str
) -> None:
    account = Account().sale(
        "THIS", "20260302", [("1", "20260110", "500", realized)], assetCategory=category
    )
    for row in (*account.rows["Trade"], *account.rows["Lot"]):
        row.update(buySell=side, quantity="1")
    found = document(tmp_path, account)
    assert found["losses"] == []
    assert len(found["unclear"]) == bool(said)
    assert all(said in row["sentence"] for row in found["unclear"])


def test_a_losing_fund_is_told_with_those_of_its_class_that_are_held(tmp_path: Path) -> None:
    account = Account().hold("ACME", "50", [("6", "20240105", "400")])
    account.hold("CBU7", "50", [("60", "20240105", "4000")], isin="IE00B3VWN393")
    account.hold("BBIL", "50", [("60", "20240105", "2000")], isin="IE00BJK3WF00")
    (row,) = document(tmp_path, account)["alternatives"]
    assert (row["symbol"], row["class"], row["held"]) == ("CBU7", "BOND", ["BBIL"])
    table = os.path.join(ROOT, "scripts", "ib_portfolio", "market", "funds.tsv")
    with open(table, encoding="utf-8") as file:
        funds = [line.split("\t") for line in file if not line.startswith("#")]
    bonds = [cells for cells in funds if cells[3].strip() == "BOND" and ":USD" in cells[2]]
    assert row["others"] == len(bonds) - 2 > 100  # without the two that are held


def test_losses_of_shorts_and_options_are_named(tmp_path: Path) -> None:
    account = Account().sale(
        "ACME  260619C00050000", "20260302", [("1", "20260110", "500", "-80")], assetCategory="OPT"
    )
    found = document(tmp_path, account)
    assert found["losses"] == [] and "Possible" in found["unclear"][0]["sentence"]


def test_the_year_end_request_begins_with_the_losses_to_take(tmp_path: Path) -> None:
    text = check(tmp_path, washed(), words=("年末に向けて損出し",)).out
    assert text.index("LOSSES THAT CAN BE TAKEN") < text.index("SALES AT A LOSS")
    usual = check(tmp_path, washed()).out
    assert usual.index("LOSSES THAT CAN BE TAKEN") > usual.index("SALES AT A LOSS")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--start", "soon"], 2, "--start does not take soon"),
        (["--tax-rate", "150"], 2, "--tax-rate does not take 150"),
        (["--year", "26"], 2, "--year does not take 26"),
        (["--year", "2025", "--ytd"], 2, "--ytd"),
        (["sell AAPL"], 1, "AAPL"),
        (["add 5,000"], 1, "5,000"),
        (["--account", "U9"], 1, "U***4567"),
        (["--start", "2027-01-01", "--account", "U1234567"], 1, "does not cover 2027"),
        (["--year", "2023", "--account", "U1234567"], 1, "2026-01-01 to 2026-11-20"),
        (["--csv", "x.txt"], 2, "csv"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(tmp_path: Path, words, code, said) -> None:
    path = write_statement(tmp_path, washed(), Account("U7654321"))
    answer = run_door("wash", ["--statement", path, *words])
    assert (answer.code, answer.out) == (code, "") and answer.err.count("\n") == 1
    assert said in answer.err


@pytest.mark.parametrize(
    ("field", "value"), [("quantity", "many"), ("tradeDate", ""), ("buySell", "HOLD")]
)
def test_a_trade_that_cannot_be_read_is_refused_by_name(tmp_path: Path, field, value) -> None:
    account = washed()
    account.rows["Trade"][0].update({field: value, "dateTime": ""})
    answer = check(tmp_path, account)
    assert answer.code == 1 and field in answer.err and "ACME" in answer.err


def test_files_are_written_and_nothing_else_is_overwritten(tmp_path: Path) -> None:
    table, page = tmp_path / "wash.csv", tmp_path / "wash.html"
    words = ("--csv", str(table), "--html", str(page))
    assert check(tmp_path, washed(), words=words).code == 0
    rows = table.read_text("utf-8-sig").splitlines()
    assert rows[0].startswith("section,account,date,symbol") and len(rows) >= 3
    assert "240.00" in page.read_text("utf-8") and "<script" not in page.read_text("utf-8")
    assert (table.stat().st_mode & 0o777, page.stat().st_mode & 0o777) == (0o600, 0o600)
    assert check(tmp_path, washed(), words=words).code == 0
    table.write_text("my own", "utf-8")
    answer = check(tmp_path, washed(), words=words)
    assert answer.code == 1 and table.read_text("utf-8") == "my own"


MUTANTS: List[Tuple[str, Tuple[Any, ...], Any]] = [
    ("losses listed", ("losses",), []),
    ("losses listed", ("losses", 0, "loss"), "80.00"),
    ("replacements", ("losses", 0, "replacements", 0, "bought_on"), "2026-04-12"),
    ("replacements", ("losses", 0, "verdict"), "possible"),
    ("parts of losses", ("losses", 0, "replacements", 0, "disallowed"), "24.00"),
    ("parts of losses", ("totals", "allowed"), "800.00"),
    ("holding periods", ("losses", 0, "replacements", 0, "held_since"), "2025-01-10"),
    ("holding periods", ("losses", 0, "replacements", 0, "lost_for_good"), True),
    ("free days", ("open_windows", 0, "free_from"), "2026-12-02"),
    ("free days", ("recent_purchases", 0, "free_from"), "2026-12-01"),
    ("open losses", ("harvest", 0, "loss"), "1.00"),
    ("open losses", ("harvest", 0, "term"), "short"),
    ("open losses", ("harvest", 0, "value"), "2000.01"),
    ("replacements", ("losses", 0, "possible_quantity"), "1"),
    ("parts of losses", ("losses", 0, "disallowed"), "25.01"),
    ("free days", ("open_windows", 0, "at_stake"), "80.01"),
    ("late purchases", ("recent_purchases", 0, "quantity"), "6"),
    ("late purchases", ("harvest", 0, "obstacles", 0, "quantity"), "6"),
    ("sums of open losses", ("harvest_totals", "long"), "1000.01"),
    ("sums of open losses", ("own_wash_sales",), 1),
    ("funds of a class", ("alternatives", 0, "others"), 0),
    ("funds of a class", ("alternatives", 0, "others"), 900),
]


def everything() -> Account:
    account = washed().sale("LATE", "20261110", [("10", "20250110", "500", "-80")])
    account.trade("BUY", "NEWS", "20261101", "5")
    account.hold("CBU7", "50", [("60", "20240105", "3005")], isin="IE00B3VWN393")
    return account.hold("NEWS", "40", [("5", "20261101", "150"), ("50", "20240105", "3000")])


@pytest.mark.parametrize(("name", "path", "value"), MUTANTS)
def test_a_wrong_claim_is_found_by_its_check(tmp_path: Path, name, path, value) -> None:
    use_exact_decimals()
    statement = write_statement(tmp_path, everything())
    request = parse_tax_words("wash-sale-check", ["--statement", statement])
    raw = read_accounts(request).raw
    broken = copy.deepcopy(carry_out(request, "2026-11-23").document)
    place = broken
    for step in path[:-1]:
        place = place[step]
    assert place[path[-1]] != value
    place[path[-1]] = value
    failed = [row["name"] for row in check_wash_sales(broken, raw) if not row["passed"]]
    assert name in failed


def test_the_sample_and_its_json() -> None:
    assert run_door("wash", ["--sample"]).code == 0
    found = json.loads(run_door("wash", ["--sample", "--json"]).out)
    # 450 INTC: 300 of 2025-01-27 cost 31.2 and 150 of 2026-11-05 cost 26.4, at 24.75.
    intc = [(row["opened"], row["loss"]) for row in found["harvest"] if row["symbol"] == "INTC"]
    assert intc == [("2025-01-27", "1935.00"), ("2026-11-05", "247.50")]


def test_no_statement_is_usage() -> None:
    answer = run_door("wash", [])
    assert answer.code == 2 and "--sample" in answer.err


@pytest.mark.parametrize("day", ["", "20261131", "--"])
def test_lots_without_the_day_on_which_they_were_opened_are_not_clear(
    tmp_path: Path, day: str
) -> None:
    account = Account().hold("ACME", "50", [("6", "20240105", "400")])
    for row in account.rows["OpenPosition"]:
        row.pop("openDateTime", None)
        row.update({"openDateTime": day} if day else {})
    (lot,) = document(tmp_path, account)["harvest"]
    assert (lot["opened"], lot["term"], lot["loss"]) == ("", "", "100.00")
