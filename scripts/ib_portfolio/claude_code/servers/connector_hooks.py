"""What the hook answers to the calls of IBKR's own connector, under whatever name it is connected.

The tool's own name tells the calls, since the server's part differs between set-ups. The three
reads are allowed while a run is open; a draft is denied unless the user typed --draft.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ...core.messages import Refusal, say
from ...sources.ib_sec_mcp import SERVER
from ..run_folder import RunFolder
from ..server_failure import our_words, refused_failure, server_failure
from ..server_run import (
    ServerRun,
    finish,
    keep_answer,
    missing_calls,
)
from ..tool_answer import exact_json, read_answer
from .draft_hooks import (
    CREATE,
    DRAFTS,
    ORDERS,
    after_draft,
    before_draft,
    begin_drafts,
    failed_draft,
)
from .draft_state import load_drafts
from .hook_output import (
    ENDED,
    FAILED,
    TO_MODEL,
    Output,
    Payload,
    claim_call,
    denied_output,
    end_run,
    hook_output,
    is_own_call,
    refused_output,
    report_texts,
)
from .server_source import CONNECTOR, sources_of

_TOOLS = (*CONNECTOR.reads, CREATE, DRAFTS, ORDERS)
_NAME = re.compile(rf"mcp__(.+)__({'|'.join(_TOOLS)})\Z", re.DOTALL)


def connector_tool(payload: Payload) -> tuple[str, str]:
    """The server's part of the tool's name and the tool, ("", "") when it is none of these."""
    found = _NAME.match(str(payload.get("tool_name", "")))
    return (found[1], found[2]) if found and found[1] != SERVER else ("", "")


def answer_connector(run: ServerRun, payload: Payload, shows: bool) -> Output | None:
    """The hook's output for an event of one of the connector's tools, None to leave it as it is."""
    event = str(payload.get("hook_event_name"))
    handler = _HANDLERS.get(event)
    try:
        return handler(run, payload, shows) if handler else None
    except Refusal as refusal:
        output = refused_output(run, payload, refused_failure(refusal), shows)
        if output and event != "PreToolUse":
            end_run(run, payload)
        return output


def denied_draft(folder: RunFolder, payload: Payload) -> Output | None:
    """A denial of a draft that is made in the turn of a run that has ended, else None."""
    prompt = str(payload.get("prompt_id", ""))
    before = payload.get("hook_event_name") == "PreToolUse"
    if not before or connector_tool(payload)[1] != CREATE or not prompt:
        return None
    return denied_output(say("draft_denied")) if folder.read(ENDED) == prompt else None


def _before(run: ServerRun, payload: Payload, shows: bool) -> Output | None:
    """Allows the reads, with the empty input that they take; denies a draft that is not asked."""
    server, tool = connector_tool(payload)
    if tool not in CONNECTOR.reads:
        return before_draft(run, server, tool, payload)
    if CONNECTOR not in sources_of(run.request) or load_drafts(run.folder) is not None:
        return None
    claim_call(run, payload)
    fields: dict[str, object] = {"permissionDecision": "allow"}
    if payload.get("tool_input") != {}:
        fields["updatedInput"] = {}
    return hook_output("PreToolUse", **fields)


def _after(run: ServerRun, payload: Payload, shows: bool) -> Output | None:
    """Keeps an answer; the one that completes them gives the report in its place."""
    server, tool = connector_tool(payload)
    if tool not in CONNECTOR.reads:
        return after_draft(run, server, tool, payload)
    if not is_own_call(run, payload):
        return None
    keep_answer(run, tool, _answer(run, payload, tool), CONNECTOR, server)
    line = say("kept_connector", tool=tool)
    missing = missing_calls(run, CONNECTOR)
    if missing:
        line += " " + say("still_missing", calls=", ".join(missing))
    elif _is_first(run):
        return _report(run, server, payload, shows)
    return hook_output("PostToolUse", updatedToolOutput=line)


def _answer(run: ServerRun, payload: Payload, tool: str) -> dict[str, object]:
    """The answer in the payload; Refusal("connector_shape") or ("connector_error")."""
    try:
        answer = read_answer(payload.get("tool_response"), run.folder.session)
        exact_json(answer)  # an object can hold what is no number
    except (Refusal, ValueError):
        raise Refusal("connector_shape", tool=tool) from None
    if "code" in answer or "error" in answer:
        raise Refusal("connector_error")
    return answer


def _is_first(run: ServerRun) -> bool:
    """Whether this answer is the one that ends the run: several can come at the same time."""
    try:
        return run.folder.claim("finished")
    except OSError:  # another has ended it, and its folder is gone
        return False


def _report(run: ServerRun, server: str, payload: Payload, shows: bool) -> Output:
    """The report; of the run nothing stays but which prompt it was of, and a long report's file.

    With --draft the run goes on with the drafts of the orders.
    """
    finished = finish(run, None, source=CONNECTOR)
    shown, told = report_texts(run, finished, shows)
    drafting = ""
    if run.request.draft and shows:
        line, drafting = begin_drafts(run, server, finished)
        shown += f"\n{line}"
    if not drafting:
        end_run(run, payload)
    return hook_output("PostToolUse", shown, **{TO_MODEL["PostToolUse"]: drafting or told})


def _failed(run: ServerRun, payload: Payload, shows: bool) -> Output | None:
    """A failed call: most often the login is missing or over."""
    server, tool = connector_tool(payload)
    if tool not in CONNECTOR.reads:
        return failed_draft(run, server, tool, payload)
    if not is_own_call(run, payload):
        return None
    failure = server_failure(str(payload.get("error", "")))
    shown = say("connector_failed", tool=tool, error=failure.shown) if shows else ""
    told = our_words("connector_failed", tool=tool, error=failure.told).told
    return hook_output(FAILED, shown, additionalContext=told)


_HANDLERS: dict[str, Callable[[ServerRun, Payload, bool], Output | None]] = {
    "PreToolUse": _before,
    "PostToolUse": _after,
    FAILED: _failed,
}
