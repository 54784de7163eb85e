"""What the hook answers to each event of a session that has a run."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..core.messages import Refusal, say
from ..core.redaction import redact
from ..sources.ib_sec_mcp import SERVER, position_rows
from ..sources.saved_statements import newest_statement
from .run_folder import RunFolder
from .server_run import (
    FILE_LIST,
    GENERATE,
    POSITIONS,
    PREFIX,
    RESOURCE,
    SIMULATE,
    SUMMARY,
    ServerRun,
    finish,
    finish_with,
    keep_answer,
    load_run,
    missing_calls,
    target_facts,
    trade_input,
    use_dates,
)
from .tool_answer import read_answer

Payload = dict[str, object]
Output = dict[str, object]

TRADE_TOOLS = (GENERATE, SIMULATE)
_CALL_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")
# The client cuts an additionalContext of over 10,000 characters.
_LONGEST_CONTEXT = 9_500


def answer_hook(payload: Payload, folder: RunFolder) -> Output | None:
    """The hookSpecificOutput for `payload`, None to leave the call as it is.

    A fault of ours is answered with a sentence: the model must not go on with the raw answer.
    """
    run = load_run(folder)
    event = payload.get("hook_event_name")
    handler = _HANDLERS.get(str(event))
    if run is None or handler is None:
        return None
    try:
        return handler(run, payload)
    except Refusal as refusal:
        return _refused(run, payload, str(refusal))
    except OSError as error:
        cause = error.strerror or type(error).__name__
        return _refused(run, payload, say("data_folder_unusable", cause=cause))
    except Exception as fault:
        return _refused(run, payload, say("fault", kind=type(fault).__name__))


def _refused(run: ServerRun, payload: Payload, sentence: str) -> Output | None:
    """A refusal ends the run, except before a call: there the call is denied.

    A run that another call has ended meanwhile is nobody's any more: None.
    """
    if not run.folder.is_open():
        return None
    event = payload["hook_event_name"]
    if event == "PreToolUse":
        return _output(event, permissionDecision="deny", permissionDecisionReason=sentence)
    run.folder.close()
    name = "updatedToolOutput" if event == "PostToolUse" else "additionalContext"
    return _output(event, **{name: f"[answer]\n{sentence}"})


def _output(event: str, **fields: object) -> dict[str, object]:
    return {"hookEventName": event, **fields}


def _before(run: ServerRun, payload: Payload) -> Output | None:
    """Registers the call as this run's, and gives it the right input."""
    tool = _tool(payload)
    if not tool:
        return None
    sent = payload.get("tool_input")
    wanted = trade_input(run) if tool in TRADE_TOOLS else run.call_input
    own = sent.get("target_allocation") if isinstance(sent, dict) else None
    if tool in TRADE_TOOLS and own and own != wanted["target_allocation"]:
        run.folder.claim("replaced")
    call = str(payload.get("tool_use_id", ""))
    if _CALL_ID.match(call):
        run.folder.claim(f"call-{call}")
    return None if sent == wanted else _output("PreToolUse", updatedInput=wanted)


def _after(run: ServerRun, payload: Payload) -> Output | None:
    """Keeps an answer and says what came; gives the report in place of the trades."""
    if payload.get("tool_name") == "ReadMcpResourceTool":
        return _after_resource(run, payload)
    tool = _tool(payload)
    if not tool or not _is_ours(run, payload):
        return None
    response = payload.get("tool_response")
    if tool in TRADE_TOOLS:
        return _output("PostToolUse", updatedToolOutput=finish_with(run, response))
    answer = read_answer(response, run.folder.session)
    rows = position_rows(answer) if tool == POSITIONS else []
    if tool == POSITIONS and not rows:
        raise Refusal("no_positions")
    keep_answer(run, tool, answer)
    return _output("PostToolUse", updatedToolOutput=_kept(run, tool, len(rows)))


def _is_ours(run: ServerRun, payload: Payload) -> bool:
    """Whether the call was made in this run: a late answer to an earlier run's call is not."""
    call = str(payload.get("tool_use_id", ""))
    return bool(_CALL_ID.match(call)) and run.folder.read(f"call-{call}") is not None


def _kept(run: ServerRun, tool: str, rows: int) -> str:
    """One line on the answer just kept and, for the one that completes them, the target."""
    line = say("kept_positions", count=rows) if tool == POSITIONS else say("kept_summary")
    missing = missing_calls(run)
    if missing:
        return line + " " + say("still_missing", calls=", ".join(missing))
    if not run.folder.claim("target"):
        return line
    following = say("target_next", tool=PREFIX + run.trade_tool)
    return f"{line}\n{target_facts(run)}\n{following}"


def _after_resource(run: ServerRun, payload: Payload) -> Output | None:
    """What a resource tells: only the list of saved statements matters to the run."""
    sent = payload.get("tool_input") or {}
    if sent.get("server") != SERVER or sent.get("uri") not in (RESOURCE, FILE_LIST):
        return None
    try:
        answer = read_answer(payload.get("tool_response"), run.folder.session)
    except Refusal:
        answer = {"error": "unreadable"}
    if "error" in answer:
        context = say("resource_failed", error=redact(str(answer["error"])))
    elif sent["uri"] == FILE_LIST:
        context = _dates_context(run, answer)
    else:
        return None
    return _output("PostToolUse", additionalContext=context)


def _dates_context(run: ServerRun, answer: dict[str, object]) -> str:
    """The dates of the newest saved statement, with which this run's calls go on."""
    saved = newest_statement(answer)
    if saved is None:
        return say("no_saved_statement")
    if missing_calls(run):
        run = use_dates(run, saved.start, saved.end)
    return say("saved_statement", account=saved.account, start=run.start, end=run.end)


def _failed(run: ServerRun, payload: Payload) -> Output | None:
    """The error without credentials, and the step that helps."""
    error = str(payload.get("error", ""))
    tool = _tool(payload)
    if payload.get("tool_name") == "ReadMcpResourceTool":
        sent = payload.get("tool_input") or {}
        if sent.get("server") != SERVER:
            return None
        return _output(
            "PostToolUseFailure", additionalContext=say("resource_failed", error=redact(error))
        )
    if not tool or not _is_ours(run, payload):
        return None
    if tool in TRADE_TOOLS:
        context = finish(run, None, redact(error), longest=_LONGEST_CONTEXT)
    elif "credentials" in error.casefold():
        context = say("no_credentials", start=run.start, end=run.end, list=FILE_LIST)
    else:
        context = say("tool_failed", tool=tool, error=redact(error))
    return _output("PostToolUseFailure", additionalContext=context)


def _tool(payload: Payload) -> str:
    """The server's tool in the payload, "" when it is none of the four."""
    name = str(payload.get("tool_name", ""))
    tool = name[len(PREFIX) :] if name.startswith(PREFIX) else ""
    return tool if tool in (POSITIONS, SUMMARY, *TRADE_TOOLS) else ""


_HANDLERS: dict[str, Callable[[ServerRun, Payload], Output | None]] = {
    "PreToolUse": _before,
    "PostToolUse": _after,
    "PostToolUseFailure": _failed,
}
