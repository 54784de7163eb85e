"""Tables and paragraphs, aligned by what a terminal shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ib_portfolio.reports.text_table import WIDTH, display_width, pad, table_lines, wrapped

cells = st.text(alphabet="aZ9 三菱ＵＦＪé⚠📊|", min_size=1, max_size=12).map(str.strip).filter(bool)


@pytest.mark.parametrize(
    "text, width",
    [
        ("CSPX", 4),
        ("三菱UFJ", 7),
        ("ﾐﾂﾋﾞｼ", 5),
        ("ＡＢ", 4),
        ("é", 1),
        ("e\u0301", 1),
        ("📊", 2),
        ("⬆", 1),
        ("⚠\ufe0f", 1),
        ("a\u200bb", 2),
        ("か\u3099", 2),
        ("", 0),
    ],
)
def test_display_width(text: str, width: int) -> None:
    assert display_width(text) == width


def test_padding_is_by_columns() -> None:
    assert pad("三菱", 6) == "三菱  " and pad("abcdef", 3) == "abcdef"


def test_a_table() -> None:
    assert table_lines(("Symbol", "Value"), [("三菱UFJ", "$1.00"), ("A", "-$1,234,567.89")]) == [
        "Symbol  | Value",
        "--------|---------------",
        "三菱UFJ | $1.00",
        "A       | -$1,234,567.89",
    ]


def test_figures_stand_right_aligned() -> None:
    rows = [("三菱UFJ", "$1.00"), ("A", "-$12.00")]
    assert table_lines(("Symbol", "Value"), rows, right=(1,)) == [
        "Symbol  |   Value",
        "--------|--------",
        "三菱UFJ |   $1.00",
        "A       | -$12.00",
    ]


def test_a_cell_that_is_too_wide_goes_on_in_its_column() -> None:
    rows = [("DBR 2.6 08/15/34 (EUR)", "x" * 50, "1"), ("三菱ＵＦＪ銀行株式会社ＡＢＣ", "y", "2")]
    assert table_lines(("Symbol", "Text", "#"), rows, flexible=(0,)) == [
        "Symbol             | Text                                               | #",
        "-------------------|----------------------------------------------------|--",
        "DBR 2.6 08/15/34   | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx | 1",
        "(EUR)              |                                                    |",
        "三菱ＵＦＪ銀行株式 | y                                                  | 2",
        "会社ＡＢＣ         |                                                    |",
    ]


def test_a_row_of_one_cell_stands_across_the_columns() -> None:
    assert table_lines(("A", "B"), [("x" * 20,), ("1", "2")]) == [
        "A | B",
        "--|--",
        "x" * 20,
        "1 | 2",
    ]


def test_a_table_that_cannot_be_narrow_enough_is_written_in_paragraphs() -> None:
    assert table_lines(("A", "B"), [("x" * 40, "y" * 40)], flexible=()) == [
        "A | B",
        "x" * 40 + " |",
        "    " + "y" * 40,
    ]


def columns_of(line: str, mark: str) -> list:
    """The display columns at which `mark` stands."""
    return [display_width(line[:place]) for place, found in enumerate(line) if found == mark]


long_cells = st.text(alphabet="aZ9 三菱é", min_size=1, max_size=60).map(str.strip).filter(bool)


@given(st.lists(st.tuples(cells, long_cells, long_cells), min_size=1, max_size=6))
def test_no_table_is_wider_than_a_report_and_nothing_is_lost(rows) -> None:
    rows = [tuple(cell.replace("|", "/") for cell in row) for row in rows]
    lines = table_lines(("One", "Two", "Three"), rows, right=(0,), flexible=(1, 2))
    assert all(display_width(line) <= WIDTH for line in lines)
    found = sorted("".join("".join(lines[2:]).split()).replace("|", ""))
    assert found == sorted("".join("".join("".join(row) for row in rows).split()))


@given(st.lists(st.tuples(cells, cells, cells), max_size=6))
def test_the_bars_of_a_table_stand_in_one_column(rows) -> None:
    rows = [tuple(cell.replace("|", "/") for cell in row) for row in rows]
    header, rule, *body = table_lines(("One", "Two", "Three"), rows)
    bars = columns_of(header, "|")
    assert len(bars) == 2 and set(rule) == {"-", "|"} and columns_of(rule, "|") == bars
    assert len(body) == len(rows)
    for line, row in zip(body, rows):
        assert columns_of(line, "|") == bars and line == line.rstrip()
        assert [cell.strip() for cell in line.split("|")] == list(row)


@given(st.lists(st.one_of(cells, st.text(alphabet="あいう漢字a", max_size=150)), max_size=20))
def test_paragraphs_fit_and_lose_nothing(words) -> None:
    text = " ".join(word for word in words if word)
    lines = wrapped(text)
    assert lines[0].startswith("- ") and all(line.startswith("  ") for line in lines[1:])
    assert all(display_width(line) <= WIDTH for line in lines)
    assert "".join(lines[0][2:].split()) + "".join(
        "".join(line.split()) for line in lines[1:]
    ) == "".join(text.split())


def test_words_are_kept_whole_where_they_fit() -> None:
    lines = wrapped("word " * 60, "", "")
    assert len(lines) > 2 and {word for line in lines for word in line.split()} == {"word"}
