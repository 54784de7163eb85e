"""What a hook learns from its environment, and hands to a command: who sees it, the settings."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.record import Record
from ..request.options import load_rows
from .run_folder import RunFolder

# Only there a hook's message was seen on the screen (2.1.330); not under -p, not run elsewhere.
_TERMINAL = "cli"
_UNSET = ("", "0", "[]", "false")


class CommandContext(Record):
    """What a command may need besides its words: where it may keep files, and who reads it."""

    folder: RunFolder | None  # None where the plugin's data folder is no use
    environ: Mapping[str, str]  # the hook's environment, which alone holds secret settings
    private: bool = False  # nothing may reach the model
    shows: bool = True  # whether the user sees what the hook shows
    mode: str = ""  # the client's permission mode; nothing is written in plan mode

    @property
    def data(self) -> str:
        """The plugin's data folder, "" where it is no use."""
        return self.folder.data if self.folder else ""


class Told(Record):
    """What a command answers: the report for the user, and short facts for the model."""

    report: str  # plain text, at most 75 columns
    facts: str  # at most 9,000 characters, "" for none


def can_show(environ: Mapping[str, str]) -> bool:
    """Whether the user sees a hook's systemMessage: in the client's own terminal."""
    return environ.get("CLAUDE_CODE_ENTRYPOINT") == _TERMINAL


def settings_in(environ: Mapping[str, str]) -> dict[str, str]:
    """The plugin's settings that are set, by name, as the client gives them to its hooks."""
    names = {row["setting"] for row in load_rows().values() if "setting" in row}
    found = {
        name: environ.get(f"CLAUDE_PLUGIN_OPTION_{name.upper()}", "").strip() for name in names
    }
    return {name: value for name, value in sorted(found.items()) if value not in _UNSET}
