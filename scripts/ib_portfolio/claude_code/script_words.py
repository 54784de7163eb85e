"""The words that a granted script is called with: names of folders and sessions, nothing typed."""

from __future__ import annotations

from ..core.messages import Usage


def read_pairs(words: list[str], names: tuple[str, ...]) -> dict[str, str]:
    """The values of `--name value` words, each once; Usage for other words and missing values."""
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word[2:].partition("=")
        found = value if equals else next(rest, None)
        if not word.startswith("--") or name not in names or name in given or found is None:
            raise Usage("script_words", names=", ".join(f"--{name}" for name in names), word=word)
        given[name] = found
    return given
