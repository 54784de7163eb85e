"""The table and the page of a report on taxes, as files that only their owner can read."""

from __future__ import annotations

from ...core.messages import say
from ...request.tax_request import TaxRequest
from ..html.html_frame import is_page
from ..output_files import require_writable, shown_path, writable_path, write_all
from .sections import Report
from .tax_page import render_tax_page
from .tax_table import is_tax_table, render_tax_table

_ENDINGS = {"csv": [".csv"], "html": [".html", ".htm"]}


def resolve_tax_files(request: TaxRequest, year: str = "") -> TaxRequest:
    """`request` with the paths of its files absolute, each of them one that can be written.

    `save` becomes a table and a page in the current folder, named by the command and `year`. Usage
    and Refusal as output_files.resolve_files.
    """
    files = dict(request.files)
    if files.pop("save", None) is not None:
        name = f"{request.command}-{year}" if year else request.command
        files = {"csv": f"{name}.csv", "html": f"{name}.html", **files}
    resolved = {
        option: writable_path(option, typed, _ENDINGS[option]) for option, typed in files.items()
    }
    for option, path in resolved.items():
        require_writable(path, is_tax_table if option == "csv" else is_page)
    return request._replace(files=resolved)


def write_tax_files(request: TaxRequest, report: Report, rows: list[dict[str, str]]) -> list[str]:
    """Writes the files that `request` (resolved) asks for, and returns what to say of them.

    Refusal when something is in the way or the disk is full; then no file has changed.
    """
    texts = {"csv": render_tax_table, "html": render_tax_page}
    contents = [texts[option](rows if option == "csv" else report) for option in request.files]
    if contents:
        write_all(list(request.files.values()), contents)
    return [
        say("tax_table_written" if option == "csv" else "page_written", path=shown_path(path))
        for option, path in request.files.items()
    ]
