"""What the hook answers to each event of a session that has a run."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..core.messages import Refusal, say
from ..sources.ib_sec_mcp import SERVER, position_rows
from ..sources.saved_statements import newest_statement
from .chat_report import fenced_report, screen_report
from .command_hook import sentence_answer
from .model_context import shown_facts
from .run_folder import RunFolder
from .server_failure import Failure, our_words, refused_failure, server_failure
from .server_run import (
    FILE_LIST,
    GENERATE,
    POSITIONS,
    PREFIX,
    SIMULATE,
    SUMMARY,
    Finished,
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
from .setup.server_record import note_server
from .tool_answer import read_answer

Payload = dict[str, object]
Output = dict[str, object]

TRADE_TOOLS = (GENERATE, SIMULATE)
_CALL_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")


def answer_hook(payload: Payload, folder: RunFolder, shows: bool = False) -> Output | None:
    """The hook's output for `payload`, None to leave the call as it is.

    `shows` is whether the user sees what a hook shows: then the report goes to the screen, else to
    the model, which relays it. A fault of ours is answered with a sentence: the model must not go
    on with the raw answer.
    """
    run = load_run(folder)
    event = payload.get("hook_event_name")
    handler = _HANDLERS.get(str(event))
    if run is None or handler is None:
        return None
    try:
        return handler(run, payload, shows)
    except Refusal as refusal:
        return _refused(run, payload, refused_failure(refusal), shows)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        return _refused(run, payload, our_words("data_folder_unusable", cause=cause), shows)
    except Exception as fault:
        return _refused(run, payload, our_words("fault", kind=type(fault).__name__), shows)


def _refused(run: ServerRun, payload: Payload, failure: Failure, shows: bool) -> Output | None:
    """A refusal ends the run, except before a call: there the call is denied.

    A run that another call has ended meanwhile is nobody's any more: None.
    """
    if not run.folder.is_open():
        return None
    event = str(payload["hook_event_name"])
    if event == "PreToolUse":
        return _output(event, permissionDecision="deny", permissionDecisionReason=failure.told)
    run.folder.close()
    told = sentence_answer(failure.told, shows).told
    return _output(event, failure.shown if shows else "", **{_TO_MODEL[event]: told})


def _output(event: str, shown: str = "", **fields: object) -> Output:
    """A hook output with `fields` for the client, and `shown` on the user's screen."""
    output: Output = {"hookSpecificOutput": {"hookEventName": event, **fields}}
    return {**output, "systemMessage": shown} if shown else output


def _finished(run: ServerRun, event: str, finished: Finished, shows: bool) -> Output:
    """The report where it belongs, after which nothing of the run is left but a long one's file."""
    if shows:
        report = screen_report(finished.shown, run.folder)
        shown, told = f"{say('screen_opening')}\n\n{report}", shown_facts(finished.told)
    else:
        shown, told = "", say("told_report") + fenced_report(finished.told, run.folder)
    run.folder.close()
    return _output(event, shown, **{_TO_MODEL[event]: told})


def _before(run: ServerRun, payload: Payload, shows: bool) -> Output | None:
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


def _after(run: ServerRun, payload: Payload, shows: bool) -> Output | None:
    """Keeps an answer and says what came; gives the report in place of the trades."""
    if payload.get("tool_name") == "ReadMcpResourceTool":
        return _after_resource(run, payload)
    tool = _tool(payload)
    if not tool or not _is_ours(run, payload):
        return None
    response = payload.get("tool_response")
    note_server(run.folder.data, SERVER)
    if tool in TRADE_TOOLS:
        return _finished(run, "PostToolUse", finish_with(run, response), shows)
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
    """What the list of saved statements tells; of other resources nothing is said."""
    sent = payload.get("tool_input") or {}
    if sent.get("server") != SERVER or sent.get("uri") != FILE_LIST:
        return None
    try:
        answer = read_answer(payload.get("tool_response"), run.folder.session)
    except Refusal:
        answer = {"error": "unreadable"}
    found = "" if "error" in answer else _dates_context(run, answer)
    return _output("PostToolUse", additionalContext=found or say("no_saved_statement"))


def _dates_context(run: ServerRun, answer: dict[str, object]) -> str:
    """The dates of the newest saved statement, with which this run's calls go on; "" for none."""
    saved = newest_statement(answer)
    if saved is None:
        return ""
    if missing_calls(run):
        run = use_dates(run, saved.start, saved.end)
    return say("saved_statement", account=saved.account, start=run.start, end=run.end)


def _failed(run: ServerRun, payload: Payload, shows: bool) -> Output | None:
    """What helps, and on the screen the error without credentials.

    The client gives the model the error itself, which no hook can replace.
    """
    error = str(payload.get("error", ""))
    tool = _tool(payload)
    if payload.get("tool_name") == "ReadMcpResourceTool":
        sent = payload.get("tool_input") or {}
        ours = sent.get("server") == SERVER and sent.get("uri") == FILE_LIST
        return _output(_FAILED, additionalContext=say("no_saved_statement")) if ours else None
    if not tool or not _is_ours(run, payload):
        return None
    failure = server_failure(error)
    note_server(run.folder.data, SERVER, failed=True)
    if tool in TRADE_TOOLS:
        return _finished(run, _FAILED, finish(run, None, failure), shows)
    if "credentials" in error.casefold():
        context = say("no_credentials", start=run.start, end=run.end, list=FILE_LIST)
        return _output(_FAILED, additionalContext=context)
    shown = say("tool_failed", tool=tool, error=failure.shown) if shows else ""
    told = say("tool_failed", tool=tool, error=failure.told)
    return _output(_FAILED, shown, additionalContext=told)


def _tool(payload: Payload) -> str:
    """The server's tool in the payload, "" when it is none of the four."""
    name = str(payload.get("tool_name", ""))
    tool = name[len(PREFIX) :] if name.startswith(PREFIX) else ""
    return tool if tool in (POSITIONS, SUMMARY, *TRADE_TOOLS) else ""


_FAILED = "PostToolUseFailure"
# The field with which each event reaches the model.
_TO_MODEL = {"PostToolUse": "updatedToolOutput", _FAILED: "additionalContext"}
_HANDLERS: dict[str, Callable[[ServerRun, Payload, bool], Output | None]] = {
    "PreToolUse": _before,
    "PostToolUse": _after,
    "PostToolUseFailure": _failed,
}
