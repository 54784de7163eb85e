"""The state of a run in the plugin's data folder: who may see it, how long it stays.

Everything with holdings in it is a 0600 file in a 0700 folder. A run's folder is named by its
session, so that two sessions at once never share one; it is removed when the run ends, and swept at
the start of any later run once it is an hour old. Files are written whole or not at all.
"""

from __future__ import annotations

import os
import re
import time

_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}\Z")
_ABANDONED_SECONDS = 3600
_IDLE_SECONDS = 1800


class RunFolder:
    """The files of one session's run. OSError from any method means the data folder is no use."""

    def __init__(self, data: str, session: str) -> None:
        """`data` is the plugin's data folder; ValueError for a session id that is not one."""
        if not _SESSION.match(session):
            raise ValueError("not a session id")
        self._data = data
        self.path = os.path.join(data, "runs", session)
        self.list_path = os.path.join(data, "lists", f"{session}.txt")

    def clear(self) -> None:
        """Removes what this session's last run and all abandoned runs left."""
        self.close()
        _remove_file(self.list_path)
        sweep(self._data)

    def open(self) -> None:
        """Makes the folder of a new run, after `clear`."""
        self.clear()
        _make_private(self._data, os.path.join(self._data, "runs"), self.path)

    def is_open(self) -> bool:
        """Whether this session has a run that somebody touched within the last half hour."""
        return os.path.isdir(self.path) and not _is_older(self.path, _IDLE_SECONDS)

    def write(self, name: str, text: str) -> None:
        """Keeps `text` under `name`, whole or not at all."""
        write_private(os.path.join(self.path, name), text)

    def read(self, name: str) -> str | None:
        """What is kept under `name`, None when there is nothing."""
        try:
            with open(os.path.join(self.path, name), encoding="utf-8", newline="") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Forgets what is kept under `name`, if anything is."""
        _remove_file(os.path.join(self.path, name))

    def claim(self, name: str) -> bool:
        """True for the first caller only, however many processes ask at once."""
        try:
            os.close(
                os.open(os.path.join(self.path, name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            )
        except FileExistsError:
            return False
        return True

    def write_list(self, text: str) -> str:
        """Keeps the full list of trades until this session's next run; returns its path."""
        _make_private(self._data, os.path.dirname(self.list_path))
        write_private(self.list_path, text)
        return self.list_path

    def close(self) -> None:
        """Ends the run: its folder is gone, or will be with the next sweep that can remove it.

        It is renamed first, so that another call of the run finds all of it or nothing.
        """
        ended = f"{self.path}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            os.rename(self.path, ended)
        except OSError:
            ended = self.path
        try:
            _remove_folder(ended)
        except OSError:
            pass


def sweep(data: str) -> None:
    """Removes the runs and lists that nobody has touched for an hour, or that are of the future."""
    for kind in ("runs", "lists"):
        folder = os.path.join(data, kind)
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name)
            if _is_older(path, _ABANDONED_SECONDS):
                _remove_folder(path) if os.path.isdir(path) else _remove_file(path)


def _is_older(path: str, seconds: int) -> bool:
    """Whether `path` was last touched that long ago, or as far in the future.

    A clock that was set back must not keep holdings for ever.
    """
    try:
        newest = max(os.path.getmtime(found) for found in [path, *_inside(path)])
    except OSError:
        return False
    return abs(time.time() - newest) > seconds


def _inside(path: str) -> list[str]:
    return [os.path.join(path, name) for name in os.listdir(path)] if os.path.isdir(path) else []


def _make_private(*folders: str) -> None:
    for folder in folders:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.chmod(folder, 0o700)


def write_private(path: str, text: str) -> None:
    """Writes `text` to a 0600 file at `path` that is never seen half written."""
    draft = f"{path}.{os.getpid()}.part"
    try:
        handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
        os.replace(draft, path)
    except OSError:
        _remove_file(draft)
        raise


def _remove_folder(path: str) -> None:
    for inside in _inside(path):
        _remove_file(inside)
    try:
        os.rmdir(path)
    except FileNotFoundError:
        pass
    except OSError:
        # Somebody wrote into it meanwhile: the next sweep takes it.
        pass


def _remove_file(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
