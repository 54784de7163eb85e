"""IBKR's own connector in the real client: a stand-in in its shapes, under the names it goes by."""

from __future__ import annotations

import json
import os
import sys

import pytest
from claude_client import text, tool_use
from conftest import HERE
from test_terminal import enter, own_words

NAMES = ("ibkr", "claude_ai_Interactive_Brokers_IBKR")
READS = ("get_account_summary", "get_account_balances", "get_account_positions")
SAID = [text("Shown above.")]
LAST = "4 sells 3,194.25, 0 buys 0.00, commission 6.30: 74.8/15.0/10.2 after"


class Connector:
    """The user's connector under a name, and the calls that reached it."""

    def __init__(self, name, folder, *options):
        self.name, self.log = name, os.path.join(str(folder), "connector.jsonl")
        words = [os.path.join(HERE, "ibkr_connector_server.py"), "--calls", self.log, *options]
        self.servers = {name: {"type": "stdio", "command": sys.executable, "args": words}}

    def use(self, tool, **sent):
        """A call as the model makes it."""
        return tool_use(f"mcp__{self.name}__{tool}", **sent)

    def batch(self):
        return [self.use(tool) for tool in READS]

    @property
    def calls(self):
        """(tool, arguments) of each call that reached the server."""
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        return [(row["tool"], row["arguments"]) for row in rows]

    def made(self):
        """The inputs of the drafts that reached the server."""
        return [sent for tool, sent in self.calls if tool == "create_order_instruction"]


@pytest.fixture
def connector(tmp_path):
    """connector(name, *options) -> the user's Connector."""
    return lambda name, *options: Connector(name, tmp_path, *options)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("loading", [False, True], ids=["listed", "loaded"])
def test_the_report_is_on_the_screen_after_three_reads(terminal, connector, name, loading):
    server = connector(name)
    search = [tool_use("ToolSearch", query=f"select:mcp__{name}__{READS[0]}")]
    script = [*([search] if loading else []), server.batch(), SAID]
    with terminal(script, size=(100, 160), mcp_servers=server.servers) as screen:
        shown = enter(screen, "/rebalance-portfolio growth", "● Shown above.")
        requests = screen.requests
    assert len(requests) == (3 if loading else 2)
    assert "=== Portfolio Rebalancing Report ===" in shown and LAST in shown
    assert "IBKR connector, captured at" in shown
    assert sorted(server.calls) == sorted((tool, {}) for tool in READS)
    # No figure was written by the model, and no raw answer reached it.
    assert len(own_words(requests)) < 400
    assert "market_value" not in json.dumps(requests)


def test_one_call_after_another_costs_no_more_than_a_request_each(terminal, connector):
    server = connector("ibkr")
    script = [*([call] for call in server.batch()), SAID]
    with terminal(script, size=(100, 160), mcp_servers=server.servers) as screen:
        shown = enter(screen, "/rebalance-portfolio growth", "● Shown above.")
        assert len(screen.requests) == 4
    assert LAST in shown


@pytest.mark.parametrize("name", NAMES)
def test_no_draft_without_the_user_s_word(terminal, connector, name):
    server = connector(name)
    order = {"side": "SELL", "contract_id_ex": "900001", "quantity": 6}
    draft = server.use("create_order_instruction", **order)
    script = [[draft], server.batch(), [draft], SAID]
    with terminal(script, size=(100, 160), mcp_servers=server.servers) as screen:
        shown = enter(screen, "/rebalance-portfolio growth", "● Shown above.")
        said = json.dumps(screen.requests[-1])
    assert LAST in shown
    assert said.count("the user did not type --draft") == 2
    assert {tool for tool, _ in server.calls} == set(READS)


def test_elsewhere_than_in_the_terminal_the_report_is_relayed(claude, connector):
    server = connector("ibkr")
    run = claude("/rebalance-portfolio growth", [server.batch(), SAID], mcp_servers=server.servers)
    assert run.permission_denials == []
    (relayed,) = [answer for answer in run.tool_results if "[report]" in answer]
    assert LAST in relayed


def test_a_missing_login_is_not_an_empty_account(terminal, connector):
    server = connector("ibkr", "--logged-out")
    with terminal([SAID], size=(100, 60), mcp_servers=server.servers) as screen:
        enter(screen, "/rebalance-portfolio growth", "● Shown above.")
        said = json.dumps(screen.requests[0])
    assert "IBKR connector: not connected. Log in with `/mcp`" in said
    assert server.calls == []


ORDERS = [("900001", 6, 250.5), ("900002", 5, 190.25), ("900003", 1, 410.0), ("900004", 2, 150.0)]
INPUTS = [
    {
        "side": "SELL",
        "contract_id_ex": conid,
        "quantity": quantity,
        "order_type": "LIMIT",
        "limit_price": price,
        "time_in_force": "DAY",
    }
    for conid, quantity, price in ORDERS
]


ALLOWED = {"permissions": {"allow": ["mcp__ibkr__create_order_instruction"]}}


@pytest.mark.parametrize(
    "name, settings", [(NAMES[0], None), (NAMES[1], None), (NAMES[0], ALLOWED)]
)
def test_each_draft_is_asked_about_and_complete(terminal, connector, name, settings):
    server = connector(name)
    create, listed = server.use("create_order_instruction"), server.use("get_order_instructions")
    before = [listed, server.use("get_account_orders")]
    script = [server.batch(), before, *([create] for _ in ORDERS), [listed], SAID]
    given = {"mcp_servers": server.servers, "settings": settings}
    with terminal(script, size=(120, 160), **given) as screen:
        enter(screen, "/rebalance-portfolio growth --draft", "Do you want to proceed?")
        for place, (conid, _, _) in enumerate(ORDERS, 1):
            shown = screen.wait_for(f'contract_id_ex: "{conid}"')
            assert "Draft at IBKR, not an order yet" in " ".join(shown.split())
            assert server.made() == INPUTS[: place - 1]
            screen.send_keys("Enter")
        shown = screen.wait_for("● Shown above.", timeout=60)
    assert "DRAFTED at IBKR, not placed: 4 of 4 orders" in shown
    assert server.made() == INPUTS


def test_a_draft_that_the_user_refuses_is_not_made(terminal, connector):
    server = connector("ibkr")
    create, listed = server.use("create_order_instruction"), server.use("get_order_instructions")
    before = [listed, server.use("get_account_orders")]
    script = [server.batch(), before, [create], [listed], SAID]
    with terminal(script, size=(120, 160), mcp_servers=server.servers) as screen:
        enter(screen, "/rebalance-portfolio growth --draft", "Do you want to proceed?")
        screen.send_keys("Escape")
        screen.wait_for("❯")
        assert server.made() == []


def test_an_answer_that_the_client_saves_to_a_file_is_read(terminal, connector):
    server = connector("ibkr", "--case", "large")
    script = [server.batch(), SAID]
    with terminal(script, size=(100, 220), mcp_servers=server.servers) as screen:
        shown = enter(screen, "/rebalance-portfolio growth", "● Shown above.")
        said = json.dumps(screen.requests)
    assert "=== Portfolio Rebalancing Report ===" in shown
    assert "smaller of 600 trades are not shown here" in " ".join(shown.split())
    assert "market_value" not in said
