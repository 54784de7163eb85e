"""Server errors without the credentials that they can hold."""

from __future__ import annotations

import re

from .plain_text import plain

_LONGEST = 300
# A Flex request puts token and query id into its URL (t=…&q=…). Whatever the encoding, they are
# long runs of digits or letters with digits, so every such run goes, and everything behind a "?".
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:\?|%(?:25)*3f|\\u003f|&#0*63;|&#x0*3f;)\S*",
        r"\b(?:t|q|token|query_?id)\s*(?:=|:|%(?:25)*3d|\\u003d)\s*\S+",
        r"(?:%(?:25)*[0-9a-f]{2}){3,}\S*",
        r"(?:\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|&#x?[0-9a-f]+;){3,}\S*",
        r"\b(?=[A-Za-z0-9+/_=-]*\d)[A-Za-z0-9+/_=-]{16,}",
        r"\d(?:[\s.,_-]?\d){4,}",
    )
)


def redact(text: str) -> str:
    """`text` in one line of at most 300 characters, with "***" for all that may be a secret."""
    for pattern in _PATTERNS:
        text = pattern.sub("***", text[:20_000])
    return plain(text, _LONGEST)
