"""A report as sections of tables and sentences, and these as text of 75 columns."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.record import Record
from ..text_table import paragraph, table_lines, wrapped


class Table(Record):
    """Rows under a header; `right` are its columns of figures, `flexible` those that may wrap."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    right: tuple[int, ...] = ()
    flexible: tuple[int, ...] = (0,)


class Section(Record):
    """A heading, a table (or none), points under it, and what is to be known of the figures."""

    heading: str
    table: Table | None = None
    points: Sequence[str] = ()
    notes: Sequence[str] = ()


class Report(Record):
    """Everything that a person reads, in its order."""

    title: str
    facts: Sequence[str]  # lines under the title
    sections: Sequence[Section]
    arrows: Sequence[str]  # what helps next
    banner: str = ""  # above the title


def report_text(report: Report, next_heading: str) -> str:
    """`report` as lines of at most 75 columns, ending in a line break."""
    head = [report.banner] if report.banner else []
    head.append(f"=== {report.title} ===")
    head += [line for fact in report.facts for line in paragraph(fact)]
    arrows = [line for arrow in report.arrows for line in wrapped(arrow, "", "  ")]
    blocks = [head, *map(_section_lines, report.sections), [next_heading, *arrows]]
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _section_lines(section: Section) -> list[str]:
    lines = paragraph(section.heading)
    if section.table:
        header, rows, right, flexible = section.table
        lines += ["", *table_lines(header, rows, right=right, flexible=flexible)]
    if section.points:
        lines += [""] if section.table else []
        lines += [line for point in section.points for line in wrapped(point)]
    if section.notes:
        lines += [""] if section.table and not section.points else []
        lines += [line for note in section.notes for line in paragraph(note)]
    return lines
