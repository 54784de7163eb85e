"""Which lots a sale takes: properties of the methods, and of whole runs that ask for lots."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lot_rows import document_with_lots, stock_rows
from portfolios import day_of
from referencing import Registry, Resource
from terminal import ROOT, STATEMENTS, run

from ib_portfolio.core.portfolio import Lot
from ib_portfolio.reports.text_lots import lots_section
from ib_portfolio.reports.text_report import render_report
from ib_portfolio.reports.text_table import display_width
from ib_portfolio.request.request import parse_text
from ib_portfolio.sources.flex_statement import portfolio_of
from ib_portfolio.taxes.lots import METHODS, lots_unclear, take_lots

PRICE = Decimal("12.34")
SOLD = "2025-09-15"
LOTLESS = os.path.join(STATEMENTS, "c_messy25.xml")
DAYS = [f"20{year}-{month:02}-{day:02}" for year in (23, 25) for month in (2, 9) for day in (1, 28)]

quantities = st.integers(1, 10**6).map(lambda number: Decimal(number) / 100)
lot_lists = st.lists(
    st.builds(
        Lot,
        quantity=quantities,
        cost=st.integers(0, 10**9).map(lambda number: Decimal(number) / 100),
        opened=st.sampled_from(DAYS),
    ).map(lambda lot: lot._replace(held_since=lot.opened)),
    min_size=1,
    max_size=8,
).map(tuple)


@st.composite
def sales(draw: st.DrawFn) -> Tuple[Tuple[Lot, ...], Decimal]:
    """Lots, and how much of them is sold."""
    lots = draw(lot_lists)
    whole = sum(lot.quantity for lot in lots)
    share = draw(st.integers(1, 1000))
    return lots, whole * share / 1000


def gain_of(lots: Tuple[Lot, ...], quantity: Decimal, method: str) -> Decimal:
    return sum(part.gain(PRICE) for part in take_lots(lots, quantity, method, PRICE, SOLD))


@given(sales(), st.sampled_from(METHODS))
def test_lots_sum_to_what_is_sold_and_none_gives_more_than_it_has(sale, method) -> None:
    lots, quantity = sale
    parts = take_lots(lots, quantity, method, PRICE, SOLD)
    assert sum(part.quantity for part in parts) == quantity
    assert all(0 < part.quantity <= part.lot.quantity for part in parts)
    assert len({id(part.lot) for part in parts}) == len(parts)
    assert all(part.quantity == part.lot.quantity for part in parts[:-1])


@given(sales(), st.sampled_from(METHODS))
def test_gains_are_value_less_cost(sale, method) -> None:
    lots, quantity = sale
    parts = take_lots(lots, quantity, method, PRICE, SOLD)
    cost = sum(part.cost for part in parts)
    assert abs(gain_of(lots, quantity, method) - (quantity * PRICE - cost)) < Decimal("1e-30")


@given(lot_lists)
def test_all_methods_agree_when_everything_is_sold(lots) -> None:
    whole = sum(lot.quantity for lot in lots)
    gains = [gain_of(lots, whole, method) for method in METHODS]
    assert gains == [whole * PRICE - sum(lot.cost for lot in lots)] * len(METHODS)


@given(sales())
def test_the_highest_cost_never_realises_more_than_another(sale) -> None:
    lots, quantity = sale
    least = gain_of(lots, quantity, "HIGHEST_COST")
    assert all(least <= gain_of(lots, quantity, method) + Decimal("1e-30") for method in METHODS)


@given(sales())
def test_oldest_and_newest_first(sale) -> None:
    lots, quantity = sale
    for method, order in (("FIFO", 1), ("LIFO", -1)):
        days = [part.lot.opened for part in take_lots(lots, quantity, method)]
        assert days == sorted(days)[::order]


# IBKR's page, word by word: which lots the four methods take before which, per share.
TABLE = {
    "MAX_LONG_TERM_GAIN": "max LT gain, max ST gain, min ST loss, min LT loss",
    "MAX_LONG_TERM_LOSS": "max LT loss, max ST loss, min ST gain, min LT gain",
    "MAX_SHORT_TERM_GAIN": "max ST gain, max LT gain, min LT loss, min ST loss",
    "MAX_SHORT_TERM_LOSS": "max ST loss, max LT loss, min LT gain, min ST gain",
}


def by_table(lots: List[Lot], method: str) -> List[Lot]:
    """The lots picked one by one: the best of the first kind that is left."""
    left, found = list(lots), []
    while left:
        for kind in TABLE[method].split(", "):
            most, term, sign = kind.split()
            of_kind = [
                lot
                for lot in left
                if (lot.held_since < "2024-09-15") == (term == "LT")  # a year before SOLD
                and (PRICE * lot.quantity >= lot.cost) == (sign == "gain")
            ]
            if of_kind:
                pick = max if most == "max" else min
                best = pick(abs(PRICE - lot.cost / lot.quantity) for lot in of_kind)
                same = [lot for lot in of_kind if abs(PRICE - lot.cost / lot.quantity) == best]
                found.append(min(same, key=lambda lot: lot.opened))
                left.remove(found[-1])
                break
    return found


@given(lot_lists, st.sampled_from(sorted(TABLE)))
def test_the_max_methods_take_lots_as_ibkr_s_table_says(lots, method) -> None:
    whole = sum(lot.quantity for lot in lots)
    taken = [part.lot for part in take_lots(lots, whole, method, PRICE, SOLD)]
    assert taken == by_table(list(lots), method)


@pytest.mark.parametrize("oldest", ["0.5", "1", "1.5"])
def test_a_lot_of_half_a_share_is_sold_before_the_next(oldest: str) -> None:
    """Sold at 10 are the half share bought at 4, then some bought at 9; nothing is rounded."""
    part = Decimal(oldest)
    newer = 100 - part
    lots = [(str(newer), str(newer * 9), "20251119"), (oldest, str(part * 4), "20240315")]
    document = document_with_lots(stock_rows(lots), "growth")
    (trade,), (sale,) = document["trades"], document["lots"]["sales"]
    sold = Decimal(trade["quantity"])
    assert sold == 11  # a tenth into cash, and what the order costs
    assert Decimal(trade["estimated_realized_gain"]) == part * 6 + (sold - part)
    taken = next(row["lots"] for row in sale["methods"] if row["method"] == "FIFO")
    assert [(row["quantity"], row["opened"]) for row in taken] == [
        (oldest, "2024-03-15"),
        (str(sold - part), "2025-11-19"),
    ]


def test_the_gain_of_a_plan_is_that_of_its_oldest_lots() -> None:
    """Sold at 10 are the 20 bought at 4, then some bought at 9; the whole gain is 2 a share."""
    lots = [("120", "1080", "20251119"), ("20", "80", "20240315"), ("40", "440", "20260805")]
    rows = stock_rows(lots, fifoPnlUnrealized="360")
    rows["CashReportCurrency"][0]["endingCash"] = "-200"
    document = document_with_lots(rows, "growth")
    (trade,) = document["trades"]
    sold = Decimal(trade["quantity"])
    oldest = min(sold, Decimal(20))
    wanted = sold * 10 - oldest * 4 - (sold - oldest) * 9
    assert 20 < sold < 140 and Decimal(trade["estimated_realized_gain"]) == wanted
    assert trade["gain_method"] == "FIFO"
    rows["OpenPosition"] = rows["OpenPosition"][:1]
    (trade,) = document_with_lots(rows, "growth")["trades"]
    assert Decimal(trade["estimated_realized_gain"]) == sold * 2
    assert trade["gain_method"] == "PROPORTION"


@pytest.mark.parametrize(
    ("bare", "sentence"),
    [
        ((), "lot by lot, the oldest first (FIFO"),
        (("ACME", "BARE"), "in proportion to what is sold of each unrealized gain"),
        (("BARE",), "in proportion to the unrealized gain for BARE, whose lots are not known"),
    ],
)
def test_the_report_names_the_rule_of_its_gains(bare, sentence) -> None:
    rows = stock_rows([("100", "400", "20250101")], fifoPnlUnrealized="600")
    rows["OpenPosition"] += [
        {**row, "symbol": "BARE", "conid": "1002"} for row in rows["OpenPosition"]
    ]
    rows["OpenPosition"] = [
        row
        for row in rows["OpenPosition"]
        if row["levelOfDetail"] == "SUMMARY" or row["symbol"] not in bare
    ]
    document = {**document_with_lots(rows, "growth"), "dry_run": True}
    assert sentence in " ".join(render_report(document).split())


def _lots(*rows: Tuple[str, str, str]) -> Tuple[Lot, ...]:
    return tuple(Lot(Decimal(quantity), Decimal(cost), day) for quantity, cost, day in rows)


def test_lots_of_equal_cost_go_oldest_first() -> None:
    lots = _lots(("1", "9", "2025-02-01"), ("2", "18", "2023-02-01"), ("1", "8", "2022-02-01"))
    taken = take_lots(lots, Decimal(2), "HIGHEST_COST")
    assert [part.lot.opened for part in taken] == ["2023-02-01"]


@pytest.mark.parametrize(
    ("lots", "key"),
    [
        ((), "lots_unclear.none"),
        ((("4", "40", "20250101"),), "lots_unclear.sum"),
        ((("12", "40", "20250101"), ("-2", "8", "20250101")), "lots_unclear.short"),
        ((("10", "", "20250101"),), "lots_unclear.cost"),
        ((("10", "40", ""),), "lots_unclear.opened"),
        ((("10", "40", "1/2/25"),), "lots_unclear.opened"),
        ((("10", "40", "20250101;093000"),), ""),
    ],
)
def test_lots_that_tell_too_little_are_named(lots, key) -> None:
    rows = stock_rows(lots or [("10", "40", "20250101")])
    rows["OpenPosition"][0]["position"] = "10"
    if not lots:
        rows["OpenPosition"] = rows["OpenPosition"][:1]
    position = portfolio_of(day_of(rows), "statement").positions[0]
    assert lots_unclear(position) == key
    document = document_with_lots(rows, "growth", tax_rate="short=37,long=20")
    sale = document["lots"]["sales"][0]
    assert bool(sale["unclear"]) == bool(key) and bool(sale["methods"]) != bool(key)
    text = render_report(document)
    assert ("Cannot tell which lots are taken of ACME: " in text) == bool(key)
    assert ("No estimate:" in text) == bool(key) and ("\nTotal\n" in text) != bool(key)


def test_lots_of_one_day_are_taken_by_their_time() -> None:
    lots = [("5", "60", "20250301;150000"), ("5", "50", "20250301;093000")]
    document = document_with_lots(stock_rows(lots), "growth")
    taken = {
        row["method"]: row["lots"][0]["cost"] for row in document["lots"]["sales"][0]["methods"]
    }
    assert taken == {
        "FIFO": "20.00",
        "LIFO": "24.00",
        "HIGHEST_COST": "24.00",
        "MAX_LONG_TERM_GAIN": "20.00",
        "MAX_LONG_TERM_LOSS": "24.00",
        "MAX_SHORT_TERM_GAIN": "20.00",
        "MAX_SHORT_TERM_LOSS": "24.00",
    }


def test_one_without_lots_is_left_out_of_the_totals_by_name() -> None:
    rows = stock_rows([("100", "400", "20250101")])
    rows["OpenPosition"].append({**rows["OpenPosition"][0], "symbol": "BARE", "conid": "1002"})
    lots = document_with_lots(rows, "growth")["lots"]
    assert lots["left_out"] == ["BARE"]
    own = next(sale for sale in lots["sales"] if sale["symbol"] == "ACME")
    assert [row["gain"] for row in lots["totals"]] == [row["gain"] for row in own["methods"]]


def test_a_plan_without_sales_says_so() -> None:
    rows = stock_rows([("10", "40", "20250101")])
    rows["CashReportCurrency"][0]["endingCash"] = "10000"
    document = document_with_lots(rows, "growth")
    assert document["lots"]["sales"] == [] and document["wash_sales"] == []
    assert document["lots"]["notes"] == [] and document["lots"]["totals"] == []
    assert "Nothing is sold, so no lot is taken." in render_report(document)


@pytest.mark.parametrize(
    "text",
    [
        "growth, by lot",
        "show the tax lots, growth",
        "growth --lots",
        "積極的に、ロット別で",
        "リスク高めでロットごとに見せて",
        "growth with fifo and lifo",
        "成長型でウォッシュセールも確認",
    ],
)
def test_lots_are_asked_for_in_both_languages(text: str) -> None:
    request = parse_text(text)
    assert (request.profile, request.options) == ("growth", {"lots": ""})


@pytest.mark.parametrize("text", ["growth, not by lot", "ロット別ではなく積極的に", "growth a lot"])
def test_lots_are_not_asked_for(text: str) -> None:
    assert parse_text(text).options == {}


def test_a_short_report_leaves_out_small_sales_but_no_total() -> None:
    rows = stock_rows([("100", "400", "20250101")])
    summary, lot = rows["OpenPosition"]
    rows["OpenPosition"] = [
        {**row, "symbol": f"S{place:02}", "conid": str(2000 + place)}
        for place in range(20)
        for row in (summary, lot)
    ]
    document = document_with_lots(rows, "growth")
    long, short = (render_report(document, most) for most in (0, 50))
    assert len(document["lots"]["sales"]) == 20 and "5 smaller sales" in short
    assert "\nS19\n all the same |" in long and "\nS19\n" not in short
    totals = [text.split("\nTotal\n")[1].split("\n")[:1] for text in (long, short)]
    assert totals[0] == totals[1] and "all the same" in totals[0][0]


def test_a_long_symbol_stands_across_the_columns() -> None:
    rows = stock_rows([("100", "400", "20250101"), ("60", "300", "20260601")], symbol="A" * 58)
    document = document_with_lots(rows, "growth")
    lines = lots_section(document, 0)
    assert max(map(display_width, lines)) <= 75
    assert lines[lines.index("A" * 58) + 1].startswith(" FIFO")


def test_what_is_the_same_of_many_sales_is_said_once() -> None:
    words = ["--statement", LOTLESS, "growth", "--lots"]
    section = run(words).out.split("🧾")[1].split("🔒")[0]
    assert section.count("Cannot tell which lots are taken of") == 1
    assert section.count("Wash sale: ") == 1
    notices = json.loads(run([*words, "--json"]).out)["wash_sales"]
    assert len(notices) == 6 and all(row["symbol"] in section for row in notices)


def test_sales_of_which_nothing_can_be_told_are_named_in_one_notice() -> None:
    rows = stock_rows([("100", "", "20250101")])
    summary, lot = rows["OpenPosition"]
    summary.pop("fifoPnlUnrealized", None), summary.pop("costBasisMoney", None)
    rows["OpenPosition"] = [
        {**row, "symbol": f"S{place}", "conid": str(2000 + place)}
        for place in range(9)
        for row in (summary, lot)
    ]
    document = document_with_lots(rows, "growth")
    assert len(document["wash_sales"]) == 9
    text = " ".join(render_report(document).split())
    assert text.count("cannot tell whether S") == 1
    assert "The same is true of S1, S2, S3, S4, S5, S6, S7, S8." in text
    # Sales of which different things are to be said have notices of their own.
    document["wash_sales"][4]["sentence"] += " And more."
    assert " ".join(render_report(document).split()).count("cannot tell whether S") == 2


MODULES = (
    "market.holding_period",
    "taxes.gains_by_lot",
    "taxes.wash_sales",
    "reports.text_lots",
    "checks.tax.lot_checks",
)


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--lots"]])
def test_a_run_that_does_not_ask_loads_none_of_it(options: List[str]) -> None:
    code = (
        f"import sys; sys.path.insert(0, {ROOT + '/scripts'!r})\n"
        "from rebalance import main\n"
        f"main(['--sample', '--profile', 'growth', *{options!r}])\n"
        f"print([name for name in {MODULES!r} if 'ib_portfolio.' + name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(list(MODULES) if "--lots" in options else [])


def test_the_sample_by_lot() -> None:
    """The figures are worked out by hand from the sample's LOT rows and prices."""
    answer = run(["--sample", "--profile", "conservative", "--dry-run", "--lots"])
    assert answer.code == 0, answer.err
    cells, name = [], ""
    for line in answer.out.split("🧾")[1].split("\n"):
        row = [cell.strip() for cell in line.split("|")]
        if len(row) > 1 and row[-1]:
            cells.append((name, *row))
        elif len(row) > 1:  # names that go on below
            cells[-1] = (name, f"{cells[-1][1]} {row[0]}".strip(), *cells[-1][2:])
        else:
            name = line
    newest = "LIFO, Highest Cost, MLL, MSL"
    for row in (
        # 80 of 100 @ 220, sold @ 310
        ("VTI", "FIFO, MLG, MSG", "80 of 2023-03-15", "$0.00", "$7,200.00", "$7,200.00"),
        # 40 @ 268.5 first: 1,660 + 40 x 90
        (
            "VTI",
            newest,
            "40 of 2025-04-08",
            "$0.00",
            "$5,260.00",
            "$5,260.00",
        ),
        # 30 @ 251.2 below the price of 245.5, then 21 @ 172.4
        (
            "AAPL",
            newest,
            "30 of 2026-06-10",
            "-$171.00",
            "$1,535.10",
            "$1,364.10",
        ),
        # 34 x (228.5 - 141.3) EUR at 1.0825
        ("SAP", "all the same", "34 of 2024-02-14", "$0.00", "$3,209.40", "$3,209.40"),
        ("INTC", "LIFO, MLG, MSL", "150 of 2026-11-05", "-$247.50", "-$690.15", "-$937.65"),
        ("Total", "FIFO", "", "$0.00", "$17,526.10", "$17,526.10"),
        ("Total", "LIFO", "", "-$391.05", "$14,293.50", "$13,902.45"),
        ("Total", "Highest Cost, MLL", "", "-$143.55", "$13,326.00", "$13,182.45"),
    ):
        assert row in cells, row
    assert "Estimate" not in answer.out.split("🧾")[1]
    assert "SAP: the cost is converted with today's rate" in answer.out


@pytest.mark.parametrize("source", [["--sample"], ["--statement", LOTLESS]])
def test_the_schema_describes_lots(source: List[str]) -> None:
    options = ["--profile", "growth", "--tax-rate", "short=37,long=20", "--json"]
    document = json.loads(run([*source, *options]).out)
    schemas = []
    for name in ("plan", "target"):
        with open(os.path.join(ROOT, "schemas", f"{name}.schema.json"), encoding="utf-8") as file:
            schemas.append(json.load(file))
    found = Registry().with_resources((row["$id"], Resource.from_contents(row)) for row in schemas)
    validator = Draft202012Validator(schemas[0], registry=found)
    assert not list(validator.iter_errors(document))
    assert document["lots"]["sales"] and document["wash_sales"]
    document["lots"]["sales"][0]["methods"] = document["lots"]["sales"][0]["methods"][:2] or [{}]
    assert list(validator.iter_errors(document))
