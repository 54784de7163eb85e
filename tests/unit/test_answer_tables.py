"""Every recorded table: what is asked at a door of the program is answered as it was read.

A row of a table has the question, what is given, and what is answered: what a request means, what
is true of a market, what the rules of taxes say, what the checks read and find. A row is added by
its first two cells; run as a program, this file writes the third. Read what changes there as one
reads a report: nothing else says that it is right.
"""

from __future__ import annotations

import os
import sys
import tempfile
from functools import cache
from typing import Any

import check_plans
import check_readings
import check_reviews
import check_rules
import check_taxes
import market_told
import pytest
import requests_told
import tax_answers
from answer_table import AnswerTable, tables_in

from ib_portfolio.core.numbers import use_exact_decimals
from ib_portfolio.request import options, phrases

MODULES = (check_plans, check_readings, check_reviews, check_rules, check_taxes, tax_answers)
FOLDERS = {
    "markets": tables_in("markets", market_told.told),
    "requests": tables_in("requests", requests_told.told_of_row),
}
TABLES = [*(one.TABLE for one in MODULES), *(table for same in FOLDERS.values() for table in same)]
CASES = [
    pytest.param(table, asked, id=f"{os.path.basename(table.path)}-{asked}")
    for table in TABLES
    for asked in table.questions()
]


@pytest.mark.parametrize(("table", "asked"), CASES)
def test_what_is_asked_is_answered_as_it_was_read(
    table: AnswerTable, asked: str, tmp_path: Any, monkeypatch: Any
) -> None:
    """`python tests/unit/test_answer_tables.py` where it is to change; read what did."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(options, "read_json_file", cache(options.read_json_file))
    monkeypatch.setattr(phrases, "load_phrases", cache(phrases.load_phrases))
    assert table.stale(asked) == []
    loaded = [one for name, one in sys.modules.items() if name.startswith("ib_portfolio")]
    assert loaded and not any(getattr(one, "TYPE_CHECKING", False) for one in loaded)


def test_every_door_is_asked_at() -> None:
    for module in MODULES:
        assert set(module.TABLE.questions()) == set(module.ASKED), module.__name__
    for module, name in ((market_told, "markets"), (requests_told, "requests")):
        asked = {one for table in FOLDERS[name] for one in table.questions()}
        assert asked == set(module.DOORS), name


def test_a_row_that_is_answered_otherwise_is_seen() -> None:
    (table,) = (one for one in FOLDERS["markets"] if one.path.endswith("rules.tsv"))
    other = AnswerTable(table.path, lambda asked, given: f"{table.answer(asked, given)}.")
    asked = table.questions()[0]
    rows = [row for row in table.rows() if row[0] == asked]
    assert other.stale(asked) == [(*row[:2], f"{row[2]}.") for row in rows]


def write() -> None:
    """Writes what is answered now."""
    with tempfile.TemporaryDirectory() as folder:
        here = os.getcwd()
        os.chdir(folder)
        for table in TABLES:
            table.write()
        os.chdir(here)


if __name__ == "__main__":
    use_exact_decimals()
    write()
