"""Every arrow of every report leads to a command that exists and understands the words after it."""

from __future__ import annotations

import os
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Iterator, List

import pytest
from household_statement import DAY, household, write_household
from tax_statements import run_door
from terminal import FLEX, STATEMENTS, run
from test_review import ask

from ib_portfolio.claude_code.commands import COMMANDS
from ib_portfolio.request.request import parse_text
from ib_portfolio.request.review_request import read_review_text
from ib_portfolio.request.tax_request import TAX_REPORT, WASH_SALE_CHECK, parse_tax_text

SEVERAL = os.path.join(FLEX, "several_accounts.xml")
SEED = os.path.join(STATEMENTS, "a_seed_example.xml")
HERE = ("optimize-portfolio", "investment-strategy")
TAXES = (TAX_REPORT, WASH_SALE_CHECK)
OTHERS = ("fetch-latest", "mcp-status")
# Where gains are in proportion, since the statement has no lots.
LOTS = "choose Lots too for Open Positions in the Flex query"
COMMAND = re.compile(r"/([a-z]+(?:-[a-z]+)+)((?: +(?:--)?[A-Za-z0-9/*:.-]+)*)")


def household_reports(folder: str) -> Iterator[str]:
    """Reports of households: with losses, with two base currencies, of one account of several."""
    path = write_household(folder, household())
    for name in HERE:
        for words in (["conservative"], ["growth", "--lock", "VTI"]):
            yield ask(name, "--statement", path, "--account", "all", *words).out
        yield ask(name, "--statement", SEVERAL, "--account", "all", "growth").out
        yield ask(name, "--statement", path, "--account", "U***1111", "growth").out
        yield ask(name, "--sample", "--account", "all", "growth").out
        accounts = household()[:1] + household()[2:3]
        accounts[1][1]["AccountInformation"][0]["currency"] = "EUR"
        accounts[1][1]["CashReportCurrency"] = [{"currency": "BASE_SUMMARY", "endingCash": "900"}]
        accounts[1][1]["ConversionRate"] = [
            {"reportDate": DAY, "fromCurrency": "USD", "toCurrency": "EUR", "rate": "0.9"}
        ]
        for row in accounts[1][1]["OpenPosition"]:
            row["fxRateToBase"] = "0.9"
        other = write_household(folder, accounts)
        yield ask(name, "--statement", other, "--account", "all", "growth").out
        path = write_household(folder, household())


@cache  # made by the tests that read them, not wherever this is collected
def reports() -> List[str]:
    """Reports of all commands: with and without losses, trades, sales, and of the sample."""
    asked = [
        ["--sample", "growth"],
        ["--sample", "conservative", "--dry-run"],
        ["--sample", "growth", "--band", "50"],
        ["--sample", "growth", "--no-sell", "--contribute", "5000"],
        ["--statement", SEED, "growth"],
        ["--statement", SEED, "growth", "--min-trade", "999999"],
    ]
    texts = [run(words).out for words in asked]
    for name in HERE:
        for words in (["--sample", "conservative"], ["--statement", SEED, "growth"]):
            texts.append(ask(name, *words).out)
    with tempfile.TemporaryDirectory() as folder:
        texts += household_reports(folder)
    return texts


def steps_of(text: str) -> List[str]:
    lines = text.split("=== NEXT STEPS ===\n")[1].split("\n\n")[0].splitlines()
    return [line for line in lines if line]


def test_every_report_has_steps_one_line_each() -> None:
    assert len(reports()) == 22
    for text in reports():
        steps = steps_of(text)
        assert steps and all(line.startswith("→ ") and len(line) <= 75 for line in steps), steps


def test_every_arrow_leads_to_a_command_that_understands_it() -> None:
    followed = set()
    for text in reports():
        # A command that goes on in a second line is one command.
        lines = [line for line in text.replace("\n  ", " ").splitlines() if "/" in line]
        for name, words in (found for line in lines for found in COMMAND.findall(line)):
            followed.add(name)
            if name == "rebalance-portfolio":
                assert parse_text(words).not_understood == ""
            elif name in HERE:
                assert name in COMMANDS and read_review_text(name, words).not_understood == ""
            elif name in TAXES:
                parse_tax_text(name, words)
            else:
                assert name in OTHERS, name
            assert name == "rebalance-portfolio" or name in COMMANDS
    assert followed >= {"rebalance-portfolio", "wash-sale-check", *HERE}


def test_every_step_of_a_file_of_several_accounts_names_which() -> None:
    """Without, the command would refuse: it cannot know which account is meant."""
    of_several = [text for text in reports() if "U***1111" in text]
    assert len(of_several) == 10
    for text in of_several:
        for step in steps_of(text):
            assert "Nothing to do" in step or re.search(r" --account (all|U\*\*\*1111)\b", step)
        lines = text.split("=== NEXT")[0].replace("\n  ", " ").splitlines()
        for line in (line for line in lines if re.match(r"- \d+: /", line)):
            assert "--account" in line


def test_the_steps_of_a_household_lead_to_reports_of_the_household(tmp_path: Path) -> None:
    path = write_household(str(tmp_path), household())
    for name in HERE:
        text = ask(name, "--statement", path, "--account", "all", "conservative").out
        steps = steps_of(text)
        assert len(steps) == 3
        for step in steps:
            command, words = COMMAND.findall(step)[0]
            asked = [*words.split(), "--statement", path]
            if command == "rebalance-portfolio":
                assert "=== Household: 4 accounts together ===" in run(asked).out
            elif command == "wash-sale-check":
                answer = run_door("wash", asked)
                assert answer.code == 0 and "U***4444" in answer.out
            else:
                assert "=== Household" in ask(command, *asked).out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        # A sale without a loss: nothing of wash sales; without lots, how to get them.
        (["--statement", SEED, "growth"],
         ["/rebalance-portfolio --profile growth --dry-run", LOTS, "/investment-strategy"]),
        (["--statement", SEED, "growth", "--dry-run"], [LOTS, "/investment-strategy"]),
        # Losses among the sales.
        (["--sample", "growth"],
         ["/rebalance-portfolio growth --dry-run --sample", "/wash-sale-check --sample",
          "/investment-strategy --sample"]),
        # Nothing is sold.
        (["--sample", "growth", "--no-sell", "--contribute", "5000"],
         ["/investment-strategy --sample"]),
        # Inside the band there is nothing to do.
        (["--sample", "growth", "--band", "50"],
         ["Nothing to do now.", "/optimize-portfolio --sample"]),
    ],
)  # fmt: skip
def test_only_what_helps_with_this_plan_is_named(words: List[str], wanted: List[str]) -> None:
    steps = steps_of(run(words).out)
    assert [step.rpartition(": ")[2].lstrip("→ ") for step in steps] == wanted
