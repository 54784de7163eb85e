"""The outputs of a run's hooks, and which calls are the run's own."""

from __future__ import annotations

import re

from ...core.messages import say
from ..chat_report import fenced_report, screen_report
from ..command_hook import sentence_answer
from ..model_context import shown_facts
from ..server_failure import Failure
from ..server_run import Finished, ServerRun

Payload = dict[str, object]
Output = dict[str, object]

FAILED = "PostToolUseFailure"
# The field with which each event reaches the model.
TO_MODEL = {"PostToolUse": "updatedToolOutput", FAILED: "additionalContext"}
# Holds the number of the prompt whose run has ended.
ENDED = "prompt.txt"
_CALL_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")


def hook_output(event: str, shown: str = "", **fields: object) -> Output:
    """A hook output with `fields` for the client, and `shown` on the user's screen."""
    output: Output = {"hookSpecificOutput": {"hookEventName": event, **fields}}
    return {**output, "systemMessage": shown} if shown else output


def refused_output(
    run: ServerRun, payload: Payload, failure: Failure, shows: bool
) -> Output | None:
    """A refusal ends the run, except before a call: there the call is denied.

    A run that another call has ended meanwhile is nobody's any more: None.
    """
    if not run.folder.is_open():
        return None
    event = str(payload["hook_event_name"])
    if event == "PreToolUse":
        return denied_output(failure.told)
    run.folder.close()
    told = sentence_answer(failure.told, shows).told
    return hook_output(event, failure.shown if shows else "", **{TO_MODEL[event]: told})


def denied_output(reason: str) -> Output:
    """A call that is not made; the model reads `reason`."""
    return hook_output("PreToolUse", permissionDecision="deny", permissionDecisionReason=reason)


def report_texts(run: ServerRun, finished: Finished, shows: bool) -> tuple[str, str]:
    """The report as it is shown, "" where nothing can be, and what the model is told of it."""
    if not shows:
        return "", say("told_report") + fenced_report(finished.told, run.folder)
    report = screen_report(finished.shown, run.folder)
    return f"{say('screen_opening')}\n\n{report}", shown_facts(finished.told)


def finished_output(run: ServerRun, event: str, finished: Finished, shows: bool) -> Output:
    """The report where it belongs, after which nothing of the run is left but a long one's file."""
    shown, told = report_texts(run, finished, shows)
    run.folder.close()
    return hook_output(event, shown, **{TO_MODEL[event]: told})


def end_run(run: ServerRun, payload: Payload) -> None:
    """Ends a run on the connector; the prompt's number stays, so that its turn drafts no more."""
    prompt = str(payload.get("prompt_id", ""))
    if prompt:
        run.folder.close_but(ENDED, prompt)
    else:
        run.folder.close()


def claim_call(run: ServerRun, payload: Payload) -> None:
    """Registers a call as this run's before it is made."""
    call = str(payload.get("tool_use_id", ""))
    if _CALL_ID.match(call):
        run.folder.claim(f"call-{call}")


def is_own_call(run: ServerRun, payload: Payload) -> bool:
    """Whether the call was made in this run: a late answer to an earlier run's call is not."""
    call = str(payload.get("tool_use_id", ""))
    return bool(_CALL_ID.match(call)) and run.folder.read(f"call-{call}") is not None
