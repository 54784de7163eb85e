"""Server errors without the credentials that they can hold."""

from __future__ import annotations

import re
import unicodedata

from ..plain_text import plain, visible

_LONGEST = 300
_MOST_READ = 4_000
_MASK = "***"
# A Flex request puts token and query id into its URL (t=…&q=…). Whatever the encoding, they are
# long runs of digits or letters with digits, so every such run goes, and everything behind a "?".
# Each of these takes time in proportion to the text, whatever the text.
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:\?|%(?:25)*3f|\\u003f|&#0*63;|&#x0*3f;)\S*",
        r"\b(?:t|q|token|query_?id)\s*(?:=|:|%(?:25)*3d|\\u003d)\s*\S+",
        r"(?:%(?:25)*[0-9a-f]{2}){3,}\S*",
        r"(?:\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|&#x?[0-9a-f]+;){3,}\S*",
        r"\d(?:[\s.,_-]?\d){4,}",
    )
)
_RUN = re.compile(r"[A-Za-z0-9+/_=-]{16,}")


def redact(text: str) -> str:
    """`text` in one line of at most 300 characters, with "***" for all that may be a secret.

    It is cut first and cleaned of what nobody sees, so that neither its length nor an invisible
    character within a secret gets anything past the masks.
    """
    text = _cut(_one_form(_cut(text, 2 * _MOST_READ)), _MOST_READ)
    text = _RUN.sub(lambda run: _MASK if _has_digit(run[0]) else run[0], text)
    for pattern in _PATTERNS:
        text = pattern.sub(_MASK, text)
    return plain(text, _LONGEST)


def _one_form(text: str) -> str:
    """The visible characters of `text` in their plain width and form, without marks over them."""
    folded = unicodedata.normalize("NFKC", visible(text))
    if folded.isascii():
        return folded
    return "".join(one for one in visible(folded) if unicodedata.category(one)[0] != "M")


def _cut(text: str, most: int) -> str:
    """At most `most` characters, without what may be the first half of a secret at their end."""
    if len(text) <= most:
        return text
    kept = text[:most]
    return kept[: kept.rfind(" ") + 1].rstrip("0123456789 .,_-")


def _has_digit(run: str) -> bool:
    return any(map(str.isdigit, run))
