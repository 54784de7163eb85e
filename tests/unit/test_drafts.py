"""Drafts: one complete input an order, the user's word for each, read back and compared."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List

import pytest
from connector_session import CREATE, DRAFTS, ORDERS, READS, SESSION, ConnectorSession
from ibkr_connector_answers import CASES, Case, Row

from ib_portfolio.checks.draft_checks import draft_problems
from ib_portfolio.claude_code.servers.draft_orders import (
    differences,
    drafts_of,
    without_doubles,
)
from ib_portfolio.core.messages import Usage

WORDS = "growth --draft"
# Of the plain account: sales of VTI, AAPL, BRK B and SAP.
INPUTS = [
    {"side": "SELL", "contract_id_ex": "900001", "quantity": 6, "limit_price": 250.5},
    {"side": "SELL", "contract_id_ex": "900002", "quantity": 5, "limit_price": 190.25},
    {"side": "SELL", "contract_id_ex": "900003", "quantity": 1, "limit_price": 410.0},
    {"side": "SELL", "contract_id_ex": "900004", "quantity": 2, "limit_price": 150.0},
]
FIXED = {"order_type": "LIMIT", "time_in_force": "DAY"}


def started(tmp_path: Any, words: str = WORDS, **more: Any) -> ConnectorSession:
    """A run after its report, about to draft."""
    session = ConnectorSession(tmp_path, words=words, **more)
    session.fetch_all()
    return session


def checked(session: ConnectorSession) -> str:
    """What the model reads once drafts and working orders are known."""
    session.call(DRAFTS)
    return session.call(ORDERS)


def screen(session: ConnectorSession) -> str:
    return " ".join(session.screen[-1].split())


def drafted(session: ConnectorSession) -> List[Dict[str, Any]]:
    return session.server.drafts


def test_a_whole_run_drafts_every_order_completely(tmp_path: Any) -> None:
    session = started(tmp_path)
    assert "Drafts are offered one by one: 4 of 4 orders." in screen(session)
    assert session.files() == [f"runs/{SESSION}/{name}" for name in (
        "call-toolu_1", "call-toolu_2", "call-toolu_3", "drafts.json", "finished", "run.json"
    )]  # fmt: skip
    assert "4 orders can be drafted" in checked(session)
    for wanted in INPUTS:
        call, output = session.before(CREATE)
        assert output["permissionDecision"] == "ask"
        assert output["permissionDecisionReason"].startswith("Draft at IBKR, not an order yet: ")
        assert output["updatedInput"] == {**wanted, **FIXED}
        session.after(CREATE, call, output["updatedInput"])
    assert "Every order of the plan was offered" in session.call(CREATE)
    said = session.call(DRAFTS)
    assert "DRAFTED at IBKR, not placed: 4 of 4 orders" in screen(session)
    assert "1. drafted: SELL 6 VTI (USD) LIMIT 250.50 DAY (draft 17)" in screen(session)
    assert "DRAFTED at IBKR, not placed: 4 of 4 orders" in said
    assert all(len(line) <= 75 for line in session.screen[-1].splitlines())
    assert session.files() == [f"runs/{SESSION}/prompt.txt"]
    assert session.before(CREATE)[1]["permissionDecision"] == "deny"


def test_the_model_is_told_the_calls_and_no_input(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path, words=WORDS, name="claude_ai_IBKR")
    said = session.fetch_all()
    assert said.startswith("From the plugin rebalance-portfolio: [fetch]\n")
    assert "mcp__claude_ai_IBKR__create_order_instruction(), one call after another" in said
    assert "contract_id_ex" not in said and "900001" not in said
    assert len(said) < 9_500


@pytest.mark.parametrize(
    "sent", [{}, {"side": "BUY"}, {"side": "SELL", "contract_id_ex": "1", "quantity": 1e6}]
)
def test_the_model_cannot_change_an_input(tmp_path: Any, sent: Dict[str, Any]) -> None:
    session = started(tmp_path)
    checked(session)
    _, output = session.before(CREATE, **sent)
    assert output["updatedInput"] == {**INPUTS[0], **FIXED}
    assert output["permissionDecision"] == "ask"


def test_nothing_is_drafted_before_what_is_there_is_known(tmp_path: Any) -> None:
    session = started(tmp_path)
    for read in (DRAFTS, ORDERS):
        _, output = session.before(CREATE)
        assert output["permissionDecision"] == "deny"
        assert "drafted twice" in output["permissionDecisionReason"]
        session.call(read)
    assert session.before(CREATE)[1]["permissionDecision"] == "ask"


@pytest.mark.parametrize("mode", ["bypassPermissions", "dontAsk"])
def test_nothing_is_drafted_where_the_client_does_not_ask(tmp_path: Any, mode: str) -> None:
    session = started(tmp_path)
    checked(session)
    output = session.hook("PreToolUse", CREATE, "c", permission_mode=mode)
    assert output["permissionDecision"] == "deny"
    assert session.hook("PreToolUse", CREATE, "d", permission_mode="default")["updatedInput"]


def test_nothing_is_drafted_on_another_server(tmp_path: Any) -> None:
    session = started(tmp_path)
    checked(session)
    assert session.before(CREATE, server="other")[1]["permissionDecision"] == "deny"
    assert session.before(DRAFTS, server="other")[1] == {}


def test_at_the_market_no_input_has_a_price(tmp_path: Any) -> None:
    session = started(tmp_path, f"{WORDS} --order-type market")
    checked(session)
    output = session.before(CREATE)[1]["updatedInput"]
    assert output["order_type"] == "MARKET" and "limit_price" not in output


@pytest.mark.parametrize("words", ["--draft --order-type stop", "--draft --order-type LMT"])
def test_another_order_type_is_usage(tmp_path: Any, words: str) -> None:
    with pytest.raises(Usage) as usage:
        ConnectorSession(tmp_path, words=words)
    assert "--order-type does not take" in str(usage.value)


EXISTING = {"id": "3", "contract_id_ex": "900002", "side": "SELL", "quantity": 5.0}
WORKING = {
    "order_id": 1,
    "order_status": "NEW",
    "primary_description": "Sell 1 BRK B",
    "secondary_description": "Limit 410.00, GTC",
}


@pytest.mark.parametrize(
    "drafts, orders, refused",
    [
        ([], [], []),
        ([EXISTING], [], ["AAPL"]),
        ([{**EXISTING, "contract_id_ex": "900002@SMART"}], [], ["AAPL"]),
        ([{"id": "3", "contract_id": 900002}], [], ["AAPL"]),
        ([{**EXISTING, "quantity": 99.0, "side": "BUY"}], [], ["AAPL"]),
        ([], [WORKING], ["BRK B"]),
        ([], [{**WORKING, "order_status": "FILLED"}], []),
        ([], [{**WORKING, "order_status": "REPLACED"}], ["BRK B"]),
        ([], [{**WORKING, "primary_description": "Buy 9 VTIX"}], []),
        ([], [{**WORKING, "primary_description": "Buy 9 VTI, GTC"}], ["VTI"]),
    ],
)
def test_what_is_there_already_is_not_drafted_twice(
    tmp_path: Any, drafts: Any, orders: Any, refused: List[str]
) -> None:
    session = started(tmp_path)
    session.server.drafts, session.server.orders = list(drafts), orders
    assert f"{4 - len(refused)} orders can be drafted" in checked(session)
    for _ in range(4 - len(refused)):
        session.call(CREATE)
    session.call(DRAFTS)
    assert f"{4 - len(refused)} of 4 orders" in screen(session)
    said = re.findall(r"not drafted: SELL \d+ (.+?) \(USD\)", screen(session))
    assert said == refused


UNREADABLE = (
    "{}",
    "null",
    "log in",
    '{"instructions": {}}',
    '{"instructions": [1]}',
    '{"instructions": [{"id": 7}]}',
    '{"instructions": [], "next": "x"}',
    '{"code": -32400, "message": "x"}',
)


@pytest.mark.parametrize("answer", UNREADABLE)
def test_a_list_that_cannot_be_read_ends_the_drafts(tmp_path: Any, answer: str) -> None:
    session = started(tmp_path)
    call, _ = session.before(DRAFTS)
    session.hook("PostToolUse", DRAFTS, call, tool_response=answer)
    assert "nothing more is drafted" in screen(session)
    assert session.before(CREATE)[1]["permissionDecision"] == "deny"
    assert session.files() == [f"runs/{SESSION}/prompt.txt"]


def test_what_the_user_refuses_is_said_not_to_be_drafted(tmp_path: Any) -> None:
    session = started(tmp_path)
    checked(session)
    session.before(CREATE)  # asked about, and refused: no answer comes
    for _ in range(3):
        session.call(CREATE)
    session.call(DRAFTS)
    assert "3 of 4 orders" in screen(session)
    assert "1. not drafted: SELL 6 VTI (USD) LIMIT 250.50 DAY (refused, failed" in screen(session)


def test_a_draft_whose_answer_is_lost_is_found_in_the_list(tmp_path: Any) -> None:
    session = started(tmp_path)
    checked(session)
    call, output = session.before(CREATE)
    session.server.call(CREATE, output["updatedInput"])
    told = session.hook("PostToolUse", CREATE, call, tool_response="{}")
    assert "could not be read" in told["updatedToolOutput"]
    session.call(DRAFTS)
    assert "1. drafted: SELL 6 VTI" in screen(session) and "1 of 4 orders" in screen(session)


def test_a_draft_that_fails_is_told_and_the_run_goes_on(tmp_path: Any) -> None:
    session = started(tmp_path)
    checked(session)
    call, _ = session.before(CREATE)
    output = session.hook("PostToolUseFailure", CREATE, call, error="mcp.write t=1234567890123456")
    assert "mcp.write" not in output["additionalContext"]
    session.call(CREATE)
    session.call(DRAFTS)
    assert "1 of 4 orders" in screen(session)


CHANGES = (
    ("side", "BUY"),
    ("quantity", 7.0),
    ("quantity", "6"),
    ("order_type", "MARKET"),
    ("limit_price", 25.05),
    ("limit_price", None),
    ("tif", "GTC"),
    ("tif", None),
    ("contract_id_ex", "900009"),
)


@pytest.mark.parametrize("field, value", CHANGES)
def test_what_is_read_back_otherwise_is_said(tmp_path: Any, field: str, value: Any) -> None:
    session = started(tmp_path)
    checked(session)
    session.call(CREATE)
    drafted(session)[0][field] = value
    session.call(DRAFTS)
    assert "1. DIFFERS from the plan: SELL 6 VTI" in screen(session)
    assert "0 of 4 orders" in screen(session)


def test_a_draft_that_is_gone_is_said(tmp_path: Any) -> None:
    session = started(tmp_path)
    checked(session)
    session.call(CREATE)
    drafted(session).clear()
    session.call(DRAFTS)
    assert "1. not listed any more: SELL 6 VTI" in screen(session)


ODD = Case(
    (
        Row(900001, "VTI", 100.5, 250.5, average=200),
        Row(900005, "WXYZ @LSE", 3000, 1.85, "GBP", 2.0),
        Row(900008, "US-T 4 1/4 11/15/34", 20000, 98.5, "USD", 97.0, "BOND", 0.01),
    ),
    {"USD": 90000, "GBP": 10},
)


def test_pence_and_what_is_no_share_are_never_drafted(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(CASES, "odd", ODD)
    session = started(tmp_path, case="odd")
    assert "Drafts are offered one by one: 1 of 2 orders." in screen(session)
    checked(session)
    assert session.before(CREATE)[1]["updatedInput"]["contract_id_ex"] == "900001"
    assert "Every order" in session.call(CREATE)
    session.call(DRAFTS)
    assert "its market quotes in pence" in screen(session)


def test_a_plan_without_orders_drafts_nothing(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path, words="growth --draft --band 90")
    assert "[shown]" in session.fetch_all()
    assert screen(session).endswith("There is no order to draft.")
    assert session.files() == [f"runs/{SESSION}/prompt.txt"]


def test_a_new_command_ends_the_drafts(tmp_path: Any) -> None:
    session = started(tmp_path)
    checked(session)
    session = ConnectorSession(tmp_path)
    assert session.before(CREATE)[1]["permissionDecision"] == "deny"


DOCUMENT = {
    "trades": [
        {"priority": 1, "action": "SELL", "conid": "1", "quantity": "6", "currency": "USD"},
        {"priority": 2, "action": "BUY", "conid": "2", "quantity": "5", "currency": "EUR"},
    ]
}
HELD = [
    {"contract_id": 1, "position": 10, "market_price": 250.5, "currency": "USD"},
    {"contract_id": 2, "position": 1, "market_price": 20, "currency": "EUR"},
]
for row in HELD:
    row["asset_class"] = "STK"
RIGHT = [
    {"side": "SELL", "contract_id_ex": "1", "quantity": 6, "limit_price": 250.5, **FIXED},
    {"side": "BUY", "contract_id_ex": "2", "quantity": 5, "limit_price": 20.0, **FIXED},
]
WRONG = {
    "side": {"side": "BUY"},
    "contract": {"contract_id_ex": "3"},
    "quantity": {"quantity": 7},
    "fraction": {"quantity": 6.5},
    "more than held": {"quantity": 11},
    "limit": {"limit_price": 2.505},
    "limit a percent off": {"limit_price": 253.1},
    "limit nothing": {"limit_price": 0},
    "time": {"time_in_force": "GTC"},
    "market with a limit": {"order_type": "MARKET"},
    "another field": {"account": "U1"},
}


def test_the_check_of_drafts_passes_what_is_right() -> None:
    assert list(draft_problems(RIGHT, DOCUMENT, HELD)) == []


@pytest.mark.parametrize("name", WRONG)
def test_the_check_of_drafts_finds_each_wrong_input(name: str) -> None:
    assert list(draft_problems([{**RIGHT[0], **WRONG[name]}, RIGHT[1]], DOCUMENT, HELD))


@pytest.mark.parametrize(
    ("limit", "passes"),
    [("251.7575", True), ("251.7576", False), ("249.2425", True), ("249.2424", False)],
)
def test_a_limit_is_at_most_half_a_percent_and_half_a_cent_off(limit: str, passes: bool) -> None:
    drafts = [{**RIGHT[0], "limit_price": limit}, RIGHT[1]]
    assert (not list(draft_problems(drafts, DOCUMENT, HELD))) == passes


def test_the_check_of_drafts_finds_order_pence_and_what_is_no_share() -> None:
    assert list(draft_problems(RIGHT[::-1], DOCUMENT, HELD))
    assert list(draft_problems([RIGHT[0], RIGHT[0]], DOCUMENT, HELD))
    for field, value in (("currency", "GBP"), ("asset_class", "OPT"), ("asset_class", None)):
        held = [{**HELD[0], field: value}, HELD[1]]
        assert list(draft_problems(RIGHT, DOCUMENT, held)), field


@pytest.mark.parametrize(
    "currency, price, limit, is_right",
    [
        ("USD", "200", "201.005", True),  # half a percent and half a cent
        ("USD", "200", "198.995", True),
        ("USD", "200", "201.01", False),
        ("USD", "200", "198.99", False),
        ("JPY", "200", "201.5", True),  # half a yen
        ("JPY", "200", "201.6", False),
        ("USD", "0.004", "0", False),  # as near as rounding, but no price
        ("USD", "0.004", "0.001", True),
    ],
)
def test_the_check_of_drafts_allows_a_limit_its_rounding(
    currency: str, price: str, limit: str, is_right: bool
) -> None:
    document = {"trades": [{**DOCUMENT["trades"][0], "currency": currency}]}
    held = [{**HELD[0], "market_price": price, "currency": currency}]
    found = list(draft_problems([{**RIGHT[0], "limit_price": limit}], document, held))
    assert not found if is_right else len(found) == 1


@pytest.mark.parametrize("quantity, is_right", [(10, True), (11, False), (6.5, False), (0, False)])
def test_the_check_of_drafts_allows_whole_shares_that_are_held(
    quantity: float, is_right: bool
) -> None:
    document = {"trades": [{**DOCUMENT["trades"][0], "quantity": str(quantity)}]}
    found = list(draft_problems([{**RIGHT[0], "quantity": quantity}], document, HELD))
    assert not found if is_right else len(found) == 1


def test_a_plan_whose_drafts_fail_their_check_drafts_nothing(
    tmp_path: Any, monkeypatch: Any
) -> None:
    from ib_portfolio.claude_code.servers import draft_orders

    monkeypatch.setattr(draft_orders, "limit_price", lambda price, currency: price * 100)
    session = started(tmp_path)
    assert "did not pass their own check" in screen(session)
    assert session.before(CREATE)[1]["permissionDecision"] == "deny"


def test_numbers_of_a_draft_are_compared_as_numbers() -> None:
    row = json.loads('{"contract_id": 1, "side": "SELL", "quantity": 6.0, "order_type": "LIMIT"}')
    draft = drafts_of(
        {"trades": [{"action": "SELL", "symbol": "A", "currency": "USD", "conid": "1",
                     "quantity": "6", "local_price": "2", "unit": "shares"}]}, "market", ["1"]
    )[0]  # fmt: skip
    assert differences(draft, {**row, "quantity": 6, "order_type": "MARKET", "tif": "DAY"}) == ""
    assert without_doubles([draft], [row], [])[0].refused == "drafted_before"


def test_the_account_is_not_read_again_for_the_same_report(tmp_path: Any) -> None:
    session = started(tmp_path)
    assert session.before(READS[0])[1] == {}
    assert session.call(READS[0]) == session.server.call(READS[0], {})
