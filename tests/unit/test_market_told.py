"""What is true of the markets, in recorded tables: fees, levies, lots, bonds, funds, currencies.

A row of fixtures/markets has the door, what is asked there, and what is true of it
(market_told.py). A row is added by its first two cells: run as a program, this file writes the
third. Read what changes there as one reads a report.
"""

from __future__ import annotations

import os
import sys
from typing import List, Tuple

import pytest
from market_told import DOORS, told

from ib_portfolio.core.numbers import use_exact_decimals

FOLDER = os.path.join(os.path.dirname(__file__), os.pardir, "fixtures", "markets")
TABLES = sorted(os.listdir(FOLDER))
Row = Tuple[str, str, str]


def rows(table: str) -> List[Row]:
    """The rows of a table."""
    with open(os.path.join(FOLDER, table), encoding="utf-8") as file:
        cells = [line.rstrip("\n").split("\t") for line in file]
    return [(door, given, "".join(rest)) for door, given, *rest in cells]


@pytest.mark.parametrize("table", TABLES)
def test_what_is_true_of_the_market(table: str) -> None:
    recorded = rows(table)
    assert len({row[:2] for row in recorded}) == len(recorded) > 10
    changed = [(row, now) for row in recorded for now in [told(*row[:2])] if now != row[2]]
    assert not changed, "read it, then run tests/unit/test_market_told.py"
    loaded = [one for name, one in sys.modules.items() if name.startswith("ib_portfolio")]
    assert loaded and not any(getattr(one, "TYPE_CHECKING", False) for one in loaded)


def test_every_door_is_in_the_tables() -> None:
    assert {row[0] for table in TABLES for row in rows(table)} == set(DOORS)


def write() -> None:
    """Writes what is true of each row now, in its place."""
    for table in TABLES:
        lines = [
            "\t".join((door, given, told(door, given))) + "\n" for door, given, _ in rows(table)
        ]
        with open(os.path.join(FOLDER, table), "w", encoding="utf-8") as file:
            file.writelines(lines)


if __name__ == "__main__":
    use_exact_decimals()
    write()
