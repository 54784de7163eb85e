"""What stands behind /fetch-latest and /mcp-status: their own options, and no prose."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Sequence

from ..core.messages import Ours, Usage, say
from ..core.private.redaction import redact
from .help import WIDTH, option_lines
from .options import Options, read_text, read_words

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "setup_options.json")
_LONGEST = 2_000  # characters


def setup_options(command: str, terminal: bool) -> Options:
    """The options of `command`, those of the terminal too if `terminal`."""
    scopes = ("both", "terminal") if terminal else ("both",)
    with open(_PATH, encoding="utf-8") as file:
        rows = json.load(file)[command]
    return {name: row for name, row in rows.items() if row["scope"] in scopes}


def read_setup_words(command: str, words: str | Sequence[str]) -> dict[str, str]:
    """Each option given after `command` with its value, "" for a flag.

    `words` are a text as typed, or the words of a terminal. Usage for what is no option, is
    written wrongly, or given twice with different values.
    """
    terminal = not isinstance(words, str)
    options = setup_options(command, terminal)
    if len(words if isinstance(words, str) else " ".join(words)) > _LONGEST:
        raise Usage("arguments_too_long", longest=_LONGEST)
    given, prose = (
        read_text(words, options) if isinstance(words, str) else read_words(words, options)
    )
    left = " ".join(part for part in prose if part.strip()).strip()
    if left:
        known = Ours(", ".join(f"--{name}" for name in options))
        raise Usage("words_not_taken", command=command, words=redact(left), options=known)
    values: dict[str, str] = {}
    for name, value in given:
        if values.setdefault(name, value) != value:
            raise Usage("option_twice", option=f"--{name}", first=values[name], second=value)
        for other in options[name].get("excludes", ()):
            if any(other == row[0] for row in given):
                raise Usage("options_exclude", option=f"--{name}", other=f"--{other}")
    return values


def setup_help(command: str, script: str, terminal: bool) -> str:
    """How to start `command`, or in a terminal `script`, and its options, 75 columns wide."""
    start = f"python3 scripts/{script}" if terminal else f"/{command}"
    lines = textwrap.wrap(say(f"setup_purpose.{command}"), WIDTH)
    lines += ["", say("setup_usage", start=Ours(start)), ""]
    for name, row in setup_options(command, terminal).items():
        lines += option_lines(name, row)
    return "\n".join(lines) + "\n"
