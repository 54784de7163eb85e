"""The hook on IBKR's own connector: three reads under any name give the report, and no draft."""

from __future__ import annotations

import datetime
import itertools
import json
import threading
from typing import Any

import pytest
from connector_session import CREATE, DRAFTS, ORDERS, READS, ConnectorSession
from server_session import SESSION, TOLD, ServerSession
from test_ibkr_connector import FAULTS

from ib_portfolio.claude_code.run_folder import RunFolder
from ib_portfolio.claude_code.tool_hooks import answer_hook
from ib_portfolio.core.messages import Refusal

NAMES = ("ibkr", "claude_ai_Interactive_Brokers_IBKR", "5f0c1d3e-6a3a-4d3c-9a55-0d7f8a0c1b2e")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", list(itertools.permutations(READS)))
def test_the_last_of_the_three_gives_the_report(tmp_path: Any, name: str, order: Any) -> None:
    session = ConnectorSession(tmp_path, name=name)
    said = [session.call(tool) for tool in order]
    assert said[0] == f"Kept for the report: the answer to {order[0]}." + (
        f" Not there yet: {', '.join(tool for tool in READS if tool != order[0])}."
    )
    assert said[2].startswith(f"{TOLD}[shown]\n")
    assert "63,873" not in said[0] + said[1]
    assert "=== Portfolio Rebalancing Report ===" in session.screen[-1]
    assert "IBKR connector, captured at" in " ".join(session.screen[-1].split())
    assert session.files() == [f"runs/{SESSION}/prompt.txt"]


def test_the_reads_are_allowed_with_an_empty_input(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path)
    for tool in READS:
        assert session.before(tool)[1] == {
            "hookEventName": "PreToolUse",
            "permissionDecision": "allow",
        }
        _, output = session.before(tool, account="U1")
        assert output["updatedInput"] == {} and output["permissionDecision"] == "allow"


def test_where_nothing_is_shown_the_report_is_relayed(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path, shows=False)
    said = session.fetch_all()
    assert said.startswith(f"{TOLD}[report]\n```text\n")
    assert not any(session.screen)


def test_answers_that_come_at_once_give_the_report_once(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path)
    calls = [(tool, session.before(tool)[0]) for tool in READS]
    said = []
    threads = [
        threading.Thread(target=lambda row=row: said.append(session.after(*row, {})))
        for row in calls
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("[shown]" in text for text in said) == 1
    assert all("market_value" not in text and "exchange_rate" not in text for text in said)


@pytest.mark.parametrize("shape", ["text", "blocks", "content", "object", "result"])
def test_every_shape_of_an_answer_is_read(tmp_path: Any, shape: str) -> None:
    session = ConnectorSession(tmp_path)
    text, found = session.server.call, {}
    for tool in READS:
        answer = text(tool, {})
        block = [{"type": "text", "text": answer}]
        found = {
            "text": answer,
            "blocks": block,
            "content": {"content": block, "structuredContent": json.loads(answer)},
            "object": json.loads(answer),
            "result": {"result": answer},
        }
        call, _ = session.before(tool)
        session.hook("PostToolUse", tool, call, tool_response=found[shape])
    assert "4 sells" in session.screen[-1]


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_ends_the_run_with_its_sentence(tmp_path: Any, name: str) -> None:
    session = ConnectorSession(tmp_path)
    FAULTS[name][0](session.server.answers)
    said = session.fetch_all()
    assert said.startswith(f"{TOLD}[shown]\nThis is on the user's screen, in place of a report:\n")
    assert "IBKR's connector" in session.screen[-1] and FAULTS[name][2] in session.screen[-1]
    assert "REQUIRED TRADES" not in "".join(session.screen)
    assert session.files() == [f"runs/{SESSION}/prompt.txt"]


NOT_ANSWERS = (
    "Please log in to continue.",
    "",
    "null",
    "[]",
    '{"code": -32400, "message": "try again later", "data": null}',
    '{"error": "x"}',
    '{"positions": [], "positions": []}',
    '{"positions": [{"position": NaN}]}',
    {"positions": [{"position": float("nan")}]},
    '{"positions": [',
)


@pytest.mark.parametrize("response", NOT_ANSWERS, ids=str)
def test_what_is_no_answer_is_refused_without_the_server_s_words(
    tmp_path: Any, response: Any
) -> None:
    session = ConnectorSession(tmp_path)
    call, _ = session.before(READS[2])
    output = session.hook("PostToolUse", READS[2], call, tool_response=response)
    assert "IBKR's connector" in session.screen[-1] and "/mcp" in session.screen[-1]
    assert "try again later" not in json.dumps(output)
    assert session.files() == [f"runs/{SESSION}/prompt.txt"]


def test_a_failed_call_says_not_connected_and_may_be_made_again(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path)
    call, _ = session.before(READS[0])
    output = session.hook("PostToolUseFailure", READS[0], call, error="401 t=12345678901234567890")
    assert output["additionalContext"].startswith("IBKR connector: not connected, or ")
    assert "401" not in output["additionalContext"]
    assert "401" in session.screen[-1] and "12345678901234567890" not in session.screen[-1]
    assert "[shown]" in session.fetch_all()


def test_answers_of_two_servers_are_refused(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path)
    session.call(READS[0])
    session.call(READS[1], server="other")
    assert "several servers" in session.call(READS[2])


@pytest.mark.parametrize(
    "minutes, wanted", [(9, "[shown]\nThe finished"), (11, "more than ten minutes apart")]
)
def test_answers_more_than_ten_minutes_apart_are_refused(
    tmp_path: Any, minutes: int, wanted: str
) -> None:
    session = ConnectorSession(tmp_path)
    session.call(READS[0])
    path = f"ibkr-connector-{READS[0]}.json"
    kept = json.loads(session.folder.read(path) or "")
    early = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=minutes)
    session.folder.write(path, json.dumps({**kept, "at": early.isoformat()}))
    session.call(READS[1])
    assert wanted in session.call(READS[2])


def test_without_a_run_nothing_is_answered(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path)
    session.folder.close()
    for tool in (*READS, CREATE, DRAFTS, ORDERS):
        for event in ("PreToolUse", "PostToolUse", "PostToolUseFailure"):
            assert session.hook(event, tool, "c", tool_response="{}", error="x") == {}
    assert session.files() == []


def test_a_late_answer_to_an_earlier_run_s_call_is_not_taken(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path)
    call, _ = session.before(READS[0])
    session = ConnectorSession(tmp_path)
    answer = session.server.call(READS[0], {})
    assert session.hook("PostToolUse", READS[0], call, tool_response=answer) == {}


def test_another_session_s_run_is_none_of_its_business(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path)
    session.folder = RunFolder(session.data, "another")
    assert session.before(READS[0])[1] == {}
    assert session.before(CREATE)[1] == {}


@pytest.mark.parametrize("words", ["growth --source ib-sec-mcp", "growth --account 0"])
def test_a_run_on_ib_sec_mcp_leaves_the_reads_alone(tmp_path: Any, words: str) -> None:
    session = ConnectorSession(tmp_path, words=words)
    assert "get_account_balances" not in session.fetch
    assert all(session.before(tool)[1] == {} for tool in READS)


def test_a_run_on_the_connector_leaves_ib_sec_mcp_alone(tmp_path: Any) -> None:
    session = ServerSession(tmp_path, words="growth --source ibkr-connector")
    assert "get_positions" not in session.fetch
    assert session.before("get_positions")[2] == {}
    assert session.before("get_account_summary")[2] == {}


def test_without_a_named_source_either_is_fetched_from(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path, words="growth")
    for word in ("get_account_balances()", "mcp__ib-sec-mcp__get_positions", "--source ib-sec-mcp"):
        assert word in session.fetch
    assert "IBKR connector: not connected." in session.fetch
    assert len(session.fetch) < 9_000
    assert "[shown]" in session.fetch_all()
    assert "```text" in ServerSession(tmp_path, words="growth").report()


@pytest.mark.parametrize(
    "words, key",
    [
        ("--source ibkr-connector --account 1", "connector_account"),
        ("--source flex", "bad_value"),
        ("--draft --source ib-sec-mcp", "draft_needs_connector"),
        ("--draft --account 0", "connector_account"),
    ],
)
def test_a_source_that_cannot_do_what_is_asked_is_refused(
    tmp_path: Any, words: str, key: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        ConnectorSession(tmp_path, words=words)
    assert refusal.value.key == key


def test_no_draft_in_a_run_nor_in_the_rest_of_its_turn(tmp_path: Any) -> None:
    session = ConnectorSession(tmp_path)
    for step in ("open", "ended"):
        _, output = session.before(CREATE, side="BUY", contract_id_ex="1", quantity=1)
        assert output["permissionDecision"] == "deny", step
        assert "did not type --draft" in output["permissionDecisionReason"]
        session.fetch_all()
    session.prompt = "prompt-2"  # what the user asks for later is the user's
    assert session.before(CREATE, side="BUY")[1] == {}
    assert session.before(READS[0])[1] == {}


def test_no_draft_in_a_run_on_ib_sec_mcp(tmp_path: Any) -> None:
    session = ServerSession(tmp_path)
    payload = {
        "hook_event_name": "PreToolUse",
        "tool_name": f"mcp__ibkr__{CREATE}",
        "tool_use_id": "c",
        "tool_input": {},
    }
    output = answer_hook(payload, session.folder) or {}
    assert output["hookSpecificOutput"]["permissionDecision"] == "deny"
