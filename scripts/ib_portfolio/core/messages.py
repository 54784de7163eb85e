"""What the product says: every sentence a user can meet, read from messages.json."""

from __future__ import annotations

import os

from .json_file import read_json_file
from .plain_text import plain

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "messages.json")
_messages: dict[str, str] = {}


def say(key: str, **fields: object) -> str:
    """The sentence of `key` in messages.json with its {fields} filled in.

    Fields are made plain first, so that text from a statement or a server cannot carry control or
    Markdown characters into it. KeyError for an unknown key or a missing field: a fault of ours.
    """
    if not _messages:
        _messages.update(read_json_file(_PATH))
    return _messages[key].format(**{name: _clean(value) for name, value in fields.items()})


class Ours(str):
    """Text of our own data, which may hold Markdown: `say` passes it on as it is."""


def _clean(value: object) -> str:
    return value if isinstance(value, Ours) else plain(str(value))


class Refusal(Exception):
    """Bad input, in one sentence that names what is wrong and what to do; nothing was changed."""

    exit_code = 1

    def __init__(self, key: str, **fields: object) -> None:
        super().__init__(say(key, **fields))
        self.key = key


class Usage(Refusal):
    """A refusal because of how the command was written."""

    exit_code = 2
