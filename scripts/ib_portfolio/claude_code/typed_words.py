"""What was typed after the command where hooks are switched off: a file of the data folder."""

from __future__ import annotations

import os
import stat

from ..core.data_folder import WORDS, adopt_data_folder
from ..core.messages import Refusal
from .command_hook import command_answer, is_private
from .run_folder import RunFolder, write_private
from .script_words import read_pairs

_PRIVATE = "private-is-set"
_LARGEST = 200_000


def run_of_words(words: list[str]) -> str:
    """What the typed words of the session lead to, for a model that relays it.

    `words` are --session and --data. Refusal when there is no such file or the folder is not the
    plugin's, Usage for other words. The plugin's settings are not known on this way.
    """
    given = read_pairs(words, ("session", "data"))
    try:
        data = adopt_data_folder(given.get("data", ""))
        folder = RunFolder(data, given.get("session", ""))
        typed = _taken(os.path.join(data, WORDS, f"{given['session']}.txt"))
    except (OSError, ValueError):
        raise Refusal("no_words") from None
    if is_private(typed, {}) or private_is_set(data):
        raise Refusal("private_needs_hooks")
    return command_answer(typed, {}, folder, shows=False).told + "\n"


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


def _taken(path: str) -> str:
    """What the file holds, which is removed; OSError for what is no plain file of ours."""
    for part in (os.path.dirname(path), path):
        if os.path.islink(part):
            raise OSError("a link")
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise OSError("no file")
    with open(path, "rb") as file:
        text = file.read(_LARGEST).decode("utf-8", "replace")
    os.unlink(path)
    return text.replace("\r\n", "\n").strip()
