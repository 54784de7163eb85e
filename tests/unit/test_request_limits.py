"""The longest request, target and policy file, and the recorded help of every command."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, Tuple

import pytest
from answer_table import FIXTURES

from ib_portfolio.core.messages import Refusal
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

HELPS = os.path.join(FIXTURES, "requests", "helps.txt")


def helps() -> str:
    """The help of every command, in a terminal and behind a slash."""
    found = [help_text(False), option_table(load_options(terminal=False))]
    for terminal in (True, False):
        found += [review_help(command, terminal) for command in (REVIEW, STRATEGY)]
        found += [tax_help_text(command, terminal) for command in (WASH_SALE_CHECK, TAX_REPORT)]
        found.append(setup_help("fetch-latest", "fetch_statement.py", terminal))
        found.append(setup_help("mcp-status", "check_setup.py", terminal))
    return f"\n{'=' * 75}\n\n".join(found)


def test_the_help_of_every_command_is_the_recorded_one() -> None:
    with open(HELPS, encoding="utf-8") as file:
        assert file.read() == helps(), "read it, then run tests/unit/test_request_limits.py"


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


if __name__ == "__main__":
    with open(HELPS, "w", encoding="utf-8") as file:
        file.write(helps())
