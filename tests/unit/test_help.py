"""The help against options.json, and against its own text in help.txt."""

from __future__ import annotations

import os
import re

import pytest
from terminal import run

from ib_portfolio.request.help import help_text
from ib_portfolio.request.options import load_options, load_rows

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "help.txt")


def listed(text: str) -> list:
    return re.findall(r"^  (?:-\w, )?--([a-z-]+)", text, re.MULTILINE)


@pytest.mark.parametrize("terminal", [True, False])
def test_every_option_is_listed_once_with_its_help(terminal: bool):
    text = help_text(terminal)
    assert sorted(listed(text)) == sorted(load_options(terminal))
    flowing = " ".join(text.split())
    for row in load_options(terminal).values():
        assert flowing.count(row["help"].replace("`", "")) == 1
    assert ("json" in listed(text)) == terminal
    assert not [name for name in load_rows() if "_" in name and name in text]


def test_it_fits_75_columns():
    lines = (help_text(True) + help_text(False)).splitlines()
    assert max(len(line) + len(re.findall("[\u3000-\u9fff]", line)) for line in lines) <= 75


def test_the_text_is_the_golden_one():
    with open(GOLDEN, encoding="utf-8") as file:
        assert file.read() == help_text(True), "run `.venv/bin/python tests/unit/test_help.py`"


@pytest.mark.parametrize("words", [["--help"], ["help"], ["-h"], ["ヘルプ"], ["growth", "--help"]])
def test_the_terminal_prints_it_without_a_source(words):
    assert run(words) == (0, help_text(True), "")


if __name__ == "__main__":
    with open(GOLDEN, "w", encoding="utf-8", newline="\n") as file:
        file.write(help_text(True))
