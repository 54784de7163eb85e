"""Tables and paragraphs of plain text, aligned by the width that a terminal shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

WIDTH = 98


def display_width(text: str) -> int:
    """The columns `text` takes in a terminal: 2 for East Asian wide characters, 0 for marks."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, width: int) -> str:
    """`text` with blanks behind it up to `width` columns."""
    return text + " " * max(width - display_width(text), 0)


def table_lines(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A header, a rule and the rows, with columns as wide as their widest cell; none is cut."""
    widths = [max(map(display_width, column)) for column in zip(header, *rows)]
    rule = "-|-".join("-" * width for width in widths)
    return [_line(header, widths), rule, *(_line(row, widths) for row in rows)]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return " | ".join(pad(cell, width) for cell, width in zip(cells, widths)).rstrip()


def wrapped(text: str, first: str = "- ", rest: str = "  ") -> list[str]:
    """`text` broken between words into lines of at most 98 columns that begin with `first`, `rest`.

    A word that is wider than a line is broken inside, as Japanese text is.
    """
    lines, line = [], first
    for word in text.split(" "):
        glue = "" if line in (first, rest) else " "
        if display_width(line + glue + word) <= WIDTH:
            line += glue + word
            continue
        if glue:
            lines.append(line)
            line = rest
        for character in word:
            if display_width(line + character) > WIDTH:
                lines.append(line)
                line = rest
            line += character
    return [*lines, line]
