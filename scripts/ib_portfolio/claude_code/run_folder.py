"""The state of a run in the plugin's data folder: who may see it, how long it stays.

Everything with holdings in it is a 0600 file in a 0700 folder. A run's folder is named by its
session, so that two sessions at once never share one; it is removed when the run ends, and swept at
the start of any later run once it is an hour old. Files are written whole or not at all. Every file
begins with a line that says whose it is: what lacks it, or is a link, is never changed or removed.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time

from ..core.private.data_folder import read_unlinked, require_data_folder
from ..core.private.private_files import make_private_folders, refuse_link, write_whole

_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}\Z")
# A run's folder, also one that has ended and is only to be removed; a file in it; a list.
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}(\.\d{1,20}\.\d{1,20})?\Z", re.ASCII)
_FILE = re.compile(
    r"[A-Za-z][A-Za-z0-9_-]{0,120}(\.json|\.txt)?((\.\d{1,20}){2}\.part)?\Z", re.ASCII
)
_LIST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}\.txt((\.\d{1,20}){2}\.part)?\Z", re.ASCII)
_SIGNATURE = "rebalance-portfolio\n"
_PRIVATE = "private-is-set"
_ABANDONED_SECONDS = 3600
_IDLE_SECONDS = 1800


class RunFolder:
    """The files of one session's run. OSError from any method means the data folder is no use."""

    def __init__(self, data: str, session: str) -> None:
        """`data` is the plugin's data folder.

        ValueError for a session id that is not one, Refusal for a folder without our marker.
        """
        if not _SESSION.match(session):
            raise ValueError("not a session id")
        self.session = session
        self.data = require_data_folder(data)
        self.path = os.path.join(self.data, "runs", session)
        self.list_path = os.path.join(self.data, "lists", f"{session}.txt")

    def clear(self) -> None:
        """Removes what this session's last run and all abandoned runs left."""
        self.close()
        if _is_folder(os.path.dirname(self.list_path)):
            _remove_own(self.list_path)
        sweep(self.data)

    def open(self) -> None:
        """Makes the folder of a new run, after `clear`."""
        self.clear()
        make_private_folders(self.data, os.path.join(self.data, "runs"), self.path)

    def is_open(self) -> bool:
        """Whether this session has a run that somebody touched within the last half hour."""
        return self._is_there() and not _is_older(self.path, _IDLE_SECONDS)

    def write(self, name: str, text: str) -> None:
        """Keeps `text` under `name`, whole or not at all."""
        self._no_links()
        write_private(os.path.join(self.path, name), text)

    def read(self, name: str) -> str | None:
        """What is kept under `name`, None when there is nothing of ours."""
        self._no_links()
        try:
            kept = read_unlinked(os.path.join(self.path, name)) or b""
        except FileNotFoundError:
            return None
        signature, _, text = kept.decode("utf-8", "replace").partition("\n")
        return text if signature == _SIGNATURE.strip() else None

    def remove(self, name: str) -> None:
        """Forgets what is kept under `name`, if anything is."""
        self._no_links()
        _remove_own(os.path.join(self.path, name))

    def claim(self, name: str) -> bool:
        """True for the first caller only, however many processes ask at once."""
        self._no_links()
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        try:
            handle = os.open(os.path.join(self.path, name), flags, 0o600)
        except FileExistsError:
            return False
        with os.fdopen(handle, "wb") as file:
            file.write(_SIGNATURE.encode())
        return True

    def write_list(self, text: str) -> str:
        """Keeps the full list of trades until this session's next run; returns its path."""
        make_private_folders(self.data, os.path.dirname(self.list_path))
        write_private(self.list_path, text)
        return self.list_path

    def close(self) -> None:
        """Ends the run: its folder is gone, or will be with the next sweep that can remove it.

        It is renamed first, so that another call of the run finds all of it or nothing; not when
        something is in it that is not ours.
        """
        if not self._is_there():
            return
        ended = self.path
        try:
            if all(map(_is_own, _inside(self.path))):
                ended = f"{self.path}.{os.getpid()}.{time.monotonic_ns()}"
                os.rename(self.path, ended)
        except OSError:
            ended = self.path
        try:
            _remove_run(ended)
        except OSError:
            pass

    def close_but(self, name: str, text: str) -> None:
        """Ends the run, and keeps only `text` under `name` until the session's next run."""
        self.close()
        make_private_folders(self.data, os.path.dirname(self.path), self.path)
        self.write(name, text)

    def _is_there(self) -> bool:
        return _is_folder(os.path.dirname(self.path)) and _is_folder(self.path)

    def _no_links(self) -> None:
        for folder in (os.path.dirname(self.path), self.path):
            refuse_link(folder)


def sweep(data: str) -> None:
    """Removes the runs and lists that nobody has touched for an hour, or that are of the future.

    `data` is a data folder that `require_data_folder` returned.
    """
    for kind, form, remove in (("runs", _RUN, _remove_run), ("lists", _LIST, _remove_own)):
        folder = os.path.join(data, kind)
        for path in _inside(folder) if _is_folder(folder) else ():
            if form.match(os.path.basename(path)) and _is_older(path, _ABANDONED_SECONDS):
                remove(path)


def remember_private(data: str, private: bool) -> None:
    """Keeps in the data folder whether the setting `private` is on, which only hooks are told."""
    path = os.path.join(data, _PRIVATE)
    if private and not os.path.lexists(path):
        write_private(path, "")
    elif not private and os.path.lexists(path):
        os.unlink(path)


def private_is_set(data: str) -> bool:
    """Whether the setting was on when the command's hook last ran."""
    return os.path.lexists(os.path.join(data, _PRIVATE))


def write_private(path: str, text: str) -> None:
    """Writes `text`, signed, to a 0600 file at `path` that is never seen half written.

    OSError for a link in its place, and for a file that is not ours.
    """
    refuse_link(path)
    if os.path.lexists(path) and not _is_own(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    write_whole(path, (_SIGNATURE + text).encode("utf-8", "replace"))


def _is_older(path: str, seconds: int) -> bool:
    """Whether `path` was last touched that long ago, or as far in the future.

    A clock that was set back must not keep holdings for ever.
    """
    try:
        inside = _inside(path) if _is_folder(path) else []
        newest = max(os.lstat(found).st_mtime for found in [path, *inside])
    except OSError:
        return False
    return abs(time.time() - newest) > seconds


def _inside(path: str) -> list[str]:
    try:
        return [os.path.join(path, name) for name in os.listdir(path)]
    except OSError:
        return []


def _is_folder(path: str) -> bool:
    """Whether `path` is a folder itself, not a link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _is_own(path: str) -> bool:
    """Whether a file has one of our names and begins as ours do, or was left before it could."""
    name = os.path.basename(path)
    if not (_FILE.match(name) or _LIST.match(name)):
        return False
    signature = _SIGNATURE.encode()
    try:
        return read_unlinked(path, len(signature)) in (signature, b"")
    except OSError:
        return False


def _remove_run(path: str) -> None:
    """Removes our files in a run's folder, and the folder once nothing else is in it."""
    for inside in _inside(path) if _is_folder(path) else ():
        _remove_own(inside)
    try:
        os.rmdir(path)
    except OSError:
        # Somebody wrote into it meanwhile, or it holds something else: that stays.
        pass


def _remove_own(path: str) -> None:
    try:
        if _is_own(path):
            os.unlink(path)
    except FileNotFoundError:
        pass
