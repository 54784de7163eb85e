"""What a hook learns from its environment: whether its messages are seen, and the settings."""

from __future__ import annotations

from collections.abc import Mapping

from ..request.options import load_rows

# Only there a hook's message was seen on the screen (2.1.330); not under -p, not run elsewhere.
_TERMINAL = "cli"
_UNSET = ("", "0", "[]", "false")


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
