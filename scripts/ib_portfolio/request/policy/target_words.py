"""A target of the user's own among other words: 80% stocks 20% bonds, VTI 60 BND 40, 株80%."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from ...core.messages import Refusal, Usage
from ...core.numbers import ZERO, plain_decimal
from ...core.record import Record
from .own_target import CLASS_OF_WORD, read_target, target_text

# Verbs and small words in capitals are no symbols.
_NO_SYMBOLS = frozenset(
    "add buy cut go get hold in keep lock max min move of on or put raise reduce sell take to trim"
    " within withdraw invest about around no not only usd eur gbp jpy chf ibkr etf i a".split()
)
_LATIN = "|".join(word for word in CLASS_OF_WORD if word.isascii())
_CJK = "|".join(sorted((w for w in CLASS_OF_WORD if not w.isascii()), key=len, reverse=True))
_SYMBOL = r"[A-Za-z][A-Za-z0-9]{0,5}(?:[. ][A-Z])?(?![A-Za-z0-9])|[0-9]{4}\.T(?![A-Za-z0-9])"
_CLASS = rf"(?:{_LATIN})(?![A-Za-z0-9])|{_CJK}"
_NAME = rf"(?:(?i:{_CLASS})|{_SYMBOL})"
_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,12})?"
_AFTER_NUMBER = r"(?![0-9.]*[0-9A-Za-z万千億円/])"
_NUMBER_FIRST = rf"{_NUMBER}\s*%\s*(?:of\s+)?{_NAME}"
_NAME_FIRST = rf"{_NAME}\s*[:=]?\s*{_NUMBER}(?:\s*%|{_AFTER_NUMBER})"
_BETWEEN = r"(?:\s*(?:,|;|、|&|\+|・|/|と|\band\b)\s*(?:and\s+)?|\s+|(?<=%))"
_JOINT = r"\band\b|と|・|&|\+|/"
_SLASHES = rf"{_NUMBER}(?:\s*/\s*{_NUMBER}){{1,2}}{_AFTER_NUMBER}"
_TARGET = re.compile(
    rf"(?<![A-Za-z0-9./=-])(?:{_SLASHES}"
    rf"|{_NUMBER_FIRST}(?:{_BETWEEN}{_NUMBER_FIRST})*"
    rf"|{_NAME_FIRST}(?:{_BETWEEN}{_NAME_FIRST})*)"
)
# Words that only lead to a target.
_LEADING = re.compile(
    r"(?:\b(?:my |a |the )?(?:target|allocation|mix|split)(?: allocation)?(?: of| is|:)?"
    r"|目標(?:配分)?[はを:]?)\s*\Z",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"(?:\b(?:not|no|never|without|than|from|was|isn't|don't|of|over|under)|n't)\s*\Z"
)
_NEGATED_AFTER = re.compile(
    r"\s*(?:ではなく|じゃなく|でなく|以外|から|は嫌|はやめ|を超え|以上|以下)"
)
_TENTHS = re.compile(r"(?<![0-9.])([1-9]|10)割(?![0-9])")
_LONGEST = 2_000  # characters


class WordsTarget(Record):
    """The target that was found, "" for none, and the text without it."""

    target: str
    rest: str


def find_target(text: str) -> WordsTarget:
    """The one target in `text` whose parts sum to 100, and the text with a comma in its place.

    Refusal("target_words_sum") where several parts with names sum to something else, and
    ("targets_two") for a second target. A single part, as in "80% stocks", is none.
    """
    shown = _TENTHS.sub(r"\g<1>0%", unicodedata.normalize("NFKC", text))
    found, rest, end = "", [], 0
    for place in _TARGET.finditer(shown) if len(shown) <= _LONGEST else ():
        if _is_negated(shown, place):
            continue
        target = _target(place.group())
        if not target:
            continue
        if found and found != target:
            raise Refusal("targets_two", first=found, second=target)
        found = target
        before = shown[end : place.start()]
        rest.append(_LEADING.sub(" ", before))
        end = place.end()
    if not found:
        return WordsTarget("", text)
    return WordsTarget(found, ", ".join([*rest, shown[end:]]).strip(" ,"))


def leading_target(text: str) -> int:
    """How many characters of `text` from its start are the parts of a target; 0 for none."""
    found = _TARGET.match(text)
    return found.end() if found else 0


def words_of_target(words: list[str]) -> int:
    """How many of the first words are the parts of a target, at least one."""
    length, count = leading_target(" ".join(words)), 1
    while len(" ".join(words[:count])) < length:
        count += 1
    return count


def with_commas(text: str) -> str:
    """A target's text with commas for what else may join its parts, as "and" and 「と」."""
    if not _TARGET.fullmatch(text) or re.fullmatch(_SLASHES, text):
        return text
    return re.sub(rf"\s*(?:{_JOINT})\s*", ", ", text)


def _is_negated(text: str, place: re.Match[str]) -> bool:
    before, after = _LEADING.sub("", text[: place.start()]).casefold(), text[place.end() :]
    return bool(_NEGATED.search(before) or _NEGATED_AFTER.match(after))


def _target(words: str) -> str:
    """The target in a form that is read again, "" for words that are none."""
    slashes = re.fullmatch(_SLASHES, words)
    if slashes:
        parts = [Decimal(part) for part in words.split("/")]
        return "/".join(map(plain_decimal, parts)) if sum(parts, ZERO) == 100 else ""
    parts = re.split(_JOINT, words)
    try:
        target = read_target(", ".join(part.strip(" ,;、") for part in parts))
    except Usage:
        return ""
    except Refusal:
        if len(re.findall(_NUMBER, words)) < 2:
            return ""
        raise
    named = target.shares if target.names_cash else target.shares[:-1]
    if any(not one.is_class and one.name.casefold() in _NO_SYMBOLS for one in named):
        return ""
    if any(not one.is_class and not _as_symbol(one.name, words) for one in named):
        return ""
    total = sum((one.percent for one in named), ZERO)
    if total != 100:
        if len(named) < 2:
            return ""
        raise Refusal("target_words_sum", words=words.strip(), total=plain_decimal(total))
    return target_text([(one.name, plain_decimal(one.percent)) for one in named])


def _as_symbol(name: str, words: str) -> bool:
    """Whether a symbol stands in capitals: in small letters it may be any word."""
    return name in words
