"""The client's own record of a session, read when its hooks are switched off.

The client keeps each session as JSON lines under <config>/projects/<folder>/<session>.jsonl, with
tool calls and their results as they were. Reading them there, no number passes through the model.
The form is not documented; a test with the real client notices when it changes.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator

from ..core.record import Record

_LARGEST = 200_000_000
_PATIENCE_SECONDS = 10.0


_TYPED = re.compile(
    r"<command-name>/?([^<]*)</command-name>\s*<command-args>(.*)</command-args>", re.DOTALL
)


class Call(Record):
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


def command_words(
    data: str,
    session: str,
    names: tuple[str, ...],
    asker: str,
    patience: float = _PATIENCE_SECONDS,
) -> str | None:
    """What stands behind the last command of `names` in the record of `session`.

    Typed by the user, or started by the model through Skill. None where there is no such command,
    or where the record stays incomplete (as `finished_calls` tells): the last command in it could
    then be an earlier one.
    """
    end = time.monotonic() + patience
    while True:
        path = _transcript_path(data, session)
        if path and asker in _calls_in(path, "")[1]:
            found = [words for words in (_words(row, names) for row in _entries(path)) if words]
            return found[-1][1] if found else None
        if time.monotonic() >= end:
            return None
        time.sleep(0.1)


def _words(entry: dict[str, object], names: tuple[str, ...]) -> tuple[str, str] | None:
    """The command of `names` in an entry and the words behind it, None in another entry."""
    message = entry.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str) and message.get("role") == "user":
        typed = _TYPED.search(content)
        return (typed[1], typed[2]) if typed and typed[1] in names else None
    for block in _blocks(entry):
        sent = block.get("input")
        sent = sent if isinstance(sent, dict) and block.get("name") == "Skill" else {}
        if sent.get("skill") in names:
            return str(sent["skill"]), str(sent.get("args") or "")
    return None


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
