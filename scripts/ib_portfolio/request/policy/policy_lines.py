"""The lines of a policy file: its text, and where in it something stands, counted from 1."""

from __future__ import annotations

import os
import re

from ...core.messages import Refusal, say
from ...core.plain_text import plain
from .own_target import share_name

_LARGEST = 200_000  # bytes
_KEY = re.compile(r"=|\s[#;]")  # what a line's name ends before
_HEADING = re.compile(r"\s*\[([^\]]*)\]")
_NOTHING = re.compile(r"\s*(?:[#;]|\Z)")  # but a comment


def policy_text(path: str) -> str:
    """The text of the file at `path`, its lines ended by \\n alone.

    Refusal("policy_unreadable") for what is no text file.
    """
    name = plain(os.path.basename(path))
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise Refusal("policy_unreadable", file=name, cause=error.strerror or "") from None
    if len(data) > _LARGEST:
        raise Refusal("policy_unreadable", file=name, cause=say("policy.too_large"))
    try:
        text = data.decode("utf-8-sig")
    except ValueError:
        text = "\0"
    if "\0" in text:
        raise Refusal("policy_unreadable", file=name, cause=say("policy.no_text"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def line_of(lines: list[str], section: str, name: str = "", last: bool = False) -> int:
    """The line of a section's heading, or of a name in it (its `last` one)."""
    inside, found = False, 1
    for number, line in enumerate(lines, 1):
        heading = _HEADING.match(line)
        if heading:
            inside = heading[1] == section
            if inside and not name:
                return number
        elif inside and share_name(_KEY.split(line)[0]) == share_name(name):
            found = number
            if not last:
                break
    return found


def crowded_heading(lines: list[str]) -> int:
    """The first line with more than a heading and a comment, which would be left out; 0 if none."""
    for number, line in enumerate(lines, 1):
        heading = _HEADING.match(line)
        if heading and not _NOTHING.match(line, heading.end()):
            return number
    return 0


def indented_line(lines: list[str]) -> int:
    """The first line that is indented below a name without a value."""
    for number, (above, line) in enumerate(zip(lines, lines[1:]), 2):
        is_name = not (_NOTHING.match(above) or _KEY.search(above) or _HEADING.match(above))
        if is_name and line.strip() and _indent(line) > _indent(above):
            return number
    return 1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
