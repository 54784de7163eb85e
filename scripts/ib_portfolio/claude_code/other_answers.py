"""What a command beside /rebalance-portfolio leads to: shown, relayed, or kept from the model."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..core.messages import Ours, say
from ..reports.color import colored_report
from .chat_report import LONGEST
from .commands import CommandContext, Told, load_command
from .run_folder import RunFolder

_FENCE = "```text\n{}```\n"
_LONGEST_FACTS = 9_000
_FEWER_ROWS = (25, 10, 5, 3)


class OtherAnswer(NamedTuple):
    """What the model is told, and what the screen shows, "" where the model has to relay it."""

    told: str
    shown: str = ""


def other_answer(
    name: str,
    words: str,
    settings: Mapping[str, str],
    folder: RunFolder | None,
    shows: bool,
    private: bool,
    mode: str,
) -> OtherAnswer:
    """The answer of the command `name`; Refusal or Usage as its function raises them.

    Where `private`, nothing is told, and the report is shown.
    """
    told = load_command(name)(words, settings, CommandContext(mode))
    if not (shows or private):
        room = LONGEST - len(_FENCE) - len(say("told_report"))
        text = _FENCE.format(_fitted(told, room, folder, len))
        return OtherAnswer(say("told_report") + text)
    room = LONGEST - len(say("private_opening"))
    look = str if os.environ.get("NO_COLOR") else colored_report
    shown = look(_fitted(told, room, folder, lambda text: len(look(text))))
    if private:
        return OtherAnswer("", shown)
    facts = f"{say('told_shown_other', command=name)}\n{told.facts}"[:_LONGEST_FACTS]
    return OtherAnswer(facts, f"{say('screen_opening')}\n\n{shown}")


def _fitted(
    told: Told, longest: int, folder: RunFolder | None, length: Callable[[str], int]
) -> str:
    """The report with at most `longest` characters; one that is longer names the file of all."""
    if length(told.report) <= longest:
        return told.report
    end = f"\n{say('more_rows')}\n{Ours(_kept(told.report, folder))}\n"
    for most in _FEWER_ROWS if told.shorter else ():
        text = told.shorter(most) + end
        if length(text) <= longest:
            return text
    lines = told.report.splitlines(keepends=True)
    while lines and length("".join(lines) + end) > longest:
        lines.pop()
    return "".join(lines) + end


def _kept(text: str, folder: RunFolder | None) -> str:
    """The path of the file that holds the whole report, or that there is none."""
    try:
        return (folder.write_list(text) if folder else "") or say("list_lost")
    except OSError:
        return say("list_lost")
