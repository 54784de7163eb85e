"""The report for the client: in colour for its screen, fenced for its model, never too long."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable

from ..core.messages import Ours, say
from ..rebalance import Outcome
from ..reports.checked_report import fitted_report
from ..reports.color import colored_report
from ..request.options import load_options
from ..request.request import Request
from .run_folder import RunFolder

# The client shows, and gives its model, 10,000 characters of a hook's text (2.1.330), else a part.
LONGEST = 9_500
_FENCE = "```text\n{}```\n"
_SCRIPTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_SCRIPT = os.path.join(_SCRIPTS, "rebalance.py")


def screen_report(outcome: Outcome, folder: RunFolder | None, again: str = "") -> str:
    """The report of `outcome` in colour (unless NO_COLOR is set), at most 9,500 characters.

    One that is longer is whole in a 0600 file of the data folder until the session's next run, and
    a line names it; where that cannot be written it names the terminal command `again`.
    """
    room = LONGEST - len(say("screen_opening"))
    look = str if os.environ.get("NO_COLOR") else colored_report
    return look(_fitted(outcome, room, folder, again, lambda one: len(look(one))))


def fenced_report(outcome: Outcome, folder: RunFolder | None, again: str = "") -> str:
    """The same without colour, as a Markdown code block."""
    room = LONGEST - len(_FENCE) - len(say("told_report"))
    text = _fitted(outcome, room, folder, again, len)
    return _FENCE.format(text) if "\n" in text.strip() else text


def screen_text(text: str, folder: RunFolder | None) -> str:
    """Another command's report in colour (unless NO_COLOR is set), at most 9,500 characters.

    Of one that is longer the beginning, and the private file that has all until the session's next
    run.
    """
    look = str if os.environ.get("NO_COLOR") else colored_report
    return _beginning(text, LONGEST - len(say("screen_opening")), folder, look)


def fenced_text(text: str, folder: RunFolder | None) -> str:
    """The same without colour, as a Markdown code block."""
    room = LONGEST - len(_FENCE) - len(say("told_report"))
    return _FENCE.format(_beginning(text, room, folder, str))


def _beginning(
    text: str, longest: int, folder: RunFolder | None, look: Callable[[str], str]
) -> str:
    if len(look(text)) <= longest:
        return look(text)
    try:
        place = folder.write_list(text) if folder else say("list_lost")
    except OSError:
        place = say("list_lost")
    lines = text.splitlines()
    end = ["", say("more_rows"), place, ""]
    while len(look("\n".join([*lines, *end]))) > longest:
        lines.pop()
    return look("\n".join([*lines, *end]))


def _fitted(
    outcome: Outcome,
    longest: int,
    folder: RunFolder | None,
    again: str,
    length: Callable[[str], int],
) -> str:
    def keep_whole(text: str) -> str:
        try:
            path = folder.write_list(text) if folder else ""
        except OSError:
            path = ""
        return path or again or say("list_lost")

    if not outcome.is_household:
        return fitted_report(outcome.documents[0], longest, keep_whole, length)
    whole = outcome.report()
    if length(whole) <= longest:
        return whole
    place = keep_whole(whole)
    for most in (25, 10, 5, 2, 1):
        text = outcome.report(most, place)
        if length(text) <= longest:
            return text
    return say("report_in_file", where=Ours(place)) + "\n"


def terminal_command(request: Request) -> str:
    """What to type in a terminal for the same plan of a statement in full."""
    words = ["python3", _SCRIPT, "--statement", os.path.abspath(request.statement)]
    words += ["--profile", request.profile]
    words += ["--dry-run"] if request.dry_run else []
    words += ["--account", request.account] if request.account else []
    typed = load_options(terminal=True)
    for name, value in request.options.items():
        if name in typed:  # neither the plugin's settings nor what a policy file says of accounts
            words += [f"--{name}", value] if value else [f"--{name}"]
    return Ours(" ".join(shlex.quote(word) for word in words))
