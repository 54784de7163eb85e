"""The report's layout: the headings, columns and labels that people know, aligned, in 75 columns.

After a wanted change, `python tests/unit/test_report.py` writes the expected reports again.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any, Dict, List

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, os.pardir, "fixtures")
if __name__ == "__main__":
    sys.path[:0] = [HERE, os.path.join(HERE, os.pardir, os.pardir, "scripts")]

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from portfolios import (  # noqa: E402
    PROFILES,
    Holding,
    day_of,
    many_rows,
    portfolio_with,
    request_for,
    statements,
)

from ib_portfolio.checked_plan import checked_document, plan_from_statement  # noqa: E402
from ib_portfolio.checks.evidence import statement_evidence  # noqa: E402
from ib_portfolio.core.messages import Refusal  # noqa: E402
from ib_portfolio.core.profiles import find_profile  # noqa: E402
from ib_portfolio.market.commissions import FeeTable  # noqa: E402
from ib_portfolio.planning.plan import make_plan  # noqa: E402
from ib_portfolio.planning.target import build_target  # noqa: E402
from ib_portfolio.rebalance import carry_out  # noqa: E402
from ib_portfolio.reports.document.plan_writer import plan_document  # noqa: E402
from ib_portfolio.reports.text_report import render_report  # noqa: E402
from ib_portfolio.reports.text_table import display_width  # noqa: E402
from ib_portfolio.request.request import parse_words  # noqa: E402
from ib_portfolio.sources.flex_statement import portfolio_of  # noqa: E402

Document = Dict[str, Any]
EXAMPLE = os.path.join(FIXTURES, "statements", "a_seed_example.xml")


# Each expected report: the words of the terminal that print it. They teach what the options do.
SEVERAL = os.path.join(FIXTURES, "flex", "several_accounts.xml")
WHOLE = os.path.join(FIXTURES, "statements", "d_25_plain.xml")
GOLDEN = {
    "a_seed_example_growth_live": ["--statement", EXAMPLE, "growth"],
    "a_seed_example_growth_dry_run": ["--statement", EXAMPLE, "growth", "--dry-run"],
    "a_seed_example_band_outside": ["--statement", EXAMPLE, "growth", "--band", "5/25"],
    "sample_band_inside": ["--sample", "growth", "--band", "20"],
    "a_seed_example_min_trade": ["--statement", EXAMPLE, "growth", "--min-trade", "30,000"],
    "sample_lots": ["--sample", "growth", "--dry-run", "--lots", "--tax-rate", "short=37,long=20"],
    "sample_lock": ["--sample", "growth", "--lock", "AAPL,BOND:*"],
    "sample_explain": ["--sample", "growth", "--explain", "--max-turnover", "10"],
    "sample_no_sell_contribute": ["--sample", "growth", "--no-sell", "--contribute", "20,000"],
    "several_accounts_household": ["--statement", SEVERAL, "growth", "--account", "all"],
    "d_25_plain_conservative": ["--statement", WHOLE, "conservative", "--dry-run"],
}


def printed(words: List[str]) -> str:
    """What a terminal prints for the words on the Monday after the prices."""
    return carry_out(parse_words(words), "2026-11-23").report()


def example(dry_run: bool) -> str:
    """The report of the example in the command's own text."""
    return printed(["--statement", EXAMPLE, "growth", *(["--dry-run"] if dry_run else [])])


def golden(name: str) -> str:
    return os.path.join(FIXTURES, "reports", f"{name}.txt")


@pytest.mark.parametrize("name", GOLDEN)
def test_an_expected_report(name: str) -> None:
    with open(golden(name), encoding="utf-8") as file:
        assert printed(GOLDEN[name]) == file.read()


def test_every_expected_report_is_of_a_run_and_fits_the_screen() -> None:
    names = os.listdir(os.path.dirname(golden("")))
    assert sorted(names) == sorted(f"{name}.txt" for name in GOLDEN)
    for name in GOLDEN:
        with open(golden(name), encoding="utf-8") as file:
            wide = [line for line in file.read().split("\n") if display_width(line) > 75]
        assert wide == [], name


# Every heading, column and label of the layout that the command promises, in its order.
HEAD = [
    "=== Portfolio Rebalancing Report ===",
    "Profile: growth (75% Stocks / 15% Bonds / 10% Cash)",
    "Mode: ",
    "📊 CURRENT vs TARGET ALLOCATION",
    "Asset Class",
    "Stocks (STK)",
    "Bonds (BOND)",
    "Cash",
    "📋 REQUIRED TRADES (execute in this order)",
    "# | Action",
    "💰 TRADE SUMMARY",
    "Total Trades:",
    "Total to Sell:",
    "Total to Buy:",
    "Net Cash Movement:",
    "Est. Total Commission:",
]
TAX = [
    "[DRY RUN ONLY — Tax Impact Simulation]",
    "Estimated Taxable Gains:",
    "Estimated Tax Losses:",
    "Net Tax Impact:",
]
TAIL = [
    "⚠️ WARNINGS",
    "✅ CHECKS: ",
    "🎯 EXECUTION ORDER: SELL first",
    "=== NEXT STEPS ===",
    "→ Simulate tax first: /rebalance-portfolio --profile growth --dry-run",
    "→ Full strategy view: /investment-strategy",
    "1 sell 25,000.00, 2 buys 24,950.00, commission 7.00: 75.0/15.0/10.0 after",
]


@pytest.mark.parametrize("dry_run", [False, True])
def test_every_heading_and_label_stands_once_and_in_order(dry_run: bool) -> None:
    lines = example(dry_run).splitlines()
    places = []
    # After a simulation the next step is no simulation.
    tail = [row for row in TAIL if not (dry_run and "Simulate" in row)]
    wanted = [*HEAD, *(TAX if dry_run else []), *tail]
    for label in wanted:
        found = [place for place, line in enumerate(lines) if line.startswith(label)]
        assert found, label
        places.append(next(place for place in found if not places or place > places[-1]))
    assert places == sorted(places)
    assert any("Tax Impact Simulation" in line for line in lines) == dry_run


def test_modes_and_columns() -> None:
    assert "Mode: LIVE TRADE LIST\n" in example(False)
    assert "Mode: DRY RUN - Simulation\n" in example(True)
    rows = [re.split(r"\s+\|\s+", line) for line in example(False).splitlines() if " | " in line]
    assert ["Asset Class", "Current Value", "Current %", "Target %", "Drift"] in rows
    assert ["#", "Action", "Symbol", "Amount", "Est. Shares", "Commission"] in rows


def test_drifts_say_which_way() -> None:
    text = example(False)
    assert "-25.0% UNDERWEIGHT ⬆\n" in text and "+25.0% OVERWEIGHT  ⬇\n" in text


def test_large_values_take_the_room_of_long_words() -> None:
    holdings = [Holding("VT", "STK", "5000000000", "10"), Holding("B", "BOND", "1000", "0.8")]
    text = render_report(planned(holdings, "700"))
    assert "+50.0% OVER  ⬇\n" in text and "UNDERWEIGHT" not in text
    assert max(map(display_width, text.split("\n"))) <= 75


def planned(holdings, cash="0", dry_run=False, **changes: object) -> Document:
    """The document of a hand-made portfolio."""
    portfolio = portfolio_with(holdings, cash)._replace(**changes)
    target = build_target(portfolio, find_profile("balanced"))
    document = plan_document(make_plan(portfolio, target, FeeTable(portfolio.usd_rate)), dry_run)
    return {**document, "heading_notes": []}


def tables(text: str) -> List[List[str]]:
    """The runs of lines that are tables: a rule, the line above it and those below it."""
    lines, found = text.splitlines(), []
    for place, line in enumerate(lines):
        if line and set(line) == {"-", "|"}:
            end = place + 1
            while end < len(lines) and " | " in lines[end]:
                end += 1
            found.append(lines[place - 1 : end])
    return found


def bars(line: str) -> List[int]:
    return [display_width(line[:place]) for place, mark in enumerate(line) if mark == "|"]


HOLDINGS = [
    Holding("三菱UFJ銀行", "STK", "900", "4012.5"),
    Holding("7203", "STK", "12345", "18.07"),
    Holding("T 4 1/4 11/15/34", "BOND", "1500000", "0.98"),
    Holding("NVDA  261218C00150000", "OPT", "-3", "-812345.67"),
]


@pytest.mark.parametrize("cash", ["-250000.5", "0", "7654321"])
def test_tables_are_aligned_by_display_width(cash: str) -> None:
    found = tables(render_report(planned(HOLDINGS, cash, True)))
    assert len(found) >= 3
    for table in found:
        assert len(table) > 2 and len({tuple(bars(line)) for line in table}) == 1, table


def test_amounts_below_nothing_and_of_seven_digits() -> None:
    text = render_report(planned(HOLDINGS, "-250000.5"))
    assert "-$250,000.50" in text and "$3,611,250.00" not in text
    assert re.search(r"\$\d,\d{3},\d{3}\.\d\d", text)
    assert "shares" in text and re.search(r"\d{3},000 face", text)


def test_a_portfolio_at_its_target_says_so() -> None:
    holdings = [Holding("VT", "STK", "50", "10"), Holding("B", "BOND", "1000", "0.4")]
    text = render_report(planned(holdings, "100"))
    assert text.count("0.0%   ON TARGET") == 3
    assert "No trades needed" in text and re.search(r"Total Trades: +0\n", text)
    assert "⚠️ WARNINGS\n- None\n" in text
    assert text.endswith("\n\nNo trades: 50.0/40.0/10.0 stays as it is\n")


def test_the_order_of_execution_is_a_list_where_there_is_more_to_it() -> None:
    document = plan_from_statement(request_for("growth", statement=EXAMPLE), "2026-11-23")
    assert "🎯 EXECUTION ORDER: SELL first" in render_report(document)
    late = render_report({**document, "as_of": "2026-12-28"})
    assert (
        "🎯 EXECUTION ORDER\n"
        "1. Execute SELL orders first (to generate cash for buys)\n"
        "2. Execute BUY orders in order of drift magnitude (most underweight first)\n"
        "3. Review tax impact section before executing near year-end\n"
    ) in late
    purchases = [row for row in document["trades"] if row["action"] == "BUY"]
    assert "year-end" not in render_report({**document, "as_of": "2026-12-28", "trades": purchases})
    exchange = {"action": "BUY", "pair": "EUR.USD", "amount": "4.00", "currency": "EUR"}
    exchanges = [{**exchange, "value": "4.33", "cost": "2.00"}]
    text = render_report({**document, "exchanges": exchanges})
    assert "2. Exchange the currencies as listed above, before buying\n3. Execute BUY" in text
    lines = text.split("\n")
    place = lines.index("→ Exchange: BUY EUR.USD €4.00 (about $4.33, cost $2.00)")
    assert "| SELL   |" in lines[place - 1] and "| BUY    |" in lines[place + 1]


def test_checks_are_one_line_with_their_names_only_where_reasons_are_asked() -> None:
    document = plan_from_statement(request_for("growth", statement=EXAMPLE), "2026-11-23")
    assert "\n✅ CHECKS: 28 of 28 passed.\n" in render_report(document)
    left = {**document, "checks_not_applicable": ["a", "b"]}
    assert "\n✅ CHECKS: 28 of 28 passed. 2 more do not apply.\n" in render_report(left)
    named = " ".join(render_report({**document, "explained": []}).split())
    assert "28 of 28 passed (weights sum to 100, weights of classes, " in named


def test_many_currencies_stand_in_blocks_and_nothing_is_lost() -> None:
    fields = ("cash_before", "sells", "buys", "commissions", "exchanged", "cash_after")
    names = ("USD", "EUR", "GBP", "JPY", "CHF", "SEK", "HKD")
    rows = [
        {"currency": name, **{field: f"{place}23456{n}.78" for n, field in enumerate(fields)}}
        for place, name in enumerate(names, 1)
    ]
    rows[3]["cash_before"] = None
    document = plan_from_statement(request_for("growth", statement=EXAMPLE), "2026-11-23")
    text = render_report({**document, "currencies": rows, "exchanges": []})
    section = text.split("💱")[1].split("⚠️")[0]
    assert section.count("Cash Before") == section.count("Exchanged") == 2
    assert "cannot tell" in section and "CHF 5,234,564.78" in section and "¥4,234,565.78" in section
    assert max(map(display_width, section.split("\n"))) <= 75


def test_labels_of_the_summary_are_aligned() -> None:
    lines = example(True).splitlines()
    start = lines.index("💰 TRADE SUMMARY") + 2
    assert lines[start].startswith("Total Trades:")
    assert len({len(line) for line in lines[start : start + 6]}) == 1


def test_the_sample_is_called_invented() -> None:
    text = render_report(planned([Holding("VT", "STK", "50", "10")], source="sample"))
    assert text.startswith("*** SAMPLE PORTFOLIO")
    assert "SAMPLE" not in example(False)


def test_a_foreign_symbol_names_its_currency() -> None:
    text = render_report(planned([Holding("7203", "STK", "500", "18", "JPY")]))
    assert "7203 (JPY)" in text and "VT (USD)" not in text


def trade_rows(text: str) -> List[List[str]]:
    table = next(table for table in tables(text) if table[0].lstrip().startswith("# | "))
    return [[cell.strip() for cell in line.split("|")] for line in table[2:]]


def test_many_trades_are_cut_to_the_largest_in_their_order() -> None:
    rows = many_rows(120)
    day = day_of(rows)
    portfolio, evidence = portfolio_of(day, "statement"), statement_evidence(day.rows, {})
    document = checked_document(portfolio, evidence, request_for("growth"), None)
    every = document["trades"]
    assert len(every) > 60
    whole = trade_rows(render_report(document))
    assert [int(row[0]) for row in whole] == [row["priority"] for row in every]
    text = render_report(document, most_trades=50, full_list="/a folder/trades.json")
    cut = trade_rows(text)
    assert len(cut) == 50 and [row for row in whole if row in cut] == cut
    kept = {row[0] for row in cut}
    left = [float(row["amount"]) for row in every if str(row["priority"]) not in kept]
    shown = [float(row[3].replace("$", "").replace(",", "")) for row in cut]
    assert max(left) <= min(shown)
    assert f"{len(every) - 50} smaller of {len(every)} trades" in text
    assert "/a folder/trades.json" in text
    assert len(trade_rows(render_report(document, most_trades=len(every)))) == len(every)
    assert "smaller of" not in render_report(document, most_trades=len(every))
    one_less = render_report(document, len(every) - 1, "/a folder/trades.json")
    assert f"1 smaller of {len(every)} trades" in one_less
    assert len(trade_rows(one_less)) == len(every) - 1
    assert one_less.count("/a folder/trades.json") == 1


def test_many_held_positions_are_cut_and_counted() -> None:
    holdings = [Holding(f"OPT{place}", "OPT", "1", "10") for place in range(40)]
    text = render_report(planned([*holdings, Holding("VT", "STK", "9", "10")]))
    assert text.count("option") == 15 and "and 25 more" in text


@pytest.mark.parametrize(("count", "left"), [(14, ""), (15, ""), (16, "and 1 more")])
def test_a_list_of_15_rows_is_whole_and_one_of_16_is_cut(count: int, left: str) -> None:
    holdings = [Holding(f"OPT{place}", "OPT", "1", "10") for place in range(count)]
    document = planned([*holdings, Holding("VT", "STK", "9", "10")])
    document["heading_notes"] = [f"Note {place:02}." for place in range(count)]
    document["explained"] = [
        {"symbol": f"S{place}", "reason": "Explained"} for place in range(count)
    ]
    text = render_report(document, full_list="/a folder/trades.json")
    for shown in ("option", "Note ", "Explained"):
        assert text.count(shown) == min(count, 15), shown
    assert re.findall("and 1 more", text) == [left] * 3 if left else " more\n" not in text
    whole = render_report(document)
    assert whole.count("Note ") == whole.count("Explained") == count


@given(statements(), st.sampled_from(PROFILES), st.booleans())
@settings(max_examples=60)
def test_no_line_is_over_75_columns_and_nothing_needs_escaping(rows, name, dry_run) -> None:
    day = day_of(rows)
    portfolio, evidence = portfolio_of(day, "statement"), statement_evidence(day.rows, {})
    try:
        request = request_for(name, dry_run=dry_run)
        text = render_report(checked_document(portfolio, evidence, request, "2026-12-31"))
    except Refusal:
        return
    lines = text.split("\n")
    assert lines[-1] == "" and max(map(display_width, lines)) <= 75
    assert not re.search("[`<\x00-\x09\x0b-\x1f]", text)
    assert all(line == line.rstrip() for line in lines)


if __name__ == "__main__":
    for name, words in GOLDEN.items():
        with open(golden(name), "w", encoding="utf-8", newline="\n") as file:
            file.write(printed(words))
