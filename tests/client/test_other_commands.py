"""The commands beside /rebalance-portfolio in the real client: on the screen, or private."""

import json

import pytest
from claude_client import text
from test_terminal import SHOWN, enter

# What is typed, the heading of its report, what of it no model may see in private mode, and the
# beginning of its last line.
COMMANDS = [
    ("/mcp-status --sample", "=== Setup of rebalance-portfolio ===", "Setup of", "In all: "),
    ("/wash-sale-check --sample", "=== Wash Sale Check ===", "INTC", "→ The year in figures"),
    ("/tax-report --sample", "=== Tax Report 2026 ===", "VXUS", "→ Keep it as a table"),
]


@pytest.mark.parametrize(("typed", "heading", "private", "last"), COMMANDS)
def test_the_report_is_on_the_screen_after_one_request(terminal, typed, heading, private, last):
    with terminal(SHOWN, size=(100, 120)) as screen:
        shown = enter(screen, typed, "● Shown above.")
        requests = screen.requests
    assert heading in shown
    assert len(requests) == 1
    sent = json.dumps(requests, ensure_ascii=False)
    assert "From the plugin rebalance-portfolio: [shown]" in sent
    assert heading not in sent


@pytest.mark.parametrize(("typed", "heading", "private", "last"), COMMANDS)
def test_private_makes_no_request_now_or_later(terminal, typed, heading, private, last):
    with terminal(SHOWN, size=(100, 120)) as screen:
        shown = enter(screen, f"{typed} --private", last)
        assert screen.requests == []
        enter(screen, "and now something else", "● Shown above.")
        said = json.dumps([body["messages"] for body in screen.all_requests], ensure_ascii=False)
    assert heading in shown
    assert "something else" in said and private not in said


@pytest.mark.parametrize(("typed", "heading", "private", "last"), COMMANDS)
def test_without_a_screen_the_model_relays_the_report(claude, typed, heading, private, last):
    run = claude(typed, [[text("said")]])
    assert len(run.requests) == 1 and run.permission_denials == []
    assert "[report]\n```text\n" in run.text and heading in run.text
