"""The commands beside /rebalance-portfolio in the interactive client: one request, or none."""

import json
import subprocess
import sys

import pytest
from claude_client import text
from conftest import ROOT
from test_terminal import enter, same_width

SHOWN = [[text("Shown above.")], [text("A second answer.")]]
# The command, its terminal door, the words, the last line of its report.
CASES = [
    (
        "optimize-portfolio",
        "review_portfolio.py",
        "growth --sample",
        "→ In stages: /investment-strategy --profile growth --sample",
    ),
    (
        "investment-strategy",
        "plan_strategy.py",
        "growth --sample --horizon short",
        "→ Review: /optimize-portfolio --profile growth --sample",
    ),
]
HOLDINGS = ("VTI", "AAPL", "24,812.50", "43,400", "U***")


def printed(script, words):
    """The lines that the terminal door prints."""
    command = [sys.executable, f"{ROOT}/scripts/{script}", *words.split()]
    out = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return [same_width(line.rstrip()) for line in out.rstrip().splitlines()]


def shown_lines(screen, lines, indent):
    """The lines of the screen where the report stands, without the client's columns before it."""
    found = [same_width(line[indent:].rstrip()) for line in screen.splitlines()]
    start = found.index(lines[0])
    return found[start : start + len(lines)]


@pytest.mark.parametrize(("name", "script", "words", "last"), CASES, ids=[row[0] for row in CASES])
def test_the_report_is_on_the_screen_with_one_request(terminal, name, script, words, last):
    with terminal(SHOWN, size=(100, 200)) as screen:
        shown = enter(screen, f"/{name} {words}", "● Shown above.")
        requests = screen.requests
    lines = printed(script, words)
    assert lines[-1] == last
    assert shown_lines(shown, lines, 5) == lines
    assert len(requests) == 1
    sent = json.dumps(requests, ensure_ascii=False)
    assert "From the plugin rebalance-portfolio: [shown]" in sent
    assert f"/{name}: account U***0001" in sent
    assert "=== NEXT STEPS ===" not in sent


@pytest.mark.parametrize(("name", "script", "words", "last"), CASES, ids=[row[0] for row in CASES])
def test_private_makes_no_request(terminal, name, script, words, last):
    with terminal(SHOWN, size=(100, 200)) as screen:
        shown = enter(screen, f"/{name} {words} --private", last)
        assert screen.requests == []
        enter(screen, "and now something else", "● Shown above.")
        everything = screen.all_requests
    assert "private: your holdings stay on this machine" in shown
    lines = printed(script, words)
    assert shown_lines(shown, lines, 2) == lines
    said = json.dumps([body["messages"] for body in everything], ensure_ascii=False)
    assert "something else" in said
    assert [word for word in HOLDINGS if word in said] == []
