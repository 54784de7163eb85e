"""A run without hooks: what was typed comes from the client's own record of the session."""

from __future__ import annotations

from ..core.data_folder import adopt_data_folder
from ..core.messages import Refusal
from .command_hook import NAMES, command_answer, is_private
from .run_folder import RunFolder, private_is_set
from .script_words import read_pairs
from .transcript import command_words


def run_of_words(words: list[str]) -> str:
    """What the session's last command leads to, for a model that relays it.

    `words` are --data and --session. Refusal when there is no such command, when it is private, or
    when the folder is not the plugin's, Usage for other words. The plugin's settings are not known
    on this way.
    """
    given = read_pairs(words, ("session", "data"))
    try:
        data = adopt_data_folder(given.get("data", ""))
        folder = RunFolder(data, given.get("session", ""))
        typed = command_words(data, given["session"], NAMES, "start_run.py")
    except (OSError, ValueError):
        raise Refusal("no_words") from None
    if typed is None:
        raise Refusal("no_words")
    if is_private(typed, {}) or private_is_set(data):
        raise Refusal("private_needs_hooks")
    return command_answer(typed.strip(), {}, folder, shows=False).told + "\n"
