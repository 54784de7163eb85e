"""The report as the client's model gets it: fenced, not too long, the rest in a private file."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from functools import lru_cache

from ..core.messages import Ours, say
from ..reports.checked_report import checked_report
from ..request.request import Request
from .run_folder import RunFolder

MOST_TRADES = 50
_SCRIPTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_SCRIPT = os.path.join(_SCRIPTS, "rebalance.py")

Document = dict[str, object]


def fenced_report(
    document: Document, folder: RunFolder | None, again: str = "", longest: int = 0
) -> str:
    """The report of `document` as a Markdown code block with at most its 50 largest trades.

    With more, the whole report goes into a 0600 file of the data folder until the session's next
    run, and a line names it; where that cannot be written it names the terminal command `again`.
    Where the client takes `longest` characters only, fewer trades are shown, at last none.
    """

    @lru_cache(maxsize=1)  # written once, however often the report is made shorter
    def keep() -> str:
        return folder.write_list(checked_report(document)) if folder else ""

    most = MOST_TRADES
    while most:
        text = f"```text\n{cut_report(document, keep, again, most)}```\n"
        if not longest or len(text) <= longest:
            return text
        most //= 2
    return say("report_in_file", where=_kept(keep, again)) + "\n"


def cut_report(
    document: Document, keep: Callable[[], str], again: str = "", most: int = MOST_TRADES
) -> str:
    """The report with its `most` largest trades; `keep` keeps the whole and returns its path."""
    where = _kept(keep, again) if len(document["trades"]) > most else ""
    return checked_report(document, most, where)


def _kept(keep: Callable[[], str], again: str) -> str:
    """Where the whole report is; what to type for it where it could not be kept."""
    try:
        return keep() or again or say("list_lost")
    except OSError:
        return again or say("list_lost")


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
