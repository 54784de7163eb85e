"""The interactive client: what typing offers, and the report on the screen beside the model."""

import json
import re

import pytest
from claude_client import text, tool_use
from ib_sec_mcp_case import statement_of
from server_calls import batch, trades
from test_statement_command import in_terminal

SHOWN = [[text("Shown above.")], [text("A second answer.")]]
HINT = "[--profile balanced|growth|conservative|income] [--dry-"
LAST = "4 sells 38,635.68, 7 buys 41,806.82, commission 34.89: 75.0/15.0/10.0 after"


HOLDINGS = re.compile(r"VTI|VXUS|AAPL|INTC|SCHD|12,902|248,988|U\*{3}|growth --sam|Portfolio Reb")


def shown_lines(screen, first, indent):
    """Returns the lines of the report on the screen, without the client's columns before it."""
    lines = screen.splitlines()
    start = next(place for place, line in enumerate(lines) if line.strip() == first)
    last = next(place for place, line in enumerate(lines) if line.strip() == LAST)
    return [same_width(line[indent:].rstrip()) for line in lines[start : last + 1]]


def same_width(line):
    """A terminal may draw the warning sign one column wider than it is."""
    return re.sub("⚠️ +", "⚠️ ", line)


def printed_lines(*words):
    return [same_width(line.rstrip()) for line in in_terminal(*words).splitlines()]


def enter(screen, words, until):
    """Types a line, and returns the screen once it shows `until`."""
    screen.wait_for("❯")
    screen.type(words)
    screen.wait_for(words[-12:])
    screen.send_keys("Enter")
    return screen.wait_for(until, timeout=60)


def own_words(requests):
    """Returns what the model itself wrote over the whole conversation, tool inputs included."""
    rows = [row for row in requests[-1]["messages"] if row["role"] == "assistant"]
    blocks = [block for row in rows for block in row["content"] if isinstance(block, dict)]
    texts = [block.get("text", json.dumps(block.get("input", {}))) for block in blocks]
    return "".join(texts) + "Shown above."


@pytest.mark.parametrize("columns", [80, 140])
def test_typing_the_name_offers_the_command_with_its_hint(terminal, columns):
    with terminal([], size=(columns, 40)) as screen:
        screen.wait_for("❯")
        screen.type("/rebalance-portfolio")
        assert "(rebalance-portfolio)" in screen.wait_for("List the trades that")
        screen.send_keys("Tab")
        shown = " ".join(screen.wait_for(HINT).split())
    assert f"❯ /rebalance-portfolio {HINT}" in shown


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_the_report_is_on_the_screen_and_no_line_wraps(terminal, columns):
    with terminal(SHOWN, size=(columns, 120)) as screen:
        shown = enter(screen, "/rebalance-portfolio growth --sample --dry-run", "● Shown above.")
        requests = screen.requests
    printed = printed_lines("growth", "--sample", "--dry-run")
    assert shown_lines(shown, printed[0], 5) == printed
    assert len(requests) == 1
    # The model has the figures as facts, not the report; it wrote none of them.
    sent = json.dumps(requests, ensure_ascii=False)
    assert "From the plugin rebalance-portfolio: [shown]" in sent
    assert "REQUIRED TRADES" not in sent


def test_the_report_is_in_colour_and_in_the_normal_foreground(terminal):
    with terminal(SHOWN, size=(100, 120)) as screen:
        enter(screen, "/rebalance-portfolio growth --sample", "● Shown above.")
        raw = screen.command("capture-pane", "-e", "-p")
    sells = [line for line in raw.splitlines() if "SELL" in line and "|" in line]
    assert len(sells) == 4
    assert all("\x1b[31mSELL" in line for line in sells)
    heading = next(line for line in raw.splitlines() if "Portfolio Rebalancing Report" in line)
    assert "\x1b[1m" in heading


@pytest.mark.parametrize("columns", [90, 120])
def test_private_makes_no_request_now_or_later(terminal, columns):
    with terminal(SHOWN, size=(columns, 120)) as screen:
        shown = enter(screen, "/rebalance-portfolio growth --sample --private", LAST)
        assert screen.requests == []
        enter(screen, "and now something else", "● Shown above.")
        enter(screen, "once more please", "● A second answer.")
        everything = screen.all_requests
    assert "private: your holdings stay on this machine" in shown
    printed = printed_lines("growth", "--sample")
    assert shown_lines(shown, printed[0], 2) == printed
    assert len(everything) >= 2
    said = json.dumps([body["messages"] for body in everything], ensure_ascii=False)
    assert "something else" in said
    assert HOLDINGS.findall(said) == []


def test_a_private_command_of_the_model_is_shown_and_not_told(terminal):
    words = "--sample --private"
    call = tool_use("Skill", skill="rebalance-portfolio:rebalance-portfolio", args=words)
    with terminal([[call], [text("Shown above.")]], size=(100, 120)) as screen:
        shown = enter(screen, "please rebalance the sample in private", "● Shown above.")
        everything = screen.all_requests
    assert "=== Portfolio Rebalancing Report ===" in shown
    assert "Source: built-in sample" in shown
    said = json.dumps([body["messages"] for body in everything], ensure_ascii=False)
    assert "The user has asked for privacy" in said
    assert HOLDINGS.findall(said.replace("rebalance-portfolio", "")) == []


@pytest.mark.parametrize("case", ["a_seed_example", "d_25_plain", "d_500"])
@pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])
def test_a_server_run_ends_on_the_screen(terminal, mcp_case, case, dry_run):
    server = mcp_case(case)
    script = [batch(server), [trades(server, dry_run)], [text("Shown above.")]]
    words = ["growth", *(["--dry-run"] if dry_run else [])]
    with terminal(script, size=(100, 200), mcp_servers=server.servers) as screen:
        shown = enter(screen, f"/rebalance-portfolio {' '.join(words)}", "● Shown above.")
        requests = screen.requests
    assert len(requests) == 3
    printed = in_terminal(*words, "--statement", statement_of(case))
    assert printed.rstrip().splitlines()[-1] in shown
    assert "Cross-check with ib-sec-mcp:" in shown
    assert len(own_words(requests)) < 400
    assert "| SELL" not in json.dumps(requests) and "| BUY" not in json.dumps(requests)


def test_an_unknown_profile_is_on_the_screen(terminal):
    with terminal(SHOWN, size=(140, 40)) as screen:
        shown = enter(screen, "/rebalance-portfolio aggresive", "● Shown above.")
    line = "Unknown profile. Available profiles: `balanced`, `growth`, `conservative`, `income`."
    assert line in " ".join(shown.split())
