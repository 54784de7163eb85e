"""The interactive client as README's picture shows it: the whole report, no line broken."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

import pytest
import take_screenshot
from conftest import ROOT

COLUMNS = 100


def shown(command: str, theme: str = "dark") -> list:
    """The lines of the report in the pane, without colours and without the client's indent."""
    options = argparse.Namespace(columns=COLUMNS, rows=150, theme=theme, command=command)
    lines = take_screenshot.cut(
        take_screenshot.capture(options), "=== Portfolio Reb", take_screenshot.LAST_LINE
    )
    plain = [take_screenshot.SEQUENCE.sub("", line).rstrip() for line in lines]
    assert {line[:5] for line in plain if line} == {"     "}
    return [same_width(line[5:]) for line in plain]


def same_width(line: str) -> str:
    """The line with one space behind ⚠️, to which the client gives a cell more than others do."""
    return line.replace("⚠️  ", "⚠️ ")


def printed(*words: str) -> list:
    command = [sys.executable, os.path.join(ROOT, "scripts", "rebalance.py"), *words]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
    return text[text.index("=== Portfolio Reb") :].splitlines()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_sample_s_report_is_whole_at_100_columns(theme):
    lines = shown("/rebalance-portfolio --sample --profile growth --dry-run", theme)
    assert lines == printed("--sample", "--profile", "growth", "--dry-run")


def test_a_report_with_every_kind_of_position_is_whole_at_100_columns():
    path = os.path.join(ROOT, "tests", "fixtures", "statements", "c_messy25.xml")
    lines = shown(f"/rebalance-portfolio growth --statement {path}")
    assert lines == printed("growth", "--statement", path)


def test_a_style_lasts_over_line_ends_and_wide_characters_take_two_cells():
    lines = ["\x1b[1mbold", "still\x1b[0m plain", "\x1b[38;2;1;2;3m📊\x1b[39m|"]
    first, second, third = take_screenshot.as_html(lines, "dark")
    assert "font-weight:bold" in first and "font-weight:bold" in second
    assert second.count("font-weight:bold") == 1
    assert 'color:rgb(1,2,3)"><i style="width:18px">📊</i>' in third
