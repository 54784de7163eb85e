"""Pieces of HTML: escaped text, lists, bars, tables that a narrow window can show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from ...core.plain_text import plain
from ...core.record import Record

_LONGEST = 2000


class Column(Record):
    """`kind` is the class of its cells: figure, bars, words or nothing."""

    name: str
    kind: str = ""


def text_html(value: object) -> str:
    """`value` as HTML text, also inside quotes."""
    return escape(plain(str(value), _LONGEST))


def facts_html(rows: Sequence[Sequence[str]]) -> str:
    """A list of names and values."""
    cells = "".join(f"<div><dt>{text_html(a)}</dt><dd>{text_html(b)}</dd></div>\n" for a, b in rows)
    return f'<dl class="facts{"" if len(rows) % 4 else " four"}">\n{cells}</dl>\n'


def section_html(heading: str, *parts: str) -> str:
    """`parts` under a heading of the second level."""
    return f"<section>\n<h2>{text_html(heading)}</h2>\n{''.join(parts)}</section>\n"


def list_html(lines: Iterable[object], kind: str = "") -> str:
    """A list with a point for each line, nothing for none."""
    items = "".join(f"<li>{text_html(line)}</li>\n" for line in lines)
    return f'<ul class="{kind}">\n{items}</ul>\n' if items else ""


def table_html(
    caption: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], kind: str = ""
) -> str:
    """A table of cells that are HTML already; the first of each row is the row's header.

    `kind` is its class: trades, holdings, classes or nothing.
    The roles keep it a table for screen readers where a narrow window shows rows as blocks.
    """
    head = "".join(
        f'<th scope="col" role="columnheader" class="{column.kind}">{text_html(column.name)}</th>'
        for column in columns
    )
    body = "".join(f'<tr role="row">{_cells(columns, row)}</tr>\n' for row in rows)
    return (
        f'<table role="table" class="{kind}">\n<caption>{caption}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}</tbody>\n</table>\n'
    )


def _cells(columns: Sequence[Column], row: Sequence[str]) -> str:
    first = f'<th scope="row" role="rowheader">{row[0]}</th>'
    return first + "".join(
        f'<td role="cell" class="{column.kind}" data-name="{text_html(column.name)}">{cell}</td>'
        for column, cell in zip(columns[1:], row[1:])
    )


def bars_html(before: str, after: str, target: str, words: str) -> str:
    """Two bars and the mark of the target, each in percent of the width, with `words` for them."""
    first, second, mark = (max(Decimal(0), Decimal(part)) for part in (before, after, target))
    return (
        f'<svg role="img" aria-label="{text_html(words)}">'
        '<rect class="track" y="2" width="100%" height="13"/>'
        '<rect class="track" y="19" width="100%" height="13"/>'
        f'<rect class="before" y="2" width="{first}%" height="13"/>'
        f'<rect class="after" y="19" width="{second}%" height="13"/>'
        f'<line class="target" x1="{mark}%" x2="{mark}%" y1="0" y2="34"/></svg>'
    )


BARS_KEY = (
    '<span class="label"><span class="key before"></span>before (upper bar)</span>'
    '<span class="label"><span class="key after"></span>after (lower bar)</span>'
    '<span class="label"><span class="key target"></span>target</span>'
)


def amount_html(figure: str, small: str) -> str:
    """A figure with a smaller one under it."""
    return f'<span>{text_html(figure)}<span class="small">{text_html(small)}</span></span>'
