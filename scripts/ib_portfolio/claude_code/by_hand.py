"""The steps of a server run without hooks: the same run, its answers taken from the transcript."""

from __future__ import annotations

import json

from ..core.messages import Ours, Refusal, say
from ..core.private.data_folder import adopt_data_folder
from ..sources.ib_sec_mcp import position_rows
from .chat_report import fenced_report
from .run_folder import RunFolder
from .script_words import read_pairs
from .server_failure import our_words, server_failure
from .server_run import (
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
from .tool_answer import read_answer
from .transcript import Call, finished_calls

_MOST_WEIGHTS = 50


def open_run(words: list[str], script: str) -> tuple[ServerRun, list[Call]]:
    """The run that `--session` and `--data` name, the server's latest answers kept, and its calls.

    Refusal when no run was started, Usage for other words.
    """
    given = read_pairs(words, ("session", "data"))
    try:
        folder = RunFolder(adopt_data_folder(given.get("data", "")), given.get("session", ""))
    except (OSError, ValueError):
        raise Refusal("no_run") from None
    run = load_run(folder)
    if run is None:
        raise Refusal("no_run")
    calls = finished_calls(given["data"], given["session"], run.started, script)
    return _with_answers(run, calls), calls


def _with_answers(run: ServerRun, calls: list[Call]) -> ServerRun:
    for tool in (POSITIONS, SUMMARY):
        call = _last(calls, tool)
        if call is None or tool not in missing_calls(run):
            continue
        if call.failed:
            raise Refusal("tool_failed", tool=tool, error=server_failure(str(call.result)).told)
        answer = read_answer(call.result, run.folder.session)
        if tool == POSITIONS and not position_rows(answer):
            run.folder.close()
            raise Refusal("no_positions")
        run = _dated(run, answer)
        keep_answer(run, tool, answer)
    return run


def _dated(run: ServerRun, answer: dict[str, object]) -> ServerRun:
    """The run with the dates that an answer is for, since nobody filled them in."""
    dates = answer.get("date_range")
    found = (dates.get("from"), dates.get("to")) if isinstance(dates, dict) else (None, None)
    if not all(isinstance(day, str) for day in found) or found == (run.start, run.end):
        return run
    return use_dates(run, *found)


def _last(calls: list[Call], tool: str) -> Call | None:
    return next((call for call in reversed(calls) if call.name == PREFIX + tool), None)


def target_by_hand(words: list[str]) -> str:
    """Step 3 by hand: the target as facts and what to call the trade tool with."""
    run, _ = open_run(words, "build_target.py")
    sent = trade_input(run)
    if len(sent["target_allocation"]) > _MOST_WEIGHTS:
        following = say("weights_too_many")
    else:
        call = Ours(json.dumps(sent, ensure_ascii=False))
        following = say("call_with", tool=PREFIX + run.trade_tool, call=call)
    return f"{target_facts(run)}\n{following}\n"


def report_by_hand(words: list[str]) -> str:
    """Step 5 by hand: the finished report, compared with the server's trades where it was asked."""
    run, calls = open_run(words, "render_report.py")
    text = fenced_report(_finished(run, calls).told, run.folder)
    run.folder.close()
    return f"[report]\n{text}"


def _finished(run: ServerRun, calls: list[Call]) -> Finished:
    call = _last(calls, run.trade_tool) or _last(calls, GENERATE) or _last(calls, SIMULATE)
    if call is None:
        return finish(run, None, our_words("not_asked"))
    if call.failed:
        return finish(run, None, server_failure(str(call.result)))
    if call.sent.get("target_allocation") != trade_input(run)["target_allocation"]:
        return finish(run, None, our_words("other_weights"))
    return finish_with(run, call.result)
