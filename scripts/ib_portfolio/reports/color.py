"""Colour for a finished report, and where it is used. Loaded only where a terminal may show it.

Colour only repeats what words and arrows say. It is added to the text of a report that was read
back already; without the escapes the text is the same to the letter.

In Claude Code a hook's message is grey: the client (2.1.330) puts its own colour wherever no other
is named, after ESC[39m and ESC[0m too, and a named one would be hard to read on one of its themes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_NORMAL = "\x1b[39m"  # the terminal's own foreground
_BOLD, _NOT_BOLD = "\x1b[1m", "\x1b[22m"
_RED, _GREEN, _YELLOW = "\x1b[31m", "\x1b[32m", "\x1b[33m"

_HEADING = re.compile(
    r"^(?:\*\*\* .*|=== .*|\[DRY RUN .*|(?:📊|📋|💰|💱|🧾|🔒|❔|⚠️|🎯|✅) [^:\n(]*)", re.MULTILINE
)
_IN_A_LINE = re.compile(r"(?<=\n\n)(?:\d+ sells? |No trades: )\d.*(?:\n.+)*")
_SELL = re.compile(r"(?<=\| )SELL(?= )|\bOVER(?:WEIGHT)? +⬇")
_BUY = re.compile(r"(?<=\| )BUY(?= )|\bUNDER(?:WEIGHT)? +⬆")
_WARNINGS = re.compile(r"(?<=^⚠️ WARNINGS\n)- (?!None\n).*(?:\n.+)*", re.MULTILINE)


def wants_color(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether `stream` is a terminal that shows colour, and the user has not switched it off.

    A terminal says what it is in TERM, Windows Terminal in WT_SESSION. Source of NO_COLOR:
    no-color.org: any text in it means no colour.
    """
    if environ.get("NO_COLOR") or not stream.isatty():
        return False
    return environ.get("TERM", "dumb") != "dumb" or "WT_SESSION" in environ


def colored_report(text: str) -> str:
    """`text` in the normal foreground, headings and the last line bold, sells red, buys green.

    Warnings are yellow. Every escape begins and ends within one line.
    """
    text = _SELL.sub(lambda found: _painted(_RED, found[0]), text)
    text = _BUY.sub(lambda found: _painted(_GREEN, found[0]), text)
    text = _WARNINGS.sub(lambda found: _painted(_YELLOW, found[0]), text)
    text = _HEADING.sub(lambda found: _painted(_BOLD, found[0], _NOT_BOLD), text)
    text = _IN_A_LINE.sub(lambda found: _painted(_BOLD, found[0], _NOT_BOLD), text)
    return _NORMAL + text


def report_for(stream: TextIO, environ: Mapping[str, str], report: str) -> str:
    """`report` as `stream` takes it: in colour only where that is a terminal that shows it."""
    return colored_report(report) if wants_color(stream, environ) else report


def _painted(look: str, text: str, end: str = _NORMAL) -> str:
    return "\n".join(f"{look}{line}{end}" for line in text.split("\n"))
