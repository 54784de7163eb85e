"""The table of trades: every column, readable by a spreadsheet, and never a formula."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from typing import Any, Dict, List

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from portfolios import request_for
from terminal import ROOT

from ib_portfolio.checked_plan import plan_from_statement
from ib_portfolio.reports.csv_table import COLUMNS, is_table, render_table, safe_cell

STARTS = "=+-@\t\r\n＝＋－＠"


def _plan(profile: str = "balanced") -> Dict[str, Any]:
    return plan_from_statement(request_for(profile, statement="", sample=True), "2026-11-20")


def _rows(text: str) -> List[Dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_every_field_of_a_trade_is_a_column() -> None:
    with open(os.path.join(ROOT, "schemas", "plan.schema.json"), encoding="utf-8") as file:
        fields = json.load(file)["properties"]["trades"]["items"]["properties"]
    assert list(fields) == COLUMNS[: len(fields)]


def test_the_table_holds_the_trades() -> None:
    plan = _plan()
    rows = _rows(render_table(plan))
    assert plan["trades"]
    for row, trade in zip(rows, plan["trades"]):
        expected = {key: "" if value is None else str(value) for key, value in trade.items()}
        assert {key: row[key] for key in trade} == expected
        assert (row["base_currency"], row["as_of"]) == (plan["base_currency"], plan["as_of"])
    assert len(rows) == len(plan["trades"])


def test_the_bytes_of_a_small_table() -> None:
    plan = _plan()
    trade = {**plan["trades"][0], "symbol": '三菱,"UFJ"', "estimated_realized_gain": "-3.10"}
    text = render_table({**plan, "trades": [trade]})
    line = text.split("\r\n")[1]
    assert line.startswith('1,SELL,"三菱,""UFJ""",')
    assert ",-3.10," in line
    assert text.count("\r\n") == 2 and text.endswith("\r\n")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+A1", "'+A1"),
        ("-A1", "'-A1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", " '=1"),
        ('"=1', "\"'=1"),
        (" ＝1", " '＝1"),
        ("＠x", "'＠x"),
        ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
        ("-12.50", "-12.50"),
        ("-12.50+1", "'-12.50+1"),
        ("BRK-B", "BRK-B"),
        ("T 4 1/4 11/15/34", "T 4 1/4 11/15/34"),
        (None, ""),
        (3, "3"),
    ],
)
def test_cells(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


DANGEROUS = st.text(alphabet=st.sampled_from(list(STARTS + ",;|\"' 　a1A!()“’")), max_size=12)


@given(symbol=st.one_of(DANGEROUS, st.text(max_size=20)))
@example("\r=1")
@example("a\t=1")
@example(";\"'=1")
def test_no_cell_is_a_formula(symbol: str) -> None:
    plan = _SAMPLE
    trade = {**plan["trades"][0], "symbol": symbol}
    text = render_table({**plan, "trades": [trade]})
    cell = _rows(text)[0]["symbol"]
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell, re.ASCII):
        return
    # As cells of this table, and as those of one whose borders are another country's.
    for piece in [cell, *re.split("[,;|\t\r\n]", cell)]:
        assert not piece.lstrip(' \u3000"“”').startswith(tuple(STARTS)), cell
    assert len(_rows(text)) == 1


_SAMPLE = _plan()


@given(symbol=st.text(alphabet=st.characters(exclude_characters="\t\r\n\0"), max_size=20))
def test_only_apostrophes_are_added(symbol: str) -> None:
    assert safe_cell(symbol).replace("'", "") == symbol.replace("'", "")


def test_its_own_files_are_known_again() -> None:
    text = render_table(_SAMPLE)
    assert is_table(text) and is_table(text.replace("conid,", ""))
    for other in ("", "priority", text[1:], "\ufeffsymbol,quantity\r\n"):
        assert not is_table(other)
