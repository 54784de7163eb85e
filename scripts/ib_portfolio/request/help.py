"""The help: every option with what it does, out of options.json. Loaded only when asked for."""

from __future__ import annotations

import textwrap

from ..core.messages import say
from .options import Options, load_options

WIDTH = 75
_COLUMN = 29  # where the explanations start


def help_text(terminal: bool) -> str:
    """How to ask and every option in its group, at most 75 columns wide.

    `terminal` adds what only the terminal knows.
    """
    lines = textwrap.wrap(say("help_purpose"), WIDTH)
    lines += ["", say("help_terminal" if terminal else "help_command")]
    lines += ["", say("help_words")]
    return "\n".join([*lines, *grouped_lines(load_options(terminal))]) + "\n"


def grouped_lines(options: Options) -> list[str]:
    """The options under the headings of their groups, a blank line before each group."""
    lines = []
    for group in dict.fromkeys(row["group"] for row in options.values()):
        lines += ["", say(f"help_group.{group}")]
        for name, row in options.items():
            if row["group"] == group:
                lines += option_lines(name, row)
    return lines


def option_label(name: str, row: dict) -> str:
    """The option as it is typed, with its value's name: --band POINTS[/PERCENT]."""
    return f"--{name} {row['value']}" if row["value"] else f"--{name}"


def option_table(options: Options) -> str:
    """The options as a Markdown table of what each does, with an example."""
    rows = [("Option", "What it does", "Example"), ("---", "---", "---")]
    rows += [
        (f"`{option_label(name, row)}`", row["help"], f"`{row['example']}`")
        for name, row in options.items()
    ]
    lines = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    return "".join(f"| {line} |\n" for line in lines)


def option_lines(name: str, row: dict) -> list[str]:
    """The option beside its help, or above it where it is too long."""
    short = f"{row['short']}, " if "short" in row else ""
    label = f"  {short}{option_label(name, row)}"
    words = row["help"].replace("`", "")
    text = textwrap.wrap(words, WIDTH - _COLUMN, break_on_hyphens=False)
    rest = [" " * _COLUMN + line for line in text[1:]]
    return [f"{label:<{_COLUMN}}{text[0]}", *rest]
