"""The hook's door for the tests: its script, the recorded payloads, what a valid output is."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List

from called_script import Done, call_script
from server_session import TESTS

SCRIPT = "on_tool_use.py"
EVENTS = ("PreToolUse", "PostToolUse", "PostToolUseFailure")
TOOLS = ("get_positions", "get_account_summary", "generate_rebalancing_trades",
         "simulate_rebalancing")  # fmt: skip
OTHER_SESSION = "11111111-0000-4000-8000-000000000000"


def recorded() -> List[Dict[str, Any]]:
    """The payloads that the real client sent with the real server."""
    with open(os.path.join(TESTS, "fixtures", "hook-payloads.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


RECORDED = recorded()


def run_script(data: str, stdin: bytes) -> str:
    """What the hook prints, called as the client starts it: it never fails."""
    return printed(call_script(SCRIPT, [data], stdin))


def printed(done: Done) -> str:
    """What a hook that did not fail printed."""
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def files_below(folder: str) -> List[str]:
    """The paths of all files and folders below `folder`."""
    return sorted(os.path.join(at, name) for at, dirs, names in os.walk(folder)
                  for name in (*dirs, *names))  # fmt: skip


FIELDS = {
    "PreToolUse": {"updatedInput", "permissionDecision", "permissionDecisionReason"},
    "PostToolUse": {"updatedToolOutput", "additionalContext"},
    "PostToolUseFailure": {"additionalContext"},
}


def assert_valid(output: Any, payload: Dict[str, Any]) -> None:
    """`output` is None or has exactly what the client reads for the payload's event."""
    if output is None:
        return
    assert set(output) - {"systemMessage"} == {"hookSpecificOutput"}
    assert 0 < len(output.get("systemMessage", "-")) < 10_000
    output = output["hookSpecificOutput"]
    event = output["hookEventName"]
    assert event == payload["hook_event_name"]
    assert set(output) - {"hookEventName"} <= FIELDS[event]
    assert len(str(output.get("additionalContext", ""))) < 10_000
    assert output.get("permissionDecision", "deny") == "deny"
    json.loads(json.dumps(output))
