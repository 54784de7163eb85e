"""A report as sections of sentences, figures and tables, and those as text of 75 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Union

from ...core.record import Record
from ..text_table import paragraph, table_lines, wrapped
from ..text_trades import figure_lines


class Table(Record):
    """Rows of cells under a header; columns numbered in `right` are figures."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    flexible: tuple[int, ...] = ()  # columns whose cells may be broken into lines


class Figures(Record):
    """Labels and figures."""

    rows: tuple[tuple[str, str], ...]


class Points(Record):
    """Sentences with a dash before each."""

    sentences: tuple[str, ...]


# A sentence by itself is a paragraph.
Block = Union[str, Table, Figures, Points]


class Section(Record):
    """A heading, "" for none, and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


def sections_text(sections: Sequence[Section]) -> str:
    """The sections as text, an empty line before each; sections without blocks are left out."""
    parts = ["\n".join(_lines(section)) for section in sections if section.blocks]
    return "\n\n".join(parts) + "\n"


def _lines(section: Section) -> list[str]:
    lines = [section.heading] if section.heading else []
    for place, block in enumerate(section.blocks):
        if isinstance(block, (Table, Figures)) and (place or section.heading):
            lines.append("")
        lines += _block(block)
        if isinstance(block, (Table, Figures)) and place < len(section.blocks) - 1:
            lines.append("")
    return [line for place, line in enumerate(lines) if line or lines[place - 1]]


def _block(block: Block) -> list[str]:
    if isinstance(block, str):
        return paragraph(block)
    if isinstance(block, Table):
        return table_lines(block.header, block.rows, block.right, block.flexible)
    if isinstance(block, Figures):
        return figure_lines(block.rows)
    return [line for sentence in block.sentences for line in wrapped(sentence)]
