"""What the hook answers while orders are drafted: each input is ours, each draft the user's word.

First the drafts and working orders that are there already are read, then each order is offered with
the client's own prompt, then the drafts are read back and compared with the plan.
"""

from __future__ import annotations

from ...checks.draft_checks import draft_problems
from ...core.messages import Ours, Refusal, say
from ...reports.text_table import wrapped
from ..command_hook import sentence_answer
from ..model_context import shown_facts
from ..server_run import Finished, ServerRun, kept_answer
from ..tool_answer import exact_json, read_answer
from .draft_orders import (
    Answer,
    Draft,
    contract_of,
    differences,
    drafts_of,
    order_type_of,
    why_not,
)
from .draft_state import DraftState, load_drafts, save_drafts
from .hook_output import (
    FAILED,
    TO_MODEL,
    Output,
    Payload,
    claim_call,
    denied_output,
    end_run,
    hook_output,
    is_own_call,
)
from .server_source import CONNECTOR

CREATE, DRAFTS, ORDERS = (
    "create_order_instruction",
    "get_order_instructions",
    "get_account_orders",
)
# Permission modes in which the client may let a call through without asking.
_UNASKED = ("bypassPermissions", "dontAsk")
_ROOTS = {DRAFTS: "instructions", ORDERS: "orders"}


def begin_drafts(run: ServerRun, server: str, finished: Finished) -> tuple[str, str]:
    """What the screen says under the report, and what the model is told, of the drafts to offer.

    The run goes on only where an order can be drafted; "" for the model where none can. What the
    connector said of the account is removed: only the orders stay.
    """
    positions = kept_answer(run, CONNECTOR.reads[-1], CONNECTOR)
    rows = positions.answer["positions"] if positions else []
    shares = [str(row["contract_id"]) for row in rows if row.get("asset_class") == "STK"]
    document = finished.shown.documents[0]
    drafts = drafts_of(document, order_type_of(run.request.options), shares)
    state = DraftState(run.folder, server, drafts)
    count = len(state.wanted)
    inputs = [drafts[place].call_input for place in state.wanted]
    problems = list(draft_problems(inputs, document, rows))
    if problems:
        return say("draft_check_failed", named="; ".join(problems[:3])), ""
    if not count:
        return say("draft_none" if drafts else "draft_no_trades"), ""
    for tool in CONNECTOR.reads:
        run.folder.remove(CONNECTOR.file_of(tool))
    save_drafts(state)
    calls = say("draft_calls", server=server, count=count)
    told = shown_facts(finished.told, heading=say("told_fetch", calls=Ours(calls)))
    return say("draft_opening", count=count, total=len(drafts)), told


def before_draft(run: ServerRun, server: str, tool: str, payload: Payload) -> Output | None:
    """Allows the two reads; fills in the next order and has the user asked about it.

    None for a read that is none of this run's. A draft is denied on another server, before the
    reads, and when no order is left.
    """
    state = load_drafts(run.folder)
    if tool != CREATE:
        if state is None or server != state.server:
            return None
        claim_call(run, payload)
        return hook_output("PreToolUse", permissionDecision="allow", updatedInput={})
    if state is None or server != state.server:
        return denied_output(say("draft_not_here" if run.request.draft else "draft_denied"))
    if payload.get("permission_mode") in _UNASKED:
        return denied_output(say("draft_unasked"))
    if not state.is_checked:
        return denied_output(say("draft_check_first"))
    draft = state.next_for(str(payload.get("tool_use_id", "")))
    if draft is None:
        return denied_output(say("draft_none_left"))
    return hook_output(
        "PreToolUse",
        permissionDecision="ask",
        permissionDecisionReason=say("draft_ask", order=Ours(draft.text)),
        updatedInput=draft.call_input,
    )


def after_draft(run: ServerRun, server: str, tool: str, payload: Payload) -> Output | None:
    """Keeps what a read or a draft answered; the drafts read back end the run."""
    state = load_drafts(run.folder)
    if state is None or server != state.server:
        return None
    if tool == CREATE:
        return _made(state, payload)
    if not is_own_call(run, payload):
        return None
    rows = _rows(run, tool, payload)
    if state.is_checked and tool == DRAFTS:
        return _ended(run, state, rows, payload)
    state = state if state.is_checked else state.keep_before(tool == DRAFTS, rows)
    if not state.is_checked:
        return hook_output("PostToolUse", updatedToolOutput=say("draft_kept_read", tool=tool))
    if not state.wanted:
        return _ended(run, state, [], payload)
    told = say("draft_checked", count=len(state.wanted), server=server)
    return hook_output("PostToolUse", updatedToolOutput=told)


def failed_draft(run: ServerRun, server: str, tool: str, payload: Payload) -> Output | None:
    """A draft, or a read, that failed."""
    state = load_drafts(run.folder)
    if state is None or server != state.server:
        return None
    if tool != CREATE and not is_own_call(run, payload):
        return None
    return hook_output(FAILED, additionalContext=say("draft_failed", tool=tool))


def _rows(run: ServerRun, tool: str, payload: Payload) -> list[Answer]:
    """The rows of a read; Refusal("draft_unreadable"), as nothing is drafted beside the unknown."""
    try:
        answer = read_answer(payload.get("tool_response"), run.folder.session)
        exact_json(answer)
    except (Refusal, ValueError):
        raise Refusal("draft_unreadable") from None
    rows = answer.get(_ROOTS[tool])
    if set(answer) != {_ROOTS[tool]} or not isinstance(rows, list):
        raise Refusal("draft_unreadable")
    named = "primary_description" if tool == ORDERS else "id"
    if not all(isinstance(row, dict) and isinstance(row.get(named), str) for row in rows):
        raise Refusal("draft_unreadable")
    return rows


def _made(state: DraftState, payload: Payload) -> Output | None:
    place = state.place_of(str(payload.get("tool_use_id", "")))
    if place is None:
        return None
    try:
        answer = read_answer(payload.get("tool_response"), state.folder.session)
        state.keep_made(place, answer)
    except Refusal:
        told = say("draft_unread", order=Ours(state.drafts[place].text))
    else:
        told = say("draft_made", order=Ours(state.drafts[place].text))
    return hook_output("PostToolUse", updatedToolOutput=told)


def _ended(run: ServerRun, state: DraftState, rows: list[Answer], payload: Payload) -> Output:
    """What was drafted, on the screen: every draft compared with what IBKR lists now."""
    text = draft_report(state, rows)
    end_run(run, payload)
    told = sentence_answer(text, shows=True).told
    shown = f"{say('screen_opening')}\n\n{text}"
    return hook_output("PostToolUse", shown, **{TO_MODEL["PostToolUse"]: told})


def draft_report(state: DraftState, rows: list[Answer]) -> str:
    """What became of each order, a paragraph each, at most 75 columns wide."""
    before = {str(row["id"]) for row in state.before}
    new = [row for row in rows if str(row["id"]) not in before]
    outcomes = [_outcome(state, place, rows, new) for place in range(len(state.drafts))]
    drafted = sum(kind == "drafted" for kind, _ in outcomes)
    lines = [say("drafts_heading", count=drafted, total=len(outcomes))]
    for place, (draft, (kind, detail)) in enumerate(zip(state.drafts, outcomes), 1):
        said = say(f"outcome.{kind}", order=Ours(draft.text), detail=Ours(detail))
        lines.append(f"{place}. {said}")
    lines.append(say("drafts_waiting" if drafted else "drafts_nothing"))
    return "\n".join(part for line in lines for part in wrapped(line, "", "   "))


def _outcome(
    state: DraftState, place: int, rows: list[Answer], new: list[Answer]
) -> tuple[str, str]:
    """What became of an order: drafted, differs, gone or not; and the draft's id, or why."""
    draft, number = state.drafts[place], state.made(place)
    if draft.refused:
        return "not", why_not(draft)
    if number:
        row = next((row for row in rows if row["id"] == number), None)
    else:  # its answer was not read, or it was never made
        row = next((row for row in new if _is_of(draft, row)), None)
        if row is None:
            return "not", say("undrafted.not_confirmed")
        number = str(row["id"])
    if row is None:
        return "gone", number
    found = differences(draft, row)
    return ("differs", f"{number}: {found}") if found else ("drafted", number)


def _is_of(draft: Draft, row: Answer) -> bool:
    return contract_of(row) == draft.conid and row.get("side") == draft.action
