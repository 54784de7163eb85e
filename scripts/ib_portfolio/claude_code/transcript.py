"""The client's own record of a session, read when its hooks are switched off.

The client keeps each session as JSON lines under <config>/projects/<folder>/<session>.jsonl, with
tool calls and their results as they were. Reading them there, no number passes through the model.
The form is not documented; a test with the real client notices when it changes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from typing import NamedTuple

_LARGEST = 200_000_000
_PATIENCE_SECONDS = 10.0


class Call(NamedTuple):
    """A finished tool call: its name, its input and the text of its result."""

    name: str
    sent: dict[str, object]
    result: object
    failed: bool


def finished_calls(
    data: str, session: str, since: str, asker: str, patience: float = _PATIENCE_SECONDS
) -> list[Call]:
    """The calls of `session` that ended after `since` (UTC, as YYYY-MM-DDTHH:MM:SS), oldest first.

    `data` is the plugin's data folder, which lies in the client's configuration folder. [] when
    there is no record that can be read. The client writes its record a moment late: it is complete
    once it ends in the call of the script named `asker`, waited for at most `patience` seconds.
    """
    end = time.monotonic() + patience
    while True:
        path = _transcript_path(data, session)
        calls, last = _calls_in(path, since) if path else ([], "")
        if asker in last or time.monotonic() >= end:
            return calls
        time.sleep(0.1)


def _calls_in(path: str, since: str) -> tuple[list[Call], str]:
    """The finished calls in the record, and the input of its last call while that is unfinished."""
    sent: dict[str, dict[str, object]] = {}
    calls: list[Call] = []
    unfinished = ""
    for entry in _entries(path):
        for block in _blocks(entry):
            if block.get("type") == "tool_use":
                unfinished = str(block.get("id"))
                sent[unfinished] = block
            elif block.get("type") == "tool_result":
                call = str(block.get("tool_use_id"))
                unfinished = "" if call == unfinished else unfinished
                if call in sent and str(entry.get("timestamp", "")) >= since:
                    calls.append(_call(sent[call], block))
    return calls, json.dumps(sent[unfinished].get("input")) if unfinished else ""


def _call(use: dict[str, object], result: dict[str, object]) -> Call:
    given = use.get("input")
    return Call(
        name=str(use.get("name", "")),
        sent=given if isinstance(given, dict) else {},
        result=result.get("content"),
        failed=bool(result.get("is_error")),
    )


def _transcript_path(data: str, session: str) -> str | None:
    """The session's file in any project of the configuration folder that holds plugins/data/…."""
    config = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(data))))
    projects = os.path.join(config, "projects")
    for folder in sorted(os.listdir(projects)) if os.path.isdir(projects) else ():
        path = os.path.join(projects, folder, f"{session}.jsonl")
        if os.path.isfile(path) and os.path.getsize(path) <= _LARGEST:
            return path
    return None


def _entries(path: str) -> Iterator[dict[str, object]]:
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(entry, dict):
                yield entry


def _blocks(entry: dict[str, object]) -> list[dict[str, object]]:
    message = entry.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    return [row for row in content if isinstance(row, dict)] if isinstance(content, list) else []
