"""Options as people type them, among a terminal's words or in free text, with their values."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import takewhile

from ..core.json_file import read_json_file
from ..core.messages import Ours, Usage
from ..core.numbers import parse_decimal
from ..core.plain_text import fold, normalized
from ..core.profiles import load_profiles
from ..core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "options.json")
AFTER_WORD = ",.;:!?。、)」』\"'”’"

# A quote opens at the start of a value only. Japanese keyboards type ” and ’ on both sides.
_QUOTES = {"「": "」", "『": "』", "“": "”", "‘": "’", **{mark: mark for mark in "\"'”’＂＇"}}
_HYPHENS = "-‐‑−"
_DASHES = "–—―─"  # one of these is what an editor makes of two hyphens
_ANY_DASH = f"{_HYPHENS}{_DASHES}ー"  # ー: Japanese keyboards type it for a hyphen
_EQUALS = "=＝﹦"
_AFTER_VALUE = ",.;。、)"
_IN_NAMES = "abcdefghijklmnopqrstuvwxyz0123456789-"
_ENDS_OF_NUMBERS = tuple("0123456789kK千万")
_SEPARATORS = (",", ";", "、", "，", "；")
# A symbol in capitals, or a class; with what it counts as.
_LISTED = r"(?:[A-Z0-9][A-Z0-9.]{0,5}|[A-Z]+:\*)(?:=[A-Za-z0-9./]+)?[,;、]?"

Options = dict[str, dict]
Found = tuple[list[tuple[str, str]], list[str]]


class _Option(Record):
    name: str
    row: dict  # of options.json
    value_at: int  # where in the word the value after "=" starts; -1 without "="
    glued: str  # prose that follows a flag without a space, as in --dry-runで


def load_options(terminal: bool) -> Options:
    """The rows of options.json that can be typed by name, those of the terminal if `terminal`."""
    scopes = ("both", "terminal") if terminal else ("both", "command")
    return {name: row for name, row in load_rows().items() if row["scope"] in scopes}


def load_rows() -> Options:
    """All rows of options.json by name, settings without an option too."""
    return read_json_file(PATH)


def quote_names(names: Sequence[str], joiner: str = ", ") -> Ours:
    """Names of our own data in code quotes, joined."""
    return Ours(joiner.join(f"`{name}`" for name in names))


def read_words(words: Sequence[str], options: Options) -> Found:
    """Options as (name, value), "" for a flag, and prose, in a terminal's words.

    A value is the whole next word, or all that follows "="; a word with white space that is no
    value is read as text. Usage for an option that is unknown or written wrongly.
    """
    given: list[tuple[str, str]] = []
    prose: list[str] = []
    left = list(reversed(words))
    while left:
        word = left.pop()
        if word.split() != [word] and not _is_one_path(word, len(words), options):
            inner = read_text(word, options)
            given += inner[0]
            prose += inner[1]
            continue
        option = _option(word, options)
        if option is None:
            prose.append(word)
        else:
            given.append((option.name, _value_in_words(word, left, option)))
            prose.append(option.glued)
    return given, prose


def read_text(text: str, options: Options) -> Found:
    """Options and prose in free text, as read_words returns them.

    A value is a word, or quoted; an unquoted path may hold spaces when its ending tells its end.
    """
    given: list[tuple[str, str]] = []
    prose: list[str] = []
    position = 0
    while True:
        word = _next_word(text, position)
        if word is None:
            return given, prose
        line_end = "\n" if "\n" in text[position : word.start()] else ""
        position = word.end()
        option = _option(word.group(), options)
        if option is None:
            prose.append(line_end + word.group())
        elif option.row["value"] is None:
            given.append((option.name, ""))
            prose.append(option.glued)
        else:
            value, position = _value_in_text(text, word, option)
            given.append((option.name, value))


def _is_one_path(word: str, count: int, options: Options) -> bool:
    """Whether a word with white space is --statement=PATH as a shell passes it, and no more."""
    option = None if word[:1].isspace() else _option("".join(word.split()[:1]), options)
    if option is None or option.value_at < 0 or "endings" not in option.row:
        return False
    if word[option.value_at] in _QUOTES or word[option.value_at].isspace():
        return False
    parts = word[option.value_at :].split()
    ends = [_path_length(part, option) > 0 for part in parts]
    return count > 1 or not (any(ends[:-1]) or any(_head(part) for part in parts))


def _value_in_words(word: str, left: list[str], option: _Option) -> str:
    """The value of the option that is `word`, taken off the end of `left` if it is the next one."""
    if option.row["value"] is None:
        return ""
    if option.value_at >= 0:
        value = word[option.value_at :]
    elif "optional_value" in option.row and not (left and _is_number(left[-1])):
        return ""
    else:
        value = "" if not left or _head(left[-1]) else left.pop()
    if "form" in option.row and value:
        from .policy.target_words import words_of_target

        rest = takewhile(lambda word: not _head(word), reversed(left))
        for _ in range(words_of_target([value, *rest]) - 1):
            value += f" {left.pop()}"
        return _value(value, option)
    while _goes_on(value, left[-1] if left else "", option):
        value += left.pop()
    return _value(value, option)


def _is_number(word: str) -> bool:
    """Whether a word is the value of an option that has one without it, too."""
    text = fold(word).rstrip(_AFTER_VALUE)
    return text == "none" or parse_decimal(text.rstrip("%")) is not None


def _value(text: str, option: _Option) -> str:
    """`text` as a value: a path as it is, others NFKC; Usage when there is none."""
    if not text.strip():
        if option.name == "profile":
            raise Usage("profile_needs_value", profiles=quote_names(list(load_profiles())))
        raise Usage("option_needs_value", option=f"--{option.name}", value=option.row["value"])
    if "endings" in option.row:
        return text
    text = normalized(text).strip()
    if "form" in option.row:
        from .policy.target_words import with_commas

        return with_commas(text)
    return text


def _value_in_text(text: str, word: re.Match[str], option: _Option) -> tuple[str, int]:
    """The value of the option that is `word` of `text`, and where it ends."""
    if option.value_at >= 0:
        first = _next_word(text, word.start() + option.value_at, at_once=True)
    else:
        first = _next_word(text, word.end())
    if (
        "optional_value" in option.row
        and option.value_at < 0
        and not (first and _is_number(first.group()))
    ):
        return "", word.start() + len(word.group())
    if first is None or (option.value_at < 0 and _head(first.group())):
        return _value("", option), -1
    end = _closing(text, first.start())
    if end:
        return _value(text[first.start() + 1 : end.start()], option), end.end()
    if "endings" in option.row:
        return _path(text, first, option)
    if "form" in option.row:
        from .policy.target_words import leading_target

        end = first.start() + leading_target(text[first.start() :])
        if end > first.end():
            return _value(text[first.start() : end], option), end
    value, position = first.group(), first.end()
    word = _next_word(text, position)
    while word and _goes_on(value, word.group(), option):
        value, position = value + word.group(), word.end()
        word = _next_word(text, position)
    return _value(value.rstrip(_AFTER_VALUE) or value, option), position


def _goes_on(value: str, word: str, option: _Option) -> bool:
    """Whether `word` belongs to what `value` begins: --lock AAPL, MSFT; --contribute 5,000 EUR."""
    if option.row["value"].startswith("AMOUNT"):
        from .phrases import is_currency

        return value[-1:] in _ENDS_OF_NUMBERS and is_currency(word)
    if not option.row.get("adds_up") or not value.endswith(_SEPARATORS):
        return False
    import re

    return re.fullmatch(_LISTED, normalized(word)) is not None


def _next_word(text: str, position: int, at_once: bool = False) -> re.Match[str] | None:
    """The first word from `position` on; with `at_once` only one that begins there."""
    import re

    word = re.compile(r"\S+")
    return word.match(text, position) if at_once else word.search(text, position)


def _closing(text: str, start: int) -> re.Match[str] | None:
    """The quote that closes the one at `start`, with punctuation after it; None without a pair."""
    closing = _QUOTES.get(text[start])
    if closing is None:
        return None
    import re

    return re.compile(rf"{closing}[{_AFTER_VALUE}]*(?!\S)").search(text, start + 1)


def _path(text: str, first: re.Match[str], option: _Option) -> tuple[str, int]:
    """An unquoted path: up to the first word with the right ending, else one word."""
    word: re.Match[str] | None = first
    while word and not _head(word.group()):
        length = _path_length(word.group(), option)
        if length:
            return text[first.start() : word.start() + length], word.end()
        word = _next_word(text, word.end())
    return first.group(), first.end()


def _path_length(word: str, option: _Option) -> int:
    """The length of a path's last word without punctuation after it; 0 for another word."""
    bare = word.rstrip(_AFTER_VALUE)
    return len(bare) if bare.casefold().endswith(tuple(option.row["endings"])) else 0


def _head(word: str) -> str:
    """The option that `word` starts with, folded, up to "="; "" for prose, "--" or "-" alone."""
    folded = fold(word[: _equals(word)])
    name = folded.lstrip(_ANY_DASH)
    prefix = folded[: len(folded) - len(name)]
    if not name or not prefix:
        return ""
    name = "".join("-" if character in _HYPHENS + _DASHES else character for character in name)
    letter = "a" <= name[0] <= "z"
    if prefix.startswith("--") or (letter and (len(prefix) > 1 or prefix in _DASHES)):
        return f"--{name}"
    return f"-{name}" if letter and prefix in _HYPHENS else ""


def _option(word: str, options: Options) -> _Option | None:
    """The option that `word` names, None for prose; Usage for one that is unknown."""
    head = _in_full(_head(word), options)
    if not head:
        return None
    equals = _equals(word)
    name = _name_of(head)
    row = options.get(name)
    tail = head[2 + len(name) :] if name else ""
    glued = tail.strip(AFTER_WORD)
    if row is None or (glued and (row["value"] or tail[0].isascii())):
        raise _unknown(head, options)
    if equals < len(word) and row["value"] is None:
        raise Usage("option_takes_no_value", option=head)
    value_at = equals + 1 if equals < len(word) else -1
    return _Option(name, row, value_at, glued)


def _name_of(head: str) -> str:
    """The letters, digits and hyphens behind two hyphens; "" without both."""
    behind = head[2:] if head.startswith("--") else ""
    return behind[: len(behind) - len(behind.lstrip(_IN_NAMES))]


def _in_full(head: str, options: Options) -> str:
    """`head`, or the option that it is the short form of."""
    return next((f"--{name}" for name, row in options.items() if row.get("short") == head), head)


def _equals(word: str) -> int:
    """Where the first equals sign stands; the length of a word without one."""
    return next((place for place, mark in enumerate(word) if mark in _EQUALS), len(word))


def _unknown(head: str, options: Options) -> Usage:
    known = ", ".join(f"--{name}" for name in options)
    return Usage("unknown_option", option=head[:60], options=Ours(known))
