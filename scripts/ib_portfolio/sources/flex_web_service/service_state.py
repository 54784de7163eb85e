"""What is kept of the requests to IBKR: their pace, a statement being made, a lock-out.

One 0600 file in the folder of the kept statements. It holds no token and no query id.
"""

from __future__ import annotations

import json
import os

from ...core.messages import Refusal
from ...core.private.data_folder import read_unlinked
from ...core.private.private_files import write_whole
from .answers import Reference
from .hosts import HOSTS

# A reference that is older is asked for anew.
_REFERENCE_SECONDS = 3_600
# After 1025 IBKR answers nothing for hours; asking meanwhile would make it longer.
_LOCKED_SECONDS = 6 * 3_600
_MINUTE = 60
_TURN = "fetching"
_LONGEST_TURN = 3_600
# Source: IBKR, Flex Web Service: 1 request a second and 10 a minute for a token.
_MOST_A_MINUTE = 10


class ServiceState:
    """The requests of the last minute and what came of them, shared by all sessions."""

    def __init__(self, folder: str) -> None:
        """`folder` is that of the kept statements, which is there."""
        self._path = os.path.join(folder, "service.json")
        self._kept = _read(self._path)

    def wait_before_next(self, now: float) -> float:
        """The seconds for which the next request has to wait to keep IBKR's pace."""
        made = sorted(at for at in self._requests() if now - _MINUTE < at <= now)
        waits = [0.0]
        if made:
            waits.append(made[-1] + 1 - now)
        if len(made) >= _MOST_A_MINUTE:
            waits.append(made[-_MOST_A_MINUTE] + _MINUTE - now)
        return max(waits)

    def note_request(self, now: float) -> None:
        """Counts a request that is about to be made."""
        recent = [at for at in self._requests() if now - _MINUTE < at <= now]
        self._write(requests=[*recent, now])

    def pending(self, mark: str, period: str, now: float) -> Reference | None:
        """The statement of this query and period that is still being made, None without one."""
        kept = self._kept.get("pending")
        kept = kept if isinstance(kept, dict) else {}
        since = kept.get("since")
        if (kept.get("mark"), kept.get("period")) != (mark, period):
            return None
        if not isinstance(since, (int, float)) or not 0 <= now - since < _REFERENCE_SECONDS:
            return None
        reference = Reference(*(str(kept.get(name, "")) for name in Reference._fields))
        return reference if reference.host in HOSTS else None

    def note_pending(self, mark: str, period: str, reference: Reference, now: float) -> None:
        """Keeps that a statement is being made, so that it is never asked for a second time."""
        row = {"mark": mark, "period": period, "since": now, **reference._asdict()}
        self._write(pending=row)

    def forget_pending(self) -> None:
        """The statement came, or never will."""
        self._write(pending=None)

    def lock_out(self, token_mark: str, now: float) -> None:
        """Keeps that IBKR has locked this token out."""
        self._write(pending=None, locked={"mark": token_mark, "since": now})

    def require_not_locked(self, token_mark: str, now: float) -> None:
        """Refusal where IBKR locked this token out in the last six hours: nothing is asked then."""
        kept = self._kept.get("locked")
        kept = kept if isinstance(kept, dict) else {}
        since = kept.get("since")
        if kept.get("mark") != token_mark or not isinstance(since, (int, float)):
            return
        left = since + _LOCKED_SECONDS - now
        if 0 < left <= _LOCKED_SECONDS:
            raise Refusal("flex_locked_out", hours=int(-(-left // 3_600)))

    def _requests(self) -> list[float]:
        kept = self._kept.get("requests")
        rows = kept if isinstance(kept, list) else []
        return [at for at in rows if isinstance(at, (int, float))]

    def _write(self, **changed: object) -> None:
        self._kept = {**_read(self._path), **changed}
        write_whole(self._path, json.dumps(self._kept).encode())


def begin_turn(folder: str, now: float, seconds: float) -> None:
    """Lets one process at a time fetch; Refusal while another one does, for at most `seconds`."""
    path = os.path.join(folder, _TURN)
    other = _read(path).get("until")
    if isinstance(other, (int, float)) and now < other <= now + _LONGEST_TURN:
        raise Refusal("fetch_running")
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise Refusal("fetch_running") from None
    with os.fdopen(handle, "wb") as file:
        file.write(json.dumps({"until": now + seconds}).encode())


def end_turn(folder: str) -> None:
    """The turn that `begin_turn` gave is over."""
    try:
        os.unlink(os.path.join(folder, _TURN))
    except OSError:
        pass


def _read(path: str) -> dict[str, object]:
    """What was kept; nothing where it cannot be read."""
    try:
        found = json.loads(read_unlinked(path, 100_000) or b"{}")
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
