"""The report as the client's model gets it: fenced, not too long, the rest in a private file."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable

from .message import Ours, say
from .printout import checked_report
from .state import RunFolder

MOST_TRADES = 50
_SCRIPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "rebalance.py")


def fenced_report(document: dict[str, object], folder: RunFolder | None, again: str = "") -> str:
    """The report of `document` as a Markdown code block with at most its 50 largest trades.

    With more, the whole report goes into a 0600 file of the data folder until the session's next
    run, and a line names it; where that cannot be written it names the terminal command `again`.
    """

    def keep() -> str:
        return folder.write_list(checked_report(document)) if folder else ""

    return f"```text\n{cut_report(document, keep, again)}```\n"


def cut_report(document: dict[str, object], keep: Callable[[], str], again: str = "") -> str:
    """The report with its 50 largest trades; `keep` keeps the whole and returns its path."""
    where = ""
    if len(document["trades"]) > MOST_TRADES:
        try:
            where = keep() or again or say("list_lost")
        except OSError:
            where = again or say("list_lost")
    return checked_report(document, MOST_TRADES, where)


def terminal_command(statement: str, profile: str) -> str:
    """What to type in a terminal for the same plan in full."""
    words = ["python3", _SCRIPT, "--statement", os.path.abspath(statement), "--profile", profile]
    return Ours(" ".join(shlex.quote(word) for word in words))
