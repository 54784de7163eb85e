"""The hook: it says nothing without a run, and with one it brings every answer to the report."""

from __future__ import annotations

import itertools
import json
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, Optional

import pytest
from called_script import start_script
from hook_door import (
    EVENTS,
    OTHER_SESSION,
    RECORDED,
    SCRIPT,
    TOOLS,
    assert_valid,
    files_below,
    printed,
    run_script,
)
from server_session import SESSION, SHAPES, START, TODAY, TOLD, ServerSession, shaped

from ib_portfolio.claude_code.run_folder import RunFolder
from ib_portfolio.claude_code.server_run import FILE_LIST, PREFIX, start_server_run
from ib_portfolio.claude_code.tool_hooks import answer_hook
from ib_portfolio.request.request import parse_text


@pytest.mark.parametrize("stdin", [b"", b"garbage", b"\xff\xfe", b"[]", b"null", b"{" * 5000])
def test_without_a_run_garbage_is_met_with_silence(tmp_path: Any, stdin: bytes) -> None:
    data = str(tmp_path / "data")
    assert run_script(data, stdin) == ""
    assert not os.path.exists(data)


@pytest.mark.parametrize("stdin", [b"", b"garbage", b"\xff\xfe", b"[]", b"null", b"{" * 5000])
def test_with_a_run_of_any_session_garbage_is_met_with_silence(tmp_path: Any, stdin: bytes) -> None:
    session = ServerSession(tmp_path)
    before = files_below(session.data)
    assert run_script(session.data, stdin) == ""
    assert files_below(session.data) == before


def test_without_a_run_no_recorded_payload_is_answered(tmp_path: Any) -> None:
    assert len(RECORDED) == 30
    for payload in RECORDED[:8]:
        assert run_script(str(tmp_path), json.dumps(payload).encode()) == ""
    assert files_below(str(tmp_path)) == []


def test_without_a_data_folder_it_is_silent() -> None:
    assert start_script(SCRIPT, [], b"{}") == (0, b"", b"")


def test_another_session_s_run_is_none_of_its_business(tmp_path: Any) -> None:
    session = ServerSession(tmp_path, session=OTHER_SESSION)
    before = files_below(session.data)
    for payload in RECORDED:
        assert payload["session_id"] == SESSION
        assert answer_hook(payload, RunFolder(session.data, SESSION)) is None
    assert run_script(session.data, json.dumps(RECORDED[2]).encode()) == ""
    assert files_below(session.data) == before


@pytest.mark.parametrize("name", ["", "..", "../../etc", "a/b", "a" * 200, "a\0b", "ｓ"])
def test_a_session_id_that_is_none_is_met_with_silence(tmp_path: Any, name: str) -> None:
    session = ServerSession(tmp_path)
    payload = {**RECORDED[2], "session_id": name}
    assert run_script(session.data, json.dumps(payload).encode()) == ""


@pytest.mark.parametrize("event", ["SessionStart", "Stop", "", None, 7, ["PreToolUse"]])
def test_other_events_are_not_answered(tmp_path: Any, event: object) -> None:
    session = ServerSession(tmp_path)
    assert answer_hook({**RECORDED[2], "hook_event_name": event}, session.folder) is None


@pytest.mark.parametrize(
    "tool", ["Bash", "mcp__ib-sec-mcp__place_order", "mcp__other__get_positions", "", None, 3]
)
@pytest.mark.parametrize("event", EVENTS)
def test_other_tools_are_not_answered(tmp_path: Any, event: str, tool: object) -> None:
    session = ServerSession(tmp_path)
    before = files_below(session.data)
    payload = {**RECORDED[3], "hook_event_name": event, "tool_name": tool, "error": "x"}
    assert answer_hook(payload, session.folder) is None
    assert files_below(session.data) == before


def test_a_resource_of_another_server_is_not_answered(tmp_path: Any) -> None:
    session = ServerSession(tmp_path)
    for event in ("PostToolUse", "PostToolUseFailure"):
        sent = {"server": "other", "uri": FILE_LIST}
        output = session.hook(event, "ReadMcpResourceTool", sent, "c", tool_response={}, error="x")
        assert output == {}


def test_the_script_says_what_the_library_says(tmp_path: Any) -> None:
    session = ServerSession(tmp_path)
    payload = {**RECORDED[2], "session_id": SESSION}
    done = start_script(SCRIPT, [session.data], json.dumps(payload).encode())
    dates = {"start_date": START, "end_date": TODAY}
    assert json.loads(printed(done)) == {
        "hookSpecificOutput": {"hookEventName": "PreToolUse", "updatedInput": dates}
    }


def test_a_whole_run_through_the_script(tmp_path: Any) -> None:
    session = ServerSession(tmp_path, words="growth")
    outputs = []
    for number, tool in enumerate(TOOLS[:3]):
        sent: Dict[str, Any] = {"start_date": START}
        if number == 2:
            sent["target_allocation"] = {}
        base = {"session_id": SESSION, "tool_name": PREFIX + tool, "tool_use_id": f"t{number}"}
        before = {**base, "hook_event_name": "PreToolUse", "tool_input": sent}
        asked = json.loads(run_script(session.data, json.dumps(before).encode()))
        sent = asked["hookSpecificOutput"]["updatedInput"]
        response = shaped(session.server.call(tool, sent), "result", session.place)
        after = {**base, "hook_event_name": "PostToolUse", "tool_input": sent,
                 "tool_response": response}  # fmt: skip
        outputs.append(json.loads(run_script(session.data, json.dumps(after).encode())))
    texts = [output["hookSpecificOutput"]["updatedToolOutput"] for output in outputs]
    assert texts[0].startswith("Kept for the report: 3 positions.")
    assert "Weights in percent, sum 100: CSPX 45, INDA 30, STRIPS-2040 15" in texts[1]
    assert texts[2].startswith(TOLD + "[report]\n```text\n")
    assert session.files() == []


@pytest.mark.parametrize(
    ("case", "shape"),
    [
        *itertools.product(["a_seed_example", "c_messy25"], SHAPES),
        ("d_500", "object"),
        ("d_500", "saved file"),
    ],
)
def test_every_shape_leads_to_the_same_report(tmp_path: Any, case: str, shape: str) -> None:
    report = ServerSession(tmp_path, case, shape=shape).report()
    assert report.replace(str(tmp_path), "HERE") == first_report(case)


@cache
def first_report(case: str) -> str:
    """The report of a session in the first shape, its folder called HERE."""
    with TemporaryDirectory() as folder:
        report = ServerSession(Path(folder), case, shape=SHAPES[0]).report()
        assert "```text" in report
        return report.replace(folder, "HERE")


def test_every_recorded_payload_is_answered_in_its_own_way(tmp_path: Any) -> None:
    """The recorded run on three positions, its answers as they came over the wire."""
    session = ServerSession(tmp_path, words="growth --dry-run")
    folder, run = session.folder, json.loads(session.folder.read("run.json") or "")
    run.update(start="2026-01-01", end="2026-11-22", today="2026-11-22")
    folder.write("run.json", json.dumps(run))
    outputs = [answer_hook(payload, folder) for payload in RECORDED[:10]]
    assert outputs[:2][1] is None, "the context resource is left as it is"
    assert "The newest saved statement is of account U***4567" in _context(outputs[0])
    dates = {"start_date": "2026-01-01", "end_date": "2026-11-22"}
    assert [_input(outputs[place]) for place in (2, 4)] == [dates, dates]
    assert _output(outputs[3]).startswith("Kept for the report: 3 positions.")
    assert "The target allocation of profile growth is built:" in _output(outputs[5])
    weights = {"CSPX": 45, "INDA": 30, "STRIPS-2040": 15, "USD.CASH": 10}
    assert _input(outputs[6]) == {"target_allocation": weights, **dates}
    assert "```text" in _output(outputs[7])
    assert outputs[8:] == [None, None], "the run is over"


def _context(output: Optional[Dict[str, Any]]) -> str:
    assert output is not None
    return str(output["hookSpecificOutput"]["additionalContext"])


def _input(output: Optional[Dict[str, Any]]) -> Any:
    assert output is not None
    return output["hookSpecificOutput"]["updatedInput"]


def _output(output: Optional[Dict[str, Any]]) -> str:
    assert output is not None
    return str(output["hookSpecificOutput"]["updatedToolOutput"])


@pytest.mark.parametrize("payload", RECORDED, ids=range(len(RECORDED)))
def test_each_recorded_payload_alone_is_answered_validly(tmp_path: Any, payload: Any) -> None:
    session = ServerSession(tmp_path)
    session.folder.claim(f"call-{payload['tool_use_id']}")
    assert_valid(answer_hook(payload, session.folder), payload)


@pytest.mark.parametrize("first", [0, 1])
def test_the_later_of_the_two_answers_tells_the_target(tmp_path: Any, first: int) -> None:
    session = ServerSession(tmp_path)
    said = [session.call(TOOLS[first]), session.call(TOOLS[1 - first])]
    assert f"Not there yet: {TOOLS[1 - first]}." in said[0]
    assert "The target allocation of profile growth is built:" in said[1]
    assert f"The next call is {PREFIX}generate_rebalancing_trades" in said[1]


def test_answers_that_come_at_the_same_time_tell_the_target_once(tmp_path: Any) -> None:
    for attempt in range(15):
        session = ServerSession(tmp_path / str(attempt))
        said = session.after_at_once(TOOLS[:2])
        assert len(said) == 2
        assert (
            sum("The target allocation of profile growth is built:" in text for text in said) == 1
        )
        assert "```text" in session.call(TOOLS[2], target_allocation={})


def test_both_trade_answers_at_the_same_time_never_refuse(tmp_path: Any) -> None:
    for attempt in range(15):
        session = ServerSession(tmp_path / str(attempt))
        session.fetch_all()
        said = session.after_at_once(TOOLS[2:], target_allocation={})
        assert any("```text" in text for text in said)
        assert not any("[answer]" in text for text in said), said
        assert session.files() == []


def test_an_answer_made_twice_is_kept_and_told_once(tmp_path: Any) -> None:
    session = ServerSession(tmp_path)
    session.fetch_all()
    assert session.call("get_positions") == "Kept for the report: 3 positions."
    assert "```text" in session.call(TOOLS[2], target_allocation={})


def test_a_late_answer_to_an_earlier_run_s_call_is_ignored(tmp_path: Any) -> None:
    session = ServerSession(tmp_path, "a_seed_example", "growth")
    call, sent, _ = session.before("get_positions", start_date=START)
    start_server_run(parse_text("income"), session.folder)
    answer = session.after("get_positions", call, sent)
    assert json.loads(json.loads(answer)["result"])["position_count"] == 3
    assert session.files() == [os.path.join("runs", SESSION, "run.json")]


def test_an_answer_whose_call_was_not_seen_is_left_alone(tmp_path: Any) -> None:
    session = ServerSession(tmp_path)
    raw = session.after("get_positions", "toolu_unseen", {"start_date": START})
    assert "Kept" not in raw
    for call in ("", "../../x", "a" * 500):
        assert "Kept" not in session.after("get_positions", call, {"start_date": START})


@pytest.mark.parametrize("sent", [{}, {"start_date": "2020-01-01"}, {"symbol": "CSPX"}, None, "x"])
def test_the_dates_are_filled_in_whatever_was_sent(tmp_path: Any, sent: Any) -> None:
    session = ServerSession(tmp_path)
    output = session.hook("PreToolUse", PREFIX + "get_positions", sent, "c1")
    assert output["updatedInput"] == {"start_date": START, "end_date": TODAY}


def test_an_account_is_passed_on_by_its_place(tmp_path: Any) -> None:
    session = ServerSession(tmp_path, words="growth --account 1")
    assert "account_index=1" in session.fetch
    _, given, _ = session.before("get_positions", start_date=START)
    assert given == {"start_date": START, "end_date": TODAY, "account_index": 1}


def test_an_input_that_is_right_already_is_left_as_it_is(tmp_path: Any) -> None:
    session = ServerSession(tmp_path)
    sent = {"start_date": START, "end_date": TODAY}
    assert session.hook("PreToolUse", PREFIX + "get_positions", sent, "c1") == {}
    assert "Kept" in session.after("get_positions", "c1", sent)


@pytest.mark.parametrize("own", [{"CSPX": 100}, {"TSLA": 50.5, "USD.CASH": 49.5}, {"x": "y"}, [1]])
def test_a_dictionary_of_the_model_s_own_is_replaced_and_said(tmp_path: Any, own: Any) -> None:
    session = ServerSession(tmp_path)
    session.fetch_all()
    report = session.call(TOOLS[2], target_allocation=own)
    assert "made up was replaced by the calculated one" in " ".join(report.split())
    assert session.asked[-1][1]["target_allocation"] == {
        "CSPX": 45, "INDA": 30, "STRIPS-2040": 15, "USD.CASH": 10
    }  # fmt: skip


@pytest.mark.parametrize("own", [{}, None, ""])
def test_an_empty_dictionary_is_not_called_made_up(tmp_path: Any, own: Any) -> None:
    session = ServerSession(tmp_path)
    session.fetch_all()
    assert "made up" not in session.call(TOOLS[2], target_allocation=own)


def test_what_is_held_narrows_the_value_that_the_weights_apply_to(tmp_path: Any) -> None:
    session = ServerSession(tmp_path, "c_messy25")
    session.report()
    asked = session.asked[-1][1]
    assert asked["total_portfolio_value"] == 173233.80
    seed = ServerSession(tmp_path / "seed")
    seed.report()
    assert "total_portfolio_value" not in seed.asked[-1][1]


@pytest.mark.parametrize("have", [[], ["get_positions"], ["get_account_summary"]])
def test_trades_without_a_target_are_denied(tmp_path: Any, have: List[str]) -> None:
    session = ServerSession(tmp_path)
    for tool in have:
        session.call(tool)
    said = session.call(TOOLS[2], target_allocation={})
    missing = [tool for tool in TOOLS[:2] if tool not in have]
    assert said == f"The target allocation is not built yet: call {', '.join(missing)} first."
    assert len(session.asked) == len(have)
