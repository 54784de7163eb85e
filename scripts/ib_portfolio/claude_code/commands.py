"""The commands beside /rebalance-portfolio: which function answers each, loaded when it is asked.

A command's function gets the words behind the command, the plugin's settings and a CommandContext.
It returns Told, or raises Refusal or Usage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import NamedTuple

from .run_folder import RunFolder

PLUGIN = "rebalance-portfolio"

# Command -> module below ib_portfolio, function.
COMMANDS: dict[str, tuple[str, str]] = {
    "fetch-latest": ("claude_code.setup_commands", "fetch_latest"),
    "mcp-status": ("claude_code.setup_commands", "mcp_status"),
}
# Those that only a person starts, by typing them: they open a connection.
TYPED_ONLY = frozenset(("fetch-latest",))


class CommandContext(NamedTuple):
    """What a command may need besides its words: where it may keep files, and who reads it."""

    folder: RunFolder | None  # None where the plugin's data folder is no use
    environ: Mapping[str, str]  # the hook's environment, which alone holds secret settings
    private: bool = False  # nothing may reach the model
    shows: bool = True  # whether the user sees what the hook shows

    @property
    def data(self) -> str:
        """The plugin's data folder, "" where it is no use."""
        return self.folder.data if self.folder else ""


class Told(NamedTuple):
    """What a command answers: the report for the user, and short facts for the model."""

    report: str  # plain text, at most 75 columns
    facts: str  # at most 9,000 characters, "" for none


def run_command(
    name: str, words: str, settings: Mapping[str, str], context: CommandContext
) -> Told:
    """What the command `name` of COMMANDS answers to `words`; Refusal or Usage as it refuses."""
    module, function = COMMANDS[name]
    return getattr(_MODULES[module](), function)(words, settings, context)


def _setup_commands() -> ModuleType:
    from . import setup_commands

    return setup_commands


_MODULES: dict[str, Callable[[], ModuleType]] = {"claude_code.setup_commands": _setup_commands}
