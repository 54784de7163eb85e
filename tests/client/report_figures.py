"""A printed report as figures, so that two reports can be compared to the cent."""

from __future__ import annotations

import re
from typing import NamedTuple

HEADINGS = re.compile(r"^(?=📊|📋|💰|💱|🧾|❔|🔒|⚠️|✅|🎯|===|\[DRY RUN|Cross-check)", re.MULTILINE)
FIGURE = re.compile(r"^([A-Z][A-Za-z. ]+:) +(-?\$[\d,.]+|\d+)$", re.MULTILINE)
OLD_PRICES = re.compile(
    r"Prices are of [\d-]+, \d+ weekdays ago. Fetch a newer statement before acting on this list."
)
HEADERS = ("Asset Class", "#", "Symbol")


class Figures(NamedTuple):
    """What a report says in figures: table cells and labelled amounts, as printed."""

    classes: list
    trades: list
    summary: dict
    tax: dict
    held: list

    @property
    def actions(self) -> set:
        """Returns the actions among the trades: SELL, BUY."""
        return {row[1] for row in self.trades}


def figures(report: str) -> Figures:
    """Returns the figures of a report; raises KeyError when a section is missing."""
    if not all(section_of(report, mark) for mark in "📊📋💰"):
        raise KeyError(f"a section is missing: {report[:200]}")
    return Figures(
        table(section_of(report, "📊")),
        table(section_of(report, "📋")),
        dict(FIGURE.findall(section_of(report, "💰"))),
        dict(FIGURE.findall(section_of(report, "[DRY RUN"))),
        table(section_of(report, "🔒 HELD")),
    )


def table(section: str) -> list:
    """Returns the rows of a section's table, without its header and rule.

    What goes on in a second line is part of the row above it.
    """
    rows = []
    for line in table_lines(section):
        cells = tuple(cell.strip() for cell in re.split(r" \|(?: |$)", line))
        if cells[0] or not rows:
            rows.append(cells)
        else:
            rows[-1] = tuple(" ".join(part).strip() for part in zip(rows[-1], cells))
    return rows


def table_lines(section: str) -> list:
    """Returns the lines of a section's table as they stand, without its header and rule."""
    lines = [line for line in section.splitlines() if " | " in line]
    firsts = [(line, line.split(" | ")[0]) for line in lines]
    return [line for line, first in firsts if first.strip() not in HEADERS and ":" not in first]


def section_of(report: str, mark: str) -> str:
    """Returns the first section that begins with `mark`, "" where there is none."""
    return next((part for part in HEADINGS.split(report) if part.startswith(mark)), "")


def report_in(text: str) -> str:
    """Returns the first fenced report in a text; raises LookupError when there is none."""
    found = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    if not found:
        raise LookupError(f"no report in: {text[:2000]}")
    return found[1]


def lasting_warnings(report: str) -> list:
    """Returns the report's warnings, each in one line; LookupError when not even "None" is listed.

    That of old prices is left out: it depends on the day on which a test runs.
    """
    section = section_of(report, "⚠️")
    items = [prose(item) for item in re.split(r"^- ", section, flags=re.MULTILINE)[1:]]
    if not items:
        raise LookupError(f"no list of warnings in: {report[:200]}")
    return [item for item in items if not OLD_PRICES.fullmatch(item) and item != "None"]


def prose(report: str) -> str:
    """Returns a report's words with one blank between them: sentences whole, however wrapped."""
    return " ".join(report.split())
