"""Every arrow of every report leads to a command that exists and understands the words after it."""

from __future__ import annotations

import os
import re
from typing import List

import pytest
from terminal import STATEMENTS, run
from test_review import ask

from ib_portfolio.claude_code.commands import COMMANDS
from ib_portfolio.request.request import parse_text
from ib_portfolio.request.review_request import read_review_text
from ib_portfolio.request.tax_request import TAX_REPORT, WASH_SALE_CHECK, parse_tax_text

SEED = os.path.join(STATEMENTS, "a_seed_example.xml")
HERE = ("optimize-portfolio", "investment-strategy")
TAXES = (TAX_REPORT, WASH_SALE_CHECK)
OTHERS = ("fetch-latest", "mcp-status")
# Where gains are in proportion, since the statement has no lots.
LOTS = "choose Lots too for Open Positions in the Flex query"
COMMAND = re.compile(r"/([a-z]+(?:-[a-z]+)+)((?: +(?:--)?[A-Za-z0-9/*:.-]+)*)")


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
    return texts


REPORTS = reports()


def steps_of(text: str) -> List[str]:
    lines = text.split("=== NEXT STEPS ===\n")[1].split("\n\n")[0].splitlines()
    return [line for line in lines if line]


def test_every_report_has_steps_one_line_each() -> None:
    assert len(REPORTS) == 10
    for text in REPORTS:
        steps = steps_of(text)
        assert steps and all(line.startswith("→ ") and len(line) <= 75 for line in steps), steps


def test_every_arrow_leads_to_a_command_that_understands_it() -> None:
    followed = set()
    for text in REPORTS:
        lines = [line for line in text.splitlines() if "/" in line]
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
