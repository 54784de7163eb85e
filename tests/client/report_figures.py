"""A printed report as figures, so that two reports can be compared to the cent."""

from __future__ import annotations

import re
from typing import NamedTuple

HEADINGS = re.compile(r"^(?=📊|📋|💰|💱|🔒|⚠️|✅|🎯|===|\[DRY RUN|Cross-check)", re.MULTILINE)
FIGURE = re.compile(r"^([A-Z][A-Za-z. ]+:) +(-?\$[\d,.]+|\d+)$", re.MULTILINE)


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
    sections = {}
    for section in HEADINGS.split(report):
        sections.setdefault(section[:2], section)
    held = table(sections["🔒 "]) if "🔒 " in sections else []
    return Figures(
        table(sections["📊 "]),
        table(sections["📋 "]),
        dict(FIGURE.findall(sections["💰 "])),
        dict(FIGURE.findall(sections.get("[D", ""))),
        held,
    )


def table(section: str) -> list:
    """Returns the rows of a section's table, without its header and rule."""
    rows = [line.split(" | ") for line in section.splitlines() if " | " in line]
    return [
        tuple(cell.strip() for cell in row)
        for row in rows
        if row[0].strip() not in ("Asset Class", "Priority", "Symbol") and ":" not in row[0]
    ]


def report_in(text: str) -> str:
    """Returns the first fenced report in a text; raises LookupError when there is none."""
    found = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    if not found:
        raise LookupError(f"no report in: {text[:2000]}")
    return found[1]
