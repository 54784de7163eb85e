"""The interactive client: what typing offers, and how the report looks on a screen."""

import pytest
from claude_client import message_text
from report_figures import report_in
from test_statement_command import in_terminal

# The model relays the report as it stands in its prompt.
RELAYED = [[{"type": "text", "text": {"$match": r"(```text\n[\s\S]*?```)"}}]]
HINT = "[--profile balanced|growth|conservative|income] [--dry-"
LAST = "4 sells 38,635.68, 7 buys 41,806.82, commission 34.89: 75.0/15.0/10.0 after"


def shown_lines(screen):
    """Returns the lines of the reply on the screen, without the client's two columns before it."""
    lines = screen.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("● "))
    last = next(place for place, line in enumerate(lines) if line.strip() == LAST)
    return [line[2:].rstrip() for line in lines[first : last + 1]]


def run_sample(screen):
    """Returns what the screen shows after a dry run on the sample, and its one model request."""
    screen.wait_for("❯")
    screen.type("/rebalance-portfolio growth --sample --dry-run")
    screen.wait_for("--dry-run")
    screen.send_keys("Enter")
    return screen.wait_for(LAST), screen.requests


@pytest.mark.parametrize("columns", [80, 140])
def test_typing_the_beginning_offers_the_command_with_its_hint(terminal, columns):
    with terminal([], size=(columns, 40)) as screen:
        screen.wait_for("❯")
        screen.type("/rebal")
        assert "(rebalance-portfolio)" in screen.wait_for("List the trades that")
        screen.send_keys("Tab")
        shown = " ".join(screen.wait_for(HINT).split())
    assert f"❯ /rebalance-portfolio {HINT}" in shown


@pytest.mark.parametrize("columns", [80, 102, 140])
def test_the_report_is_aligned_and_nothing_wraps(terminal, columns):
    with terminal(RELAYED, size=(columns, 100)) as screen:
        shown, requests = run_sample(screen)
    assert len(requests) == 1
    printed = in_terminal("growth", "--sample", "--dry-run")
    assert report_in(message_text(requests[0], ("user",))) == printed
    # A terminal may draw the warning sign one column wider than it is.
    wanted = [line.rstrip().replace("⚠️ ", "⚠️  ") for line in printed.splitlines()]
    lines = [line.replace("⚠️   ", "⚠️  ").replace("⚠️ W", "⚠️  W") for line in shown_lines(shown)]
    assert lines == wanted


def test_an_unknown_profile_is_one_line_on_the_screen(terminal):
    reply = [[{"type": "text", "text": {"$match": r"\[answer\]\n(Unknown profile[^\n]*)"}}]]
    with terminal(reply, size=(140, 40)) as screen:
        screen.wait_for("❯")
        screen.type("/rebalance-portfolio aggresive")
        screen.wait_for("aggresive")
        screen.send_keys("Enter")
        shown = screen.wait_for("● Unknown profile")
    assert "balanced, growth, conservative, income. Please retry" in " ".join(shown.split())
