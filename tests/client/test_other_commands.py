"""The commands beside /rebalance-portfolio in the real client: on the screen, or private."""

import json
import os
import uuid

import pytest
from claude_client import text, tool_use
from server_calls import data_folder
from test_by_hand import NO_HOOKS
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


def test_without_hooks_the_setup_s_page_says_that_they_are_off(claude, plugin_dir, home):
    session = str(uuid.uuid4())
    script, data = os.path.join(plugin_dir, "scripts", "check_setup.py"), data_folder(home)
    line = f'python3 "{script}" --data "{data}" --session "{session}"'
    turns = [[tool_use("Bash", command=line)], [text("said")]]
    run = claude("/mcp-status", turns, settings=NO_HOOKS, extra_args=("--session-id", session))
    assert run.permission_denials == [] and line in run.prompt_text
    assert "wrong    Hooks: they did not run for this command" in run.tool_results[0]


def test_without_hooks_nothing_is_fetched_and_the_text_says_how(claude):
    run = claude("/fetch-latest", [[text("said")]], settings=NO_HOOKS)
    assert len(run.requests) == 1
    assert "hooks are switched off, and without them nothing can be fetched" in run.text
