"""What the command's block hands over: session, data folder, options and the typed text."""

from __future__ import annotations

import io
from typing import NamedTuple

from ..core.data_folder import adopt_data_folder
from ..core.messages import Usage
from .run_folder import RunFolder

_LONGEST_INPUT = 200_000
_UNSET = ("", "0", "[]")
_WORDS = ("session", "data", "text")


class Block(NamedTuple):
    """`settings` are the plugin options that the user has set; `text` is what was typed."""

    session: str
    data: str
    settings: dict[str, str]
    text: str

    @property
    def folder(self) -> RunFolder | None:
        """Where the run keeps its state, None when the client named no session or data folder.

        None too where the folder cannot be made; Refusal for one that is not the plugin's own.
        """
        try:
            return RunFolder(adopt_data_folder(self.data), self.session) if self.data else None
        except (ValueError, OSError):
            return None

    def forget_last_run(self) -> None:
        """Removes what earlier runs left in the data folder, as far as it can be written."""
        try:
            if self.folder:
                self.folder.clear()
        except OSError:
            pass


def read_block(words: list[str], stdin: io.BufferedIOBase) -> Block:
    """The block's words and input; the input is read only when the words hold no --text.

    Usage for a word that is none of --session, --data and --text, or one without its value.
    """
    given = read_pairs(words, _WORDS)
    settings: dict[str, str] = {}
    text = given.get("text")
    if text is None:
        head, _, text = _input(stdin).partition("---\n")
        settings = dict(_settings(head))
    return Block(given.get("session", ""), given.get("data", ""), settings, text.strip())


def read_pairs(words: list[str], names: tuple[str, ...]) -> dict[str, str]:
    """The values of `--name value` words; Usage for any other word and for a missing value."""
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word[2:].partition("=")
        found = value if equals else next(rest, None)
        if not word.startswith("--") or name not in names or found is None:
            raise Usage("script_words", names=", ".join(f"--{name}" for name in names), word=word)
        given[name] = found
    return given


def _input(stdin: io.BufferedIOBase) -> str:
    return stdin.read(_LONGEST_INPUT).decode("utf-8", "replace").replace("\r\n", "\n")


def _settings(head: str) -> list[tuple[str, str]]:
    """The `option=value` lines of what is set; the client leaves the rest as ${user_config.…}."""
    pairs = [line.partition("=") for line in head.split("\n") if "=" in line]
    return [
        (name.strip(), value.strip())
        for name, _, value in pairs
        if value.strip() not in _UNSET and not value.strip().startswith("${")
    ]
