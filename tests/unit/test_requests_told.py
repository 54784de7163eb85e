"""What is typed, set or written into a policy file, and what comes of it, in recorded tables.

A row of fixtures/requests has the door, what is given there, and what is asked for and meant, or
the sentence with which it is refused (requests_told.py). A row is added by its first two cells: run
as a program, this file writes the third. Read what changes there as one reads a report.
"""

from __future__ import annotations

import os
import sys
import tempfile
from functools import cache
from typing import Any, Callable, Dict, List, Tuple

import pytest
from requests_told import DOORS, escaped, told, unescaped

from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.numbers import use_exact_decimals
from ib_portfolio.request import options, phrases
from ib_portfolio.request.help import help_text, option_table
from ib_portfolio.request.options import load_options
from ib_portfolio.request.policy.own_target import read_target
from ib_portfolio.request.policy.policy_file import read_policy
from ib_portfolio.request.policy.target_words import find_target
from ib_portfolio.request.request import parse_text
from ib_portfolio.request.review_request import REVIEW, STRATEGY, review_help
from ib_portfolio.request.setup_words import read_setup_words, setup_help
from ib_portfolio.request.tax_help import tax_help_text
from ib_portfolio.request.tax_request import (
    TAX_REPORT,
    WASH_SALE_CHECK,
    parse_tax_text,
    parse_tax_words,
)

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "fixtures", "requests")
TABLES = sorted(name for name in os.listdir(FOLDER) if name.endswith(".tsv"))
HELPS = os.path.join(FOLDER, "helps.txt")
Row = Tuple[str, str, str]


def rows(table: str) -> List[Row]:
    """The rows of a table, what was given as it was."""
    with open(os.path.join(FOLDER, table), encoding="utf-8") as file:
        cells = [line.rstrip("\n").split("\t") for line in file]
    return [(door, unescaped(given), "".join(rest)) for door, given, *rest in cells]


def helps() -> str:
    """The help of every command, in a terminal and behind a slash."""
    found = [help_text(False), option_table(load_options(terminal=False))]
    for terminal in (True, False):
        found += [review_help(command, terminal) for command in (REVIEW, STRATEGY)]
        found += [tax_help_text(command, terminal) for command in (WASH_SALE_CHECK, TAX_REPORT)]
        found.append(setup_help("fetch-latest", "fetch_statement.py", terminal))
        found.append(setup_help("mcp-status", "check_setup.py", terminal))
    return f"\n{'=' * 75}\n\n".join(found)


@pytest.mark.parametrize("table", TABLES)
def test_what_comes_of_what_is_given(table: str, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(options, "read_json_file", cache(options.read_json_file))
    monkeypatch.setattr(phrases, "load_phrases", cache(phrases.load_phrases))
    recorded = rows(table)
    assert len({row[:2] for row in recorded}) == len(recorded) > 50
    changed = [(row, now) for row in recorded for now in [told(*row[:2])] if now != row[2]]
    assert not changed, "read it, then run tests/unit/test_requests_told.py"
    loaded = [one for name, one in sys.modules.items() if name.startswith("ib_portfolio")]
    assert loaded and not any(getattr(one, "TYPE_CHECKING", False) for one in loaded)


def test_every_door_is_in_the_tables() -> None:
    assert {row[0] for table in TABLES for row in rows(table)} == set(DOORS)


def test_the_help_of_every_command_is_the_recorded_one() -> None:
    with open(HELPS, encoding="utf-8") as file:
        assert file.read() == helps(), "read it, then run tests/unit/test_requests_told.py"


def _refused(read: Callable[[str], object], text: str) -> str:
    try:
        read(text)
    except Refusal as refusal:
        return refusal.key
    return ""


def _policy(text: str) -> object:
    with open("policy.ini", "w", encoding="utf-8") as file:
        file.write(text)
    return read_policy("policy.ini")


LIMITS: Dict[str, Tuple[Callable[[str], object], str, str, int, str]] = {
    "a request": (parse_text, "growth ", "x", 10_000, "arguments_too_long"),
    "a request, folded": (
        parse_text,
        "growth    ",
        "\ufdfa",
        555 + 10,
        "arguments_too_long",
    ),
    "of taxes": (
        lambda text: parse_tax_text(TAX_REPORT, text),
        "2025",
        " ",
        10_000,
        "arguments_too_long",
    ),
    "of a setup": (
        lambda text: read_setup_words("mcp-status", text),
        "",
        " ",
        2_000,
        "arguments_too_long",
    ),
    "of taxes in a terminal": (
        lambda text: parse_tax_words(TAX_REPORT, [text]),
        "2025",
        " ",
        10_000,
        "arguments_too_long",
    ),
    "of a setup in a terminal": (
        lambda text: read_setup_words("mcp-status", [text]),
        "",
        " ",
        2_000,
        "arguments_too_long",
    ),
    "a policy file": (_policy, "[target]\nVTI = 60\n", "#", 200_000, "policy_unreadable"),
}


@pytest.mark.parametrize("what", LIMITS)
def test_the_longest_is_read_and_no_longer(what: str, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    read, start, more, most, key = LIMITS[what]
    assert _refused(read, start + more * (most - len(start))) == ""
    assert _refused(read, start + more * (most - len(start) + 1)) == key


def test_a_target_is_looked_for_in_2000_characters() -> None:
    assert find_target("60/40" + " " * 1_995).target == "60/40"
    assert find_target("60/40" + " " * 1_996) == ("", "60/40" + " " * 1_996)


def test_a_target_has_at_most_200_parts() -> None:
    parts = [f"S{number} 0.4" for number in range(201)]
    assert len(read_target(",".join(parts[:200])).shares) == 201  # with cash
    assert _refused(read_target, ",".join(parts)) == "target_unread"


def write() -> None:
    """Writes what comes of each row now, in its place, and the helps."""
    for table in TABLES:
        lines = [
            "\t".join((door, escaped(given), told(door, given))) + "\n"
            for door, given, _ in rows(table)
        ]
        with open(os.path.join(FOLDER, table), "w", encoding="utf-8") as file:
            file.writelines(lines)
    with open(HELPS, "w", encoding="utf-8") as file:
        file.write(helps())


if __name__ == "__main__":
    use_exact_decimals()
    FOLDER, HELPS = os.path.abspath(FOLDER), os.path.abspath(HELPS)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write()
        os.chdir(FOLDER)
