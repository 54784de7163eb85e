"""Tables and paragraphs of plain text, aligned by the width that a terminal shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

# A terminal of 80 columns less the 5 by which the client indents what a hook shows.
WIDTH = 75
_NARROWEST = 12  # columns of a cell that is broken into lines
_BAR = " | "
_OUR_SIGNS = frozenset("⬆⬇→…–€£¥")  # of one column, in every report


def display_width(text: str) -> int:
    """The columns `text` takes in a terminal: 2 for East Asian wide characters, 0 for marks."""
    if text.isascii():
        return len(text)
    others = [character for character in text if character > "~" and character not in _OUR_SIGNS]
    return len(text) - len(others) + sum(map(_columns, others))


def _columns(character: str) -> int:
    import unicodedata

    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, width: int, right: bool = False) -> str:
    """`text` with blanks behind it up to `width` columns; before it where it stands `right`."""
    blanks = " " * max(width - display_width(text), 0)
    return blanks + text if right else text + blanks


def table_lines(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Collection[int] = (),
    flexible: Sequence[int] = (),
) -> list[str]:
    """A header, a rule and the rows, at most 75 columns wide; nothing is cut.

    The columns numbered in `right` stand right-aligned. Where the table would be too wide, cells of
    the `flexible` columns go on in a second line; where that is not enough, each row is written as
    a paragraph with its cells between bars. A row of one cell is a line across all columns.
    """
    full = [row for row in rows if len(row) > 1]
    widths = [max(map(display_width, column)) for column in zip(header, *full)]
    for _ in range(_whole(widths) - WIDTH):
        widest = max(flexible, key=lambda column: widths[column], default=0)
        widths[widest] -= widest in flexible and widths[widest] > _NARROWEST
    if _whole(widths) > WIDTH:
        joined = (_BAR.join(row).rstrip() for row in (header, *rows))
        return [line for text in joined for line in wrapped(text, "", "    ")]
    rule = "-|-".join("-" * width for width in widths)
    body = [line for row in rows for line in _lines(row, widths, right)]
    return [*_lines(header, widths, right), rule, *body]


def _whole(widths: Sequence[int]) -> int:
    return sum(widths) + len(_BAR) * (len(widths) - 1)


def _lines(cells: Sequence[str], widths: Sequence[int], right: Collection[int]) -> list[str]:
    """A row: one line, or more where a cell is wider than its column."""
    if len(cells) == 1:
        return wrapped(cells[0], "", "  ")
    broken = [wrapped(cell, "", "", width) for cell, width in zip(cells, widths)]
    found = []
    for place in range(max(map(len, broken))):
        parts = [lines[place] if place < len(lines) else "" for lines in broken]
        padded = [pad(part, widths[n], n in right) for n, part in enumerate(parts)]
        found.append(_BAR.join(padded).rstrip())
    return found


def wrapped(text: str, first: str = "- ", rest: str = "  ", width: int = WIDTH) -> list[str]:
    """`text` broken between words into lines of at most `width` columns.

    The first begins with `first`, the others with `rest`. A word that is wider than a line is
    broken inside, as Japanese text is.
    """
    if display_width(first + text) <= width:
        return [first + text]
    lines, line = [], first
    for word in text.split(" "):
        glue = "" if line in (first, rest) else " "
        if display_width(line + glue + word) <= width:
            line += glue + word
            continue
        if glue:
            lines.append(line.rstrip())
            line = rest
        for character in word:
            if display_width(line + character) > width:
                lines.append(line)
                line = rest
            line += character
    return [*lines, line.rstrip()]


def paragraph(text: str) -> list[str]:
    """`text` as lines of at most 75 columns, none of them indented."""
    return wrapped(text, "", "")
