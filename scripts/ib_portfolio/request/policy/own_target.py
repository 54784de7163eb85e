"""The text of a target: 80/15/5, "STK 60, BOND 35, CASH 5", "VTI 45, VXUS 20, BND 30, CASH 5"."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from ...core.asset_classes import ASSET_CLASSES, CASH
from ...core.messages import Refusal, Usage
from ...core.numbers import ZERO, plain_decimal
from ...core.plain_text import plain
from ...core.record import Record

_WORDS = {
    "STK": "stk stock stocks share shares equity equities 株式 株".split(),
    "BOND": "bond bonds bill bills 債券 債".split(),
    CASH: "cash money 現金 キャッシュ".split(),
}
CLASS_OF_WORD = {word: name for name, words in _WORDS.items() for word in words}
_NUMBER = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{1,12})?|\.[0-9]{1,12})%?\Z")
_SEPARATORS = re.compile("[,;、\n]")
_LONGEST_NAME = 60
_MOST_SHARES = 200


class TargetShare(Record):
    """A name of the target, STK, BOND, CASH or an upper-case symbol, and its percent, exact."""

    name: str
    percent: Decimal
    is_class: bool


class OwnTarget(Record):
    """The shares in the order of the text, cash last where it is not named; they sum to 100."""

    shares: tuple[TargetShare, ...]
    names_cash: bool
    names_symbols: bool


def read_target(text: str) -> OwnTarget:
    """The target that `text` writes: names with percents, or stocks/bonds and, with it, cash.

    Without cash, cash takes what is missing to 100. Usage("target_unread") for what is no target;
    Refusal("target_over"), ("target_sum") and ("target_twice") for one that does not come out.
    """
    pairs = _with_slashes(text) or _with_names(text)
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise Refusal("target_twice", name=name)
    total = sum((percent for _, percent in pairs), ZERO)
    if total > 100:
        raise Refusal("target_over", total=plain_decimal(total))
    names_cash = CASH in names
    if names_cash and total != 100:
        raise Refusal("target_sum", total=plain_decimal(total))
    if not names_cash:
        pairs = [*pairs, (CASH, 100 - total)]
    return OwnTarget(
        tuple(TargetShare(name, percent, name in ASSET_CLASSES) for name, percent in pairs),
        names_cash,
        any(name not in ASSET_CLASSES for name in names),
    )


def target_text(pairs: list[tuple[str, str]]) -> str:
    """Names and percents as one text that `read_target` reads."""
    return ", ".join(f"{name} {percent}" for name, percent in pairs)


def share_name(text: str) -> str:
    """STK, BOND or CASH for a word for one of them, else the symbol: upper-case, single spaces."""
    word = " ".join(unicodedata.normalize("NFKC", text).split())
    return CLASS_OF_WORD.get(word.casefold(), word.upper())


def _with_slashes(text: str) -> list[tuple[str, Decimal]]:
    """Stocks/bonds or stocks/bonds/cash; [] for a text of another form."""
    parts = [part.strip() for part in unicodedata.normalize("NFKC", text).split("/")]
    if len(parts) not in (2, 3) or not all(map(_NUMBER.match, parts)):
        return []
    return [(name, _percent(part, text)) for name, part in zip(ASSET_CLASSES, parts)]


def _with_names(text: str) -> list[tuple[str, Decimal]]:
    folded = _spaced(unicodedata.normalize("NFKC", text))
    pairs: list[tuple[str, Decimal]] = []
    for part in _SEPARATORS.split(folded):
        pairs += _pairs(part.split(), text)
    if not pairs or len(pairs) > _MOST_SHARES:
        raise Usage("target_unread", text=text)
    return pairs


def _spaced(text: str) -> str:
    """Blanks between names and numbers, as in 株式80%, VTI=45 and 45 %VTI."""
    text = re.sub(r"\s*%", "% ", re.sub("[=:]", " ", text))
    return re.sub(r"([^\x00-\x7f])(?=[0-9.])", r"\1 ", text)


def _pairs(words: list[str], text: str) -> list[tuple[str, Decimal]]:
    """The names and percents of a part without separators, be the names first or the numbers.

    Where all words are numbers, as in 7203 10, every second one is the percent. A day or a fraction
    belongs to a bond's name, which has numbers of its own, as T 4 1/4 11/15/34.
    """
    if any("/" in word for word in words) and _NUMBER.match(words[-1]):
        return [(_name(words[:-1], text), _percent(words[-1], text))]
    numbers = [place for place, word in enumerate(words) if _NUMBER.match(word)]
    if len(numbers) == len(words):
        numbers = numbers[1::2]
        first = False
    else:
        first = bool(numbers) and not numbers[0]
    if words and not numbers:
        raise Usage("target_unread", text=text)
    edges = [*numbers, len(words)] if first else [-1, *numbers]
    if not first and words and numbers[-1] != len(words) - 1:
        raise Usage("target_unread", text=text)
    return [
        (_name(words[start + 1 : end], text), _percent(words[place], text))
        for place, start, end in zip(numbers, edges, edges[1:])
    ]


def _name(words: list[str], text: str) -> str:
    if words and words[0].casefold() == "of":
        words = words[1:]
    name = share_name(" ".join(words))
    if not name or len(name) > _LONGEST_NAME or plain(name) != name:
        raise Usage("target_unread", text=text)
    return name


def _percent(word: str, text: str) -> Decimal:
    percent = Decimal(word.rstrip("%"))
    if percent > 100:
        raise Refusal("target_over", total=plain_decimal(percent))
    return percent
