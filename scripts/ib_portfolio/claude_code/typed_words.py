"""A run without hooks: what was typed comes from the client's own record of the session."""

from __future__ import annotations

from ..core.messages import Refusal
from ..core.private.data_folder import adopt_data_folder
from ..request.request import parse_text
from ..sources.ib_sec_mcp import SERVER
from ..sources.ibkr_connector.connector_portfolio import SOURCE as CONNECTOR
from .command_hook import NAMES, command_answer, is_private
from .run_folder import RunFolder, private_is_set
from .script_words import read_pairs
from .transcript import command_words


def run_of_words(words: list[str]) -> str:
    """What the session's last command leads to, for a model that relays it.

    `words` are --data and --session. Refusal when there is no such command, when it is private, or
    when the folder is not the plugin's, Usage for other words. The plugin's settings are not known
    on this way, and only ib-sec-mcp is asked: IBKR's connector needs the hooks.
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
    if _names_connector(typed):
        raise Refusal("connector_needs_hooks")
    settings = {"source": SERVER}
    return command_answer(typed.strip(), settings, folder, shows=False).told + "\n"


def _names_connector(typed: str) -> bool:
    """Whether the words ask for IBKR's connector, whose answers only hooks can keep."""
    try:
        return parse_text(typed).source.strip().casefold() == CONNECTOR
    except Refusal:
        return False
