"""The client's record of a session, from which a run by hand takes the server's answers."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List

import pytest

from ib_portfolio.claude_code import transcript
from ib_portfolio.claude_code.transcript import finished_calls

SESSION = "00000000-0000-4000-8000-000000000000"
SINCE = "2026-11-22T10:00:00.000Z"
ASKER = "build_target.py"
BASH = {"type": "tool_use", "id": "b1", "name": "Bash",
        "input": {"command": f'python3 "/x y/scripts/{ASKER}" --session s'}}  # fmt: skip


def use(call: str, name: str = "mcp__ib-sec-mcp__get_positions", **sent: Any) -> Dict[str, Any]:
    return {"type": "tool_use", "id": call, "name": name, "input": sent}


def result(call: str, content: Any = "answer", **more: Any) -> Dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call, "content": content, **more}


def entry(*blocks: Any, at: str = "2026-11-22T10:00:05.000Z") -> str:
    return json.dumps({"timestamp": at, "message": {"role": "x", "content": list(blocks)}})


@pytest.fixture
def data(tmp_path: Any) -> str:
    """The plugin's data folder in a configuration folder with two projects."""
    for project in ("-a", "-b"):
        os.makedirs(tmp_path / "config" / "projects" / project)
    return str(tmp_path / "config" / "plugins" / "data" / "rebalance-portfolio-x")


def write(data: str, lines: List[str], project: str = "-b") -> None:
    config = os.path.dirname(os.path.dirname(os.path.dirname(data)))
    path = os.path.join(config, "projects", project, f"{SESSION}.jsonl")
    with open(path, "a", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))


def read(data: str, patience: float = 0) -> List[Any]:
    return finished_calls(data, SESSION, SINCE, ASKER, patience)


def test_finished_calls_come_in_order_with_input_and_result(data: str) -> None:
    write(data, [
        entry(use("1", start_date="2026-01-01"), use("2", "Read")),
        entry(result("2", [{"type": "text", "text": "x"}])),
        entry(result("1", "failed", is_error=True)),
        entry(BASH),
    ])  # fmt: skip
    found = read(data)
    assert [(call.name[-13:], call.failed) for call in found] == [
        ("Read", False), ("get_positions", True)
    ]  # fmt: skip
    assert found[1].sent == {"start_date": "2026-01-01"}
    assert found[0].result == [{"type": "text", "text": "x"}]


def test_what_ended_before_the_run_began_is_left_out(data: str) -> None:
    write(data, [
        entry(use("1"), at="2026-11-22T09:59:58.000Z"),
        entry(result("1"), at="2026-11-22T09:59:59.999Z"),
        entry(use("2")), entry(result("2")), entry(use("3")), entry(BASH),
    ])  # fmt: skip
    assert len(read(data)) == 1


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "7", "null", '{"message": 7}', '{"message": {"content": "x"}}',
             '{"message": {"content": [7, null, {}]}}', "[" * 3000, "\x00"]
)  # fmt: skip
def test_lines_that_are_something_else_are_passed_over(data: str, line: str) -> None:
    write(data, [line, entry(use("1")), line, entry(result("1"), result("9")), line, entry(BASH)])
    assert len(read(data)) == 1


def test_without_a_record_there_are_no_calls(data: str, tmp_path: Any) -> None:
    assert read(data) == []
    assert read(str(tmp_path / "nowhere")) == []
    assert read("") == []


def test_a_record_that_is_still_being_written_is_waited_for(data: str, monkeypatch: Any) -> None:
    """The client ran the script before it had written the calls that came before it."""
    write(data, [entry(use("1"))])
    later = iter([[entry(result("1"))], [], [entry(BASH)]])
    monkeypatch.setattr(transcript.time, "sleep", lambda _: write(data, next(later)))
    assert len(read(data, patience=30)) == 1
    assert next(later, None) is None


def test_the_call_of_another_script_is_not_the_end(data: str) -> None:
    earlier = {**BASH, "id": "b0"}
    write(data, [entry(earlier), entry(result("b0")), entry(use("1")), entry(result("1"))])
    assert [call.name for call in read(data)] == ["Bash", "mcp__ib-sec-mcp__get_positions"]
