"""When each server last answered or failed, as the hooks saw it, for the page about the setup."""

from __future__ import annotations

import json
import os
import time

from ...core.private.data_folder import read_unlinked
from ...core.private.private_files import write_whole
from ...core.record import Record

_FILE = "servers.json"


class ServerRecord(Record):
    """A server; when it last answered and last failed, in seconds since 1970, 0 for never."""

    server: str
    answered: float
    failed: float


def note_server(data: str, server: str, failed: bool = False) -> None:
    """Keeps that `server` has just answered, or failed; nothing where that cannot be written."""
    rows = {row.server: row for row in server_records(data)}
    row = rows.get(server, ServerRecord(server, 0, 0))
    now = time.time()
    rows[server] = row._replace(failed=now) if failed else row._replace(answered=now)
    content = json.dumps([one._asdict() for one in rows.values()])
    try:
        write_whole(os.path.join(data, _FILE), content.encode())
    except OSError:
        pass


def server_records(data: str) -> list[ServerRecord]:
    """What is kept of each server; [] where there is nothing that can be read."""
    try:
        found = json.loads(read_unlinked(os.path.join(data, _FILE), 10_000) or b"[]")
        return [
            ServerRecord(str(row["server"]), float(row["answered"]), float(row["failed"]))
            for row in found
        ]
    except (OSError, ValueError, TypeError, KeyError):
        return []
