"""The reports on taxes as a page for a browser."""

from __future__ import annotations

from ..html.html_frame import page_html
from ..html.html_markup import Column, list_html, section_html, table_html, text_html
from .sections import Report, Section


def render_tax_page(report: Report) -> str:
    """`report` as HTML that loads nothing and runs nothing."""
    banner = report.banner.strip("* ")
    notice = f'<p class="notice banner">{text_html(banner)}</p>\n' if banner else ""
    facts = "".join(f"<p>{text_html(line)}</p>\n" for line in report.facts)
    header = f"<header>\n{notice}<h1>{text_html(report.title)}</h1>\n{facts}</header>\n"
    return page_html(report.title, header, "".join(map(_section, report.sections)))


def _section(section: Section) -> str:
    notes = "".join(f'<p class="muted">{text_html(note)}</p>\n' for note in section.notes)
    return section_html(section.heading, _table(section), list_html(section.points), notes)


def _table(section: Section) -> str:
    if not section.table:
        return ""
    header, rows, right, _ = section.table
    columns = [
        Column(name, "figure" if place in right else "") for place, name in enumerate(header)
    ]
    full = [(*row, *[""] * (len(header) - len(row))) for row in rows]
    cells = [[text_html(cell) for cell in row] for row in full]
    return table_html(text_html(section.heading), columns, cells)
