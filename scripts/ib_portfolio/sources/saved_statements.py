"""The statements that ib-sec-mcp has saved, told by their file names."""

from __future__ import annotations

import re

from ..core.portfolio import mask_account
from ..core.record import Record

_NAME = re.compile(r"([A-Za-z0-9]{1,20})_(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)\.xml\Z", re.ASCII)


class SavedStatement(Record):
    """A saved statement: account (masked) and the dates it was fetched for, YYYY-MM-DD."""

    account: str
    start: str
    end: str


def newest_statement(answer: dict[str, object]) -> SavedStatement | None:
    """The statement with the latest end in an answer of ib://portfolio/list, None without any.

    The server finds a statement only by exactly the dates of its file name.
    """
    files = answer.get("files")
    names = (
        [row.get("filename") for row in files if isinstance(row, dict)]
        if isinstance(files, list)
        else []
    )
    found = [_NAME.match(name) for name in names if isinstance(name, str)]
    saved = [SavedStatement(mask_account(m[1]), m[2], m[3]) for m in found if m]
    return max(saved, key=lambda row: (row.end, row.start), default=None)
