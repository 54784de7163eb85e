"""The fetched statements in the plugin's data folder: one for each account and day, for some days.

They lie in `statements/`, mode 0600, as IBKR sent them; the list beside them says what each is. A
file that is not in the list, or no longer what was fetched, is never used.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time

from ...core.messages import Ours, Refusal
from ...core.private.data_folder import read_unlinked
from ...core.private.private_files import make_private_folders, write_whole
from ...core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLDER = "statements"
_LIST = "kept.json"
_FILE = re.compile(
    r"\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d_[0-9a-f]{12}\.xml((\.\d{1,20}){2}\.part)?\Z", re.ASCII
)
_DAY_SECONDS = 86_400
# IBKR makes a day's statement once, by the day of the US East. This is its winter time: in summer
# the day ends an hour late, which only asks an hour later.
_EASTERN_SECONDS = 5 * 3_600


class KeptStatement(Record):
    """A fetched statement; days as YYYY-MM-DD, the time in seconds since 1970."""

    file: str  # its name
    accounts: tuple[str, ...]  # masked
    start: str
    end: str
    year: str  # that was asked for, "" for the query's own period
    fetched: int
    mark: str  # of token and query
    sha256: str


class Content(Record):
    """What a statement that is to be kept is of: account numbers in full, days as YYYY-MM-DD."""

    accounts: tuple[str, ...]
    masked: tuple[str, ...]
    start: str
    end: str


def statements_folder(data: str) -> str:
    """The folder of the statements in the plugin's data folder, made where it is missing."""
    folder = os.path.join(data, FOLDER)
    make_private_folders(folder)
    return folder


def keep(
    data: str, body: bytes, content: Content, year: str, mark: str, now: float
) -> KeptStatement:
    """`body` as it is kept now, in the place of an earlier one of these accounts and days."""
    folder = statements_folder(data)
    key = hashlib.sha256(" ".join(sorted(content.accounts)).encode()).hexdigest()[:12]
    name = f"{content.start}_{content.end}_{key}.xml"
    if not _FILE.match(name):
        raise Refusal("fetched_without_days")
    write_whole(os.path.join(folder, name), body)
    kept = KeptStatement(
        file=name,
        accounts=content.masked,
        start=content.start,
        end=content.end,
        year=year,
        fetched=int(now),
        mark=mark,
        sha256=hashlib.sha256(body).hexdigest(),
    )
    others = [row for row in _listed(folder) if row.file != name]
    _write_list(folder, [*others, kept])
    return kept


def kept_statements(data: str, days: int, now: float) -> list[KeptStatement]:
    """Those of the last `days` days whose files are there, the newest first."""
    folder = os.path.join(data, FOLDER)
    if not data or os.path.islink(folder) or not os.path.isdir(folder):
        return []
    rows = [row for row in _listed(folder) if 0 <= now - row.fetched < days * _DAY_SECONDS]
    there = [row for row in rows if os.path.isfile(os.path.join(folder, row.file))]
    return sorted(there, key=lambda row: (row.fetched, row.end), reverse=True)


def newest_statement(data: str, days: int, now: float, year: str = "") -> KeptStatement | None:
    """The newest of the query's own period, or of `year`; None without any."""
    found = (row for row in kept_statements(data, days, now) if row.year == year)
    return next(found, None)


def statement_of_today(
    data: str, days: int, now: float, year: str, mark: str
) -> KeptStatement | None:
    """What these credentials fetched already on the present day of the US East, None without any.

    Of a past year it is what was fetched on any day: that year no longer changes.
    """
    for row in kept_statements(data, days, now):
        past = year and int(year) < int(eastern_day(now)[:4])
        if (row.year, row.mark) == (year, mark) and (
            past or eastern_day(row.fetched) == eastern_day(now)
        ):
            return row
    return None


def verified_path(data: str, kept: KeptStatement) -> str:
    """The path of a kept statement; Refusal where it is no longer what was fetched."""
    path = os.path.join(data, FOLDER, kept.file)
    try:
        found = read_unlinked(path)
    except OSError:
        found = None
    if found is None or hashlib.sha256(found).hexdigest() != kept.sha256:
        raise Refusal("fetched_changed", path=Ours(path))
    return path


def sweep(data: str, days: int, now: float) -> None:
    """Removes the statements that are older than `days` days, or of the future, and what is left.

    Only files named as ours are, and never a link.
    """
    folder = os.path.join(data, FOLDER)
    if not data or os.path.islink(folder) or not os.path.isdir(folder):
        return
    kept = {row.file: row for row in kept_statements(data, days, now)}
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if not _FILE.match(name) or name in kept or os.path.islink(path):
            continue
        if not name.endswith(".part") or abs(now - os.lstat(path).st_mtime) > 3_600:
            os.unlink(path)
    if {row.file for row in _listed(folder)} - set(kept):
        _write_list(folder, list(kept.values()))


def eastern_day(at: float) -> str:
    """The day of the US East at a time in seconds since 1970, YYYY-MM-DD."""
    return time.strftime("%Y-%m-%d", time.gmtime(at - _EASTERN_SECONDS))


def local_time(at: float) -> str:
    """A time in seconds since 1970 as this machine's clock shows it: "2026-11-20 14:03"."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def _listed(folder: str) -> list[KeptStatement]:
    """The rows of the list that are whole; none where it cannot be read."""
    try:
        found = json.loads(read_unlinked(os.path.join(folder, _LIST), 1_000_000) or b"[]")
        return [_row(row) for row in found if _FILE.match(row["file"])]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _row(row: dict[str, Any]) -> KeptStatement:
    return KeptStatement(
        file=str(row["file"]),
        accounts=tuple(map(str, row["accounts"])),
        start=str(row["start"]),
        end=str(row["end"]),
        year=str(row["year"]),
        fetched=int(row["fetched"]),
        mark=str(row["mark"]),
        sha256=str(row["sha256"]),
    )


def _write_list(folder: str, rows: list[KeptStatement]) -> None:
    content = json.dumps([row._asdict() for row in rows], ensure_ascii=False)
    write_whole(os.path.join(folder, _LIST), content.encode())
