"""Text from statements and servers, made safe to print."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Markdown that could end a code block, start a link or hide text. `_` and `*` and `#` stay: inside
# the report's code block they are only characters, and symbols and file names hold them.
_MARKDOWN = str.maketrans({"`": "'", "<": "(", ">": ")", "|": "/"})
_LONGEST = 200


@lru_cache(maxsize=50_000)
def plain(text: str, longest: int = _LONGEST) -> str:
    """`text` on one line without control, format, private or Markdown characters.

    White space of every kind becomes single spaces at the ends only (option symbols hold double
    spaces); more than `longest` characters are cut and end in "…".
    """
    kept = text[: longest * 4]
    if not (kept.isascii() and kept.isprintable()):
        kept = "".join(_printable(character) for character in kept)
    kept = kept.translate(_MARKDOWN).strip()
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def _printable(character: str) -> str:
    """The character, a space for white space, nothing for what cannot be seen (as RLO, ESC)."""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character)[0] == "C" else character
