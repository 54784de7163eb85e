"""The report as the client gets it: fenced, short enough, the whole of it in a private file."""

from __future__ import annotations

import os
import re
import shlex

import pytest
from portfolios import Holding, portfolio_with, request_for

from ib_portfolio.claude_code import chat_report as delivery
from ib_portfolio.claude_code.chat_report import fenced_report, terminal_command
from ib_portfolio.claude_code.run_folder import RunFolder
from ib_portfolio.core.data_folder import mark_data_folder
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.planning.plan import plain_plan
from ib_portfolio.rebalance import Outcome
from ib_portfolio.reports.plan_writer import plan_document
from ib_portfolio.request.request import parse_words


@pytest.fixture
def folder(tmp_path):
    return RunFolder(mark_data_folder(str(tmp_path / "data")), "session-1")


@pytest.fixture(scope="module")
def outcome():
    """A plan of 60 trades."""
    holdings = [Holding(f"S{place:02}", "STK", "100", "100") for place in range(60)]
    plan = plain_plan(portfolio_with(holdings, "400000"), find_profile("growth"))
    found = plan_document(plan, False)
    assert len(found["trades"]) == 60
    return Outcome([found])


def shown(text):
    return len(re.findall(r"^ *\d+ +\| (?:BUY|SELL)", text, re.MULTILINE))


def test_fifty_trades_are_shown_and_the_file_has_all(outcome, folder):
    text = fenced_report(outcome, folder)
    assert text.startswith("```text\n") and text.endswith("\n```\n")
    assert shown(text) == 50 and folder.list_path in text
    with open(folder.list_path, encoding="utf-8") as file:
        assert shown(file.read()) == 60


def test_a_report_that_is_too_long_shows_fewer_trades_and_stays_whole(outcome, folder):
    whole = fenced_report(outcome, folder)
    text = fenced_report(outcome, folder, longest=len(whole) - 1)
    assert len(text) < len(whole) and shown(text) == 25
    assert text.endswith("\n```\n") and "=== NEXT STEPS ===" in text


def test_where_no_report_fits_the_file_is_named(outcome, folder):
    text = fenced_report(outcome, folder, longest=300)
    assert text == f"The report is too long to be shown here. All of it: {folder.list_path}\n"
    assert os.path.isfile(folder.list_path)


def test_the_list_is_written_once(outcome, folder, monkeypatch):
    written = []
    monkeypatch.setattr(RunFolder, "write_list", lambda self, text: written.append(text) or "there")
    fenced_report(outcome, folder, longest=300)
    assert len(written) == 1 and shown(written[0]) == 60


def test_without_a_folder_the_terminal_s_command_is_named(outcome, folder, monkeypatch):
    def full(self, text):
        raise OSError("full")

    monkeypatch.setattr(RunFolder, "write_list", full)
    assert "type this" in fenced_report(outcome, folder, again="type this")
    assert "type this" in fenced_report(outcome, None, again="type this")


def test_the_terminal_s_command_asks_for_the_same(tmp_path):
    path = str(tmp_path / "my flex.xml")
    options = {"band": "5/25", "no-sell": "", "bond_symbols": "BND"}
    asked = request_for("income", statement=path, account="U***4567", dry_run=True, options=options)
    words = shlex.split(terminal_command(asked))
    assert words[:2] == ["python3", delivery._SCRIPT]
    again = parse_words(words[2:])
    assert again == asked._replace(options={"band": "5/25", "no-sell": ""})
