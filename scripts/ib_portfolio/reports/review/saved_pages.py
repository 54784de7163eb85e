"""The files that a review or a strategy is asked to write: a page, and the strategy as JSON."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ...core.messages import Usage, say
from ...request.request import Request
from ..html.html_frame import is_page, page_html
from ..html.html_markup import Column, facts_html, list_html, section_html, table_html, text_html
from ..output_files import require_writable, shown_path, writable_path, write_all
from .sections import Block, Figures, Points, Section, Table

_NOTHING: Mapping[str, str] = {}
_ENDINGS = [".html", ".htm"]


def files_of(request: Request) -> dict[str, str]:
    """The absolute paths of the files that `request` asks for: html, save, and json beside save.

    Refusal or Usage as resolve_files raises them, before anything else is done.
    """
    asked = [name for name in ("html", "save") if name in request.options]
    paths = {name: writable_path(name, request.options[name], _ENDINGS) for name in asked}
    for path in paths.values():
        require_writable(path, is_page)
    if "save" in paths:
        paths["json"] = os.path.splitext(paths["save"])[0] + ".json"
        require_writable(paths["json"], is_strategy)
    if len(set(paths.values())) < len(paths):
        raise Usage("output_same", path=shown_path(paths["save"]))
    return paths


def is_strategy(text: str) -> bool:
    """Whether `text` is a strategy that was saved by this module."""
    return text.startswith('{\n  "command": "investment-strategy"')


def write_page(
    paths: Sequence[str],
    title: str,
    sections: Sequence[Section],
    more: Mapping[str, str] = _NOTHING,
) -> None:
    """Writes the sections as a page to each path, and `more` (path -> text) together with them.

    Refusal where one cannot be written; then none has changed.
    """
    page = page_of(title, sections)
    write_all([*paths, *more], [*[page] * len(paths), *more.values()])


def file_notes(files: Mapping[str, str]) -> list[str]:
    """What the heading says of the files of a strategy."""
    return [
        say("page_written" if name != "json" else "strategy_written", path=shown_path(path))
        for name, path in files.items()
    ]


def write_strategy(
    files: Mapping[str, str], title: str, sections: Sequence[Section], content: str
) -> None:
    """Writes the page and, beside the one of --save, `content` as JSON: all of them or none."""
    pages = [files[name] for name in ("html", "save") if name in files]
    more = {files["json"]: content} if "json" in files else {}
    if pages:
        write_page(pages, title, sections, more)


def page_of(title: str, sections: Sequence[Section]) -> str:
    """The sections as one page that loads nothing, the first one as its header."""
    first, *rest = sections
    notes = "".join(f"<p>{text_html(block)}</p>\n" for block in first.blocks)
    header = f"<header>\n<h1>{text_html(title)}</h1>\n{notes}</header>\n"
    body = "".join(
        section_html(section.heading, *map(_block, section.blocks))
        for section in rest
        if section.blocks
    )
    return page_html(title, header, body)


def _block(block: Block) -> str:
    if isinstance(block, str):
        return f"<p>{text_html(block)}</p>\n"
    if isinstance(block, Points):
        return list_html(block.sentences)
    if isinstance(block, Figures):
        return facts_html(block.rows)
    return _table(block)


def _table(table: Table) -> str:
    columns = [
        Column(name, "figure" if place in table.right else "words" if place else "")
        for place, name in enumerate(table.header)
    ]
    width = len(table.header)
    rows = [[text_html(cell) for cell in [*row, *[""] * (width - len(row))]] for row in table.rows]
    return table_html("", columns, rows)
