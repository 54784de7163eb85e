"""Files that only this user may read: written whole or not at all, never through a link."""

from __future__ import annotations

import errno
import os
import time


def refuse_link(path: str) -> None:
    """OSError where `path` is a symbolic link."""
    if os.path.islink(path):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def make_private_folders(*folders: str) -> None:
    """Makes each of `folders` with mode 0700, or gives it that mode; OSError for a link."""
    for folder in folders:
        refuse_link(folder)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.chmod(folder, 0o700)


def write_whole(path: str, content: bytes) -> None:
    """Puts `content` into a 0600 file at `path` that is never seen half written.

    It replaces what is there, but for a link: OSError then, and when it cannot be written.
    """
    refuse_link(path)
    draft = f"{path}.{os.getpid()}.{time.monotonic_ns()}.part"
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(draft, path)
    except OSError:
        try:
            os.unlink(draft)
        except OSError:
            pass
        raise
