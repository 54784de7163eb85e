"""The plugin's own data folder: told from every other folder by a marker file in it.

A script that the client grants can be called with any path. It works in a folder only when this
plugin's hook has marked it, so that no path given to it reads, changes or deletes what is not ours.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from ..messages import Ours, Refusal
from ..plain_text import plain

MARKER = "rebalance-portfolio.marker"
_CONTENT = b"rebalance-portfolio data folder 1\n"
# How the client names the data folders of plugins: <config>/plugins/data/<plugin>-<marketplace>.
_LAYOUT = ("plugins", "data")
_PLUGIN = "rebalance-portfolio"
_MARKETPLACE = "ib-portfolio-tools"
_LONGEST_PATH = 4096
# Never through a link and never waiting for a pipe; Windows has neither flag, but its own.
_FLAGS = ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
_READ = sum((getattr(os, name, 0) for name in _FLAGS), os.O_RDONLY)


def mark_data_folder(folder: str) -> str:
    """Marks `folder` as the plugin's own, makes it when it is missing, and returns its whole path.

    For the hook alone, which has the path from the client. The folder gets mode 0700, the marker
    0600. Refusal for a link in its place or the marker's, and for a marker that is not ours;
    OSError when it cannot be written.
    """
    path = _whole(folder)
    marker = os.path.join(path, MARKER)
    if os.path.islink(path) or os.path.islink(marker):
        raise Refusal("data_folder_link", folder=_shown(path))
    os.makedirs(path, mode=0o700, exist_ok=True)
    if os.path.lexists(marker) and _content(marker) != _CONTENT:
        raise Refusal("data_folder_foreign", folder=_shown(path))
    os.chmod(path, 0o700)
    if os.path.lexists(marker):
        os.chmod(marker, 0o600)
    else:
        _write_marker(marker)
    return path


def is_data_folder(folder: str) -> bool:
    """Whether `folder` is no link and holds the plugin's marker, private to this user.

    A marker that others could have written, such as one that came with a repository, is none.
    """
    try:
        path = _whole(folder)
        marker = os.path.join(path, MARKER)
        return (
            stat.S_ISDIR(os.lstat(path).st_mode)
            and _is_private(os.lstat(marker))
            and _content(marker) == _CONTENT
        )
    except (OSError, Refusal):
        return False


def read_unlinked(path: str, most: int = -1) -> bytes | None:
    """What the regular file at `path` holds, at most `most` bytes; None for what is no such file.

    OSError when it cannot be read, as for a link and where nothing is.
    """
    handle = os.open(path, _READ)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        size = 1 << 20 if most < 0 else most
        found = b"".join(iter(lambda: os.read(handle, size), b""))
        return found if most < 0 else found[:most]
    finally:
        os.close(handle)


def require_data_folder(folder: str) -> str:
    """The whole path of `folder`; Refusal when it is not the plugin's own, or is a link."""
    path = _whole(folder)
    if is_data_folder(path):
        return path
    linked = os.path.islink(path) or os.path.islink(os.path.join(path, MARKER))
    key = "data_folder_link" if linked else "data_folder_foreign"
    raise Refusal(key, folder=_shown(path))


def client_data_folder(environ: Mapping[str, str]) -> str:
    """Where the client keeps this plugin's data, as a terminal finds it; it may be missing.

    CLAUDE_PLUGIN_DATA where that is set; else, in the client's configuration folder, the folder of
    this plugin that is marked; else the one that an installation from our marketplace has.
    """
    if environ.get("CLAUDE_PLUGIN_DATA"):
        return environ["CLAUDE_PLUGIN_DATA"]
    home = os.path.join(os.path.expanduser("~"), ".claude")
    plugins = os.path.join(environ.get("CLAUDE_CONFIG_DIR") or home, *_LAYOUT)
    try:
        names = sorted(name for name in os.listdir(plugins) if name.startswith(f"{_PLUGIN}-"))
    except OSError:
        names = []
    usual = f"{_PLUGIN}-{_MARKETPLACE}"
    marked = [name for name in names if is_data_folder(os.path.join(plugins, name))]
    return os.path.join(plugins, usual if usual in marked or not marked else marked[0])


def adopt_data_folder(folder: str) -> str:
    """Like `require_data_folder`, but marks a folder that the hook could not mark.

    That is one that is missing or empty where the client keeps this plugin's data: hooks may be
    switched off. OSError when it cannot be written.
    """
    path = _whole(folder)
    if not is_data_folder(path) and _is_the_clients(path) and not _holds_anything(path):
        return mark_data_folder(path)
    return require_data_folder(path)


def _whole(folder: str) -> str:
    """The path without a slash at its end, which would hide that it is a link."""
    if not folder or "\0" in folder:
        raise Refusal("data_folder_foreign", folder=_shown(folder))
    return os.path.abspath(folder)


def _is_the_clients(path: str) -> bool:
    parents = path.split(os.sep)
    named = parents[-1] == _PLUGIN or parents[-1].startswith(f"{_PLUGIN}-")
    return named and tuple(parents[-3:-1]) == _LAYOUT


def _holds_anything(path: str) -> bool:
    return os.path.lexists(path) and (not os.path.isdir(path) or bool(os.listdir(path)))


def _content(marker: str) -> bytes | None:
    """What the marker holds, as far as ours does; None where it cannot be read."""
    try:
        return read_unlinked(marker, len(_CONTENT) + 1)
    except OSError:
        return None


def _is_private(found: os.stat_result) -> bool:
    if os.name != "posix":
        return True
    return found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077


def _write_marker(marker: str) -> None:
    draft = f"{marker}.{os.getpid()}.part"
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_CONTENT)
        os.replace(draft, marker)
    except OSError:
        os.unlink(draft)
        raise


def _shown(path: str) -> Ours:
    return Ours(plain(path, _LONGEST_PATH))
