"""What the hook answers to each event of a session that has a run."""

from __future__ import annotations

from collections.abc import Callable

from ..core.messages import Refusal, say
from ..sources.ib_sec_mcp import SERVER, position_rows
from ..sources.saved_statements import newest_statement
from .run_folder import RunFolder
from .server_failure import our_words, refused_failure, server_failure
from .server_run import (
    FILE_LIST,
    POSITIONS,
    PREFIX,
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
from .servers.connector_hooks import answer_connector, connector_tool, denied_draft
from .servers.hook_output import (
    FAILED,
    Output,
    Payload,
    claim_call,
    finished_output,
    hook_output,
    is_own_call,
    refused_output,
)
from .servers.server_source import IB_SEC_MCP, sources_of
from .setup.server_record import note_server
from .tool_answer import read_answer

TRADE_TOOLS = IB_SEC_MCP.closing


def answer_hook(payload: Payload, folder: RunFolder, shows: bool = False) -> Output | None:
    """The hook's output for `payload`, None to leave the call as it is.

    `shows` is whether the user sees what a hook shows: then the report goes to the screen, else to
    the model, which relays it. A fault of ours is answered with a sentence: the model must not go
    on with the raw answer.
    """
    run = load_run(folder)
    if run is None:
        return denied_draft(folder, payload)
    handler = _handler(payload)
    if handler is None:
        return None
    try:
        return handler(run, payload, shows)
    except Refusal as refusal:
        return refused_output(run, payload, refused_failure(refusal), shows)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        return refused_output(run, payload, our_words("data_folder_unusable", cause=cause), shows)
    except Exception as fault:
        return refused_output(run, payload, our_words("fault", kind=type(fault).__name__), shows)


def _handler(payload: Payload) -> Callable[[ServerRun, Payload, bool], Output | None] | None:
    """What answers the event: of IBKR's own connector, or of ib-sec-mcp."""
    event = str(payload.get("hook_event_name"))
    if connector_tool(payload)[1]:
        return answer_connector if event in _HANDLERS else None
    return _HANDLERS.get(event)


def _before(run: ServerRun, payload: Payload, shows: bool) -> Output | None:
    """Registers the call as this run's, and gives it the right input."""
    tool = _tool(payload)
    if not tool or IB_SEC_MCP not in sources_of(run.request):
        return None
    sent = payload.get("tool_input")
    wanted = trade_input(run) if tool in TRADE_TOOLS else run.call_input
    own = sent.get("target_allocation") if isinstance(sent, dict) else None
    if tool in TRADE_TOOLS and own and own != wanted["target_allocation"]:
        run.folder.claim("replaced")
    claim_call(run, payload)
    return None if sent == wanted else hook_output("PreToolUse", updatedInput=wanted)


def _after(run: ServerRun, payload: Payload, shows: bool) -> Output | None:
    """Keeps an answer and says what came; gives the report in place of the trades."""
    if payload.get("tool_name") == "ReadMcpResourceTool":
        return _after_resource(run, payload)
    tool = _tool(payload)
    if not tool or not is_own_call(run, payload):
        return None
    response = payload.get("tool_response")
    note_server(run.folder.data, SERVER)
    if tool in TRADE_TOOLS:
        return finished_output(run, "PostToolUse", finish_with(run, response), shows)
    answer = read_answer(response, run.folder.session)
    rows = position_rows(answer) if tool == POSITIONS else []
    if tool == POSITIONS and not rows:
        raise Refusal("no_positions")
    keep_answer(run, tool, answer)
    return hook_output("PostToolUse", updatedToolOutput=_kept(run, tool, len(rows)))


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
    return hook_output("PostToolUse", additionalContext=found or say("no_saved_statement"))


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
        return hook_output(FAILED, additionalContext=say("no_saved_statement")) if ours else None
    if not tool or not is_own_call(run, payload):
        return None
    failure = server_failure(error)
    note_server(run.folder.data, SERVER, failed=True)
    if tool in TRADE_TOOLS:
        return finished_output(run, FAILED, finish(run, None, failure), shows)
    if "credentials" in error.casefold():
        context = say("no_credentials", start=run.start, end=run.end, list=FILE_LIST)
        return hook_output(FAILED, additionalContext=context)
    shown = say("tool_failed", tool=tool, error=failure.shown) if shows else ""
    told = say("tool_failed", tool=tool, error=failure.told)
    return hook_output(FAILED, shown, additionalContext=told)


def _tool(payload: Payload) -> str:
    """The server's tool in the payload, "" when it is none of the four."""
    name = str(payload.get("tool_name", ""))
    tool = name[len(PREFIX) :] if name.startswith(PREFIX) else ""
    return tool if tool in (POSITIONS, SUMMARY, *TRADE_TOOLS) else ""


_HANDLERS: dict[str, Callable[[ServerRun, Payload, bool], Output | None]] = {
    "PreToolUse": _before,
    "PostToolUse": _after,
    FAILED: _failed,
}
