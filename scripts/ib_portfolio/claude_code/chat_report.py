"""The report as the client's model relays it: fenced, not too long, the rest in a private file."""

from __future__ import annotations

import os
import shlex
from functools import lru_cache

from ..core.messages import Ours, say
from ..rebalance import Outcome
from ..request.request import Request
from .run_folder import RunFolder

MOST_TRADES = 50
_SCRIPTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_SCRIPT = os.path.join(_SCRIPTS, "rebalance.py")


def fenced_report(
    outcome: Outcome, folder: RunFolder | None, again: str = "", longest: int = 0
) -> str:
    """The report of `outcome` as a Markdown code block, shortened as `short_report` does."""
    fence = "```text\n{}```\n"
    room = max(longest - len(fence), 1) if longest else 0
    text = short_report(outcome, folder, again, room)
    return fence.format(text) if "\n" in text.strip() else text


def short_report(
    outcome: Outcome, folder: RunFolder | None, again: str = "", longest: int = 0
) -> str:
    """The report of `outcome` with at most the 50 largest trades of each account.

    With more, the whole report goes into a 0600 file of the data folder until the session's next
    run, and a line names it; where that cannot be written it names the terminal command `again`.
    Where only `longest` characters are shown, fewer trades are, and at last a line with the file.
    """

    @lru_cache(maxsize=1)  # written once, however often the report is made shorter
    def kept() -> str:
        try:
            path = folder.write_list(outcome.report()) if folder else ""
        except OSError:
            path = ""
        return path or again or say("list_lost")

    trades = max(len(document["trades"]) for document in outcome.documents)
    most = MOST_TRADES
    while most:
        text = outcome.report(most, kept() if trades > most else "")
        if not longest or len(text) <= longest:
            return text
        most //= 2
    return say("report_in_file", where=kept()) + "\n"


def terminal_command(request: Request) -> str:
    """What to type in a terminal for the same plan of a statement in full."""
    words = ["python3", _SCRIPT, "--statement", os.path.abspath(request.statement)]
    words += ["--profile", request.profile]
    words += ["--dry-run"] if request.dry_run else []
    words += ["--account", request.account] if request.account else []
    for name, value in request.options.items():
        if "_" not in name:  # the plugin's settings are not options of the terminal
            words += [f"--{name}", value] if value else [f"--{name}"]
    return Ours(" ".join(shlex.quote(word) for word in words))
