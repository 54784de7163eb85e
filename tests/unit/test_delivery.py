"""The report as the client gets it: short enough, the whole of it in a private file."""

from __future__ import annotations

import os
import re
import shlex

import pytest
from portfolios import Holding, portfolio_with, request_for

from ib_portfolio.claude_code import chat_report as delivery
from ib_portfolio.claude_code.chat_report import (
    LONGEST,
    fenced_report,
    screen_report,
    terminal_command,
)
from ib_portfolio.claude_code.run_folder import RunFolder
from ib_portfolio.core.private.data_folder import mark_data_folder
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.planning.plan import plain_plan
from ib_portfolio.rebalance import Outcome
from ib_portfolio.reports.document.plan_writer import plan_document
from ib_portfolio.reports.household.household_writer import household_document
from ib_portfolio.request.request import parse_words


@pytest.fixture
def folder(tmp_path):
    return RunFolder(mark_data_folder(str(tmp_path / "data")), "session-1")


@pytest.fixture(scope="module")
def outcome():
    """A plan of 200 trades."""
    holdings = [Holding(f"S{place:03}", "STK", "100", "100") for place in range(200)]
    plan = plain_plan(portfolio_with(holdings, "1400000"), find_profile("growth"))
    found = plan_document(plan, False)
    assert len(found["trades"]) == 200
    return Outcome([found])


ESCAPE = re.compile("\x1b\\[\\d+m")


def shown(text):
    text = ESCAPE.sub("", text)
    return len(re.findall(r"^ *\d+ +\| (?:BUY|SELL)", text, re.MULTILINE))


def test_a_long_report_is_cut_to_what_the_client_takes_and_the_file_has_all(outcome, folder):
    for report in (fenced_report, screen_report):
        text = report(outcome, folder)
        assert 9_000 < len(text) <= LONGEST and 25 <= shown(text) < 200
        assert folder.list_path in text and "=== NEXT STEPS ===" in text
        with open(folder.list_path, encoding="utf-8") as file:
            assert shown(file.read()) == 200
    assert fenced_report(outcome, folder).endswith("\n```\n")


def test_the_screen_s_report_is_the_model_s_in_colour(folder):
    plan = plain_plan(portfolio_with([Holding("S", "STK", "1", "10")], "5"), find_profile("growth"))
    short = Outcome([plan_document(plan, False)])
    colored = screen_report(short, folder)
    assert ESCAPE.search(colored)
    assert "```text\n" + ESCAPE.sub("", colored) + "```\n" == fenced_report(short, folder)
    assert not os.path.exists(folder.list_path)


def test_no_color_means_no_colour(outcome, folder, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert not ESCAPE.search(screen_report(outcome, folder))


def test_reports_of_many_accounts_fit_too(outcome, folder):
    for count in (2, 9):
        documents = outcome.documents * count
        household = Outcome(documents, household_document(documents, None))
        text = fenced_report(household, folder)
        assert len(text) <= LONGEST and folder.list_path in text


def test_the_list_is_written_once(outcome, folder, monkeypatch):
    written = []
    monkeypatch.setattr(RunFolder, "write_list", lambda self, text: written.append(text) or "there")
    fenced_report(outcome, folder)
    assert len(written) == 1 and shown(written[0]) == 200


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
