"""Phrases of phrases.json found in free text, in Japanese and English."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterable

from ..core.plain_text import fold, normalized
from ..core.record import Record
from .preferences import CURRENCY_NAMES

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "phrases.json")
NUMBER, SYMBOLS = "{number}", "{symbols}"
# An amount with its currency, as "€5,000" or 「5万円」, and without where the template has its own.
# Compiled by `re` where a phrase needs them, which is seldom.
_AMOUNT = r"([$€£¥]? ?\d[\d,]*(?:\.\d+)?[万千k]?)"
_CURRENCY = rf"(?:{'|'.join(CURRENCY_NAMES)})(?!(?<=[a-z])[a-z])"  # a whole word of letters
_AMOUNT_IN_CURRENCY = rf"{_AMOUNT} ?({_CURRENCY})"
# A ticker in capitals, as VTI, BRK.B or BRK B, or a number of Tokyo's, as 7203 or 7203.T.
TICKER = r"(?:[A-Z][A-Z0-9]{1,4}(?:[. ][A-Z](?![A-Za-z0-9]))?|\d{4}(?:\.T)?)(?![A-Za-z0-9])"
_BEFORE_TICKERS = r"(?:(?:any of my|any|my|our|the) )?"
_BETWEEN_TICKERS = r" ?(?:, ?and |,|、|・|/|&|and |or |と|や) ?"
_AFTER_TICKERS = r"(?:の?株| (?:shares?|stocks?|positions?|holdings?|etfs?|funds?)(?![a-z]))?"
_MOST_SYMBOLS = 50
_APOSTROPHES = str.maketrans("’‘ʼ`", "''''")
_HYPHENS_AND_DASHES = str.maketrans({**dict.fromkeys("-‐‑−", " "), **dict.fromkeys("–—―─", ";")})
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_GROUP = re.compile(r",(?=\d{3}|\D|\Z)")
_MINUS = re.compile(r"(?<!\S)[-‐‑−](?=[$€£¥]?\d)")
MASK = "\0"


class Phrase(Record):
    """A phrase where it stands in a text."""

    kind: str  # "named", "phrase", "option", "neutral"
    target: str  # the profile or option that it asks for; as count-as=BOND with a fixed value
    value: str
    start: int
    end: int

    @property
    def option(self) -> tuple[str, str]:
        """The option that it asks for, and its value; BND=BOND for each symbol of count-as=BOND."""
        name, _, fixed = self.target.partition("=")
        if not fixed:
            return name, self.value
        return name, ",".join(f"{symbol}={fixed}" for symbol in self.value.split(","))

    @property
    def names_symbols(self) -> bool:
        """Whether its value is symbols, not an amount."""
        return self.target.partition("=")[0] in ("lock", "count-as")

    @property
    def is_profile(self) -> bool:
        """Whether it is a profile's name, or a phrase for one."""
        return self.kind in ("named", "phrase")


class FoldedText(Record):
    """A text as it is compared and, place by place the same, in the case it was typed in."""

    folded: str
    shown: str


Template = tuple[str, str, str]  # the phrase, its kind, its target


class _Values:
    """The amounts and symbols in a text, each place read once for however many templates."""

    def __init__(self, text: FoldedText, no_tickers: frozenset[str]) -> None:
        self._text = text
        self._no_tickers = no_tickers
        self._amounts: dict[int, list[tuple[int, str]]] = {}
        self._symbols: dict[int, list[tuple[int, str]]] = {}

    def amounts(self, start: int) -> list[tuple[int, str]]:
        """(end, amount) of the amount at `start` with its currency, and without."""
        if start not in self._amounts:
            forms = (re.compile(form) for form in (_AMOUNT_IN_CURRENCY, _AMOUNT))
            found = (form.match(self._text.folded, start) for form in forms)
            self._amounts[start] = [
                (one.end(), _GROUP.sub("", " ".join(one.groups()))) for one in found if one
            ]
        return self._amounts[start]

    def symbols(self, start: int) -> list[tuple[int, str]]:
        """(end, symbols with commas) of the tickers at `start`, with "shares" and without."""
        if start not in self._symbols:
            end, symbols = self._list(start)
            noun = re.compile(_AFTER_TICKERS).match(self._text.folded, end)
            listed = ",".join(symbols)
            self._symbols[start] = [(noun.end(), listed), (end, listed)] if symbols else []
        return self._symbols[start]

    def _list(self, start: int) -> tuple[int, list[str]]:
        """Where a list of tickers at `start` ends, and the tickers."""
        ticker, between = re.compile(TICKER), re.compile(_BETWEEN_TICKERS)
        place = re.compile(_BEFORE_TICKERS).match(self._text.folded, start).end()
        symbols: list[str] = []
        end = place
        while len(symbols) < _MOST_SYMBOLS:
            found = ticker.match(self._text.shown, place)
            if not found or found.group().casefold() in self._no_tickers:
                break
            symbols.append(found.group())
            end = found.end()
            joint = between.match(self._text.folded, end)
            if not joint:
                break
            place = joint.end()
        return end, symbols


def is_currency(word: str) -> bool:
    """Whether `word` is a currency as it stands behind an amount."""
    return re.fullmatch(_CURRENCY, fold(word).rstrip(",.;。、)")) is not None


def load_phrases() -> dict:
    """The data of phrases.json."""
    with open(PATH, encoding="utf-8") as file:
        return json.load(file)


def fold_prose(text: str) -> FoldedText:
    """Folded, hyphens as spaces, dashes as clause ends, one space or line end for white space."""
    shown = normalized(text)
    if not shown.isascii():
        kept = (c for c in shown if unicodedata.category(c) != "Cf")
        shown = "".join(c if len(c.casefold()) == 1 else c.casefold() for c in kept)
    shown = _MINUS.sub("\u2012", shown)  # no number follows it
    shown = shown.translate(_APOSTROPHES).translate(_HYPHENS_AND_DASHES)
    shown = re.sub(r"\s+", lambda space: "\n" if "\n" in space.group() else " ", shown)
    return FoldedText(shown.casefold(), shown)


def find_phrases(
    text: FoldedText, data: dict, profiles: Iterable[str], options: Iterable[str]
) -> list[Phrase]:
    """Every phrase of `text` from left to right, without overlap; the longest at a place wins."""
    index = _index(data, profiles, options)
    values = _Values(text, frozenset(data["left_over"]["no_tickers"]))
    open_ended = index.pop("{", [])
    found: list[Phrase] = []
    position = 0
    while position < len(text.folded):
        rows = index.get(text.folded[position], [])
        if open_ended and _may_start_value(text.shown[position]):
            rows = rows + open_ended
        best, reach = None, position
        for template, kind, target in rows if _may_start(text.folded, position) else ():
            end, value, consumed = _match(text.folded, position, template, values)
            if end > reach:
                reach = end
                best = Phrase(kind, target, value, position, consumed)
        if best:
            found.append(best)
        position = best.end if best else position + 1
    return found


def mask(text: str, phrases: list[Phrase]) -> str:
    """`text` with every place of `phrases` blanked by MASK, its length unchanged."""
    pieces, position = [], 0
    for phrase in phrases:
        pieces += [text[position : phrase.start], MASK * (phrase.end - phrase.start)]
        position = phrase.end
    return "".join(pieces) + text[position:]


def _index(
    data: dict, profiles: Iterable[str], options: Iterable[str]
) -> dict[str, list[Template]]:
    """The templates by first character; "{" for those that begin with a number or a symbol."""
    rows = [(name, "named", name) for name in profiles]
    rows += [(p, "phrase", name) for name in profiles for p in data["profiles"].get(name, ())]
    known = set(options)
    rows += [
        (p, "option", name)
        for name, templates in data["options"].items()
        if name.partition("=")[0] in known
        for p in templates
    ]
    rows += [(p, "neutral", "") for p in data["neutral"]]
    index: dict[str, list[Template]] = {}
    for template, kind, target in rows:
        index.setdefault(template[0], []).append((template, kind, target))
    return index


def _may_start_value(character: str) -> bool:
    return character in "$€£¥" or character.isdigit() or "A" <= character <= "Z"


def _may_start(text: str, position: int) -> bool:
    """Not inside a latin word, nor inside a number such as 1,000.50."""
    if position == 0 or text[position] not in _LATIN:
        return True
    if text[position].isdigit() and text[position - 1] in ",.":
        return not text[max(position - 2, 0) : position - 1].isdigit()
    return text[position - 1] not in _LATIN


def _match(folded: str, start: int, template: str, values: _Values) -> tuple[int, str, int]:
    """(where `template` ends, its value, where it stops consuming); an end of -1 for no match.

    A part in [brackets] must follow but is left for the next phrase: "income [tax]".
    """
    consumed, _, ahead = template.partition("[")
    head, opening, tail = consumed.partition("{")
    if not folded.startswith(head, start):
        return -1, "", -1
    tail = tail.partition("}")[2]
    rest = tail + ahead.rstrip("]")
    end, value = start + len(head), ""
    if opening:
        found = values.symbols(end) if SYMBOLS in consumed else values.amounts(end)
        fitting = [row for row in found if folded.startswith(rest, row[0])]
        if not fitting:
            return -1, "", -1
        end, value = fitting[0]
    reach = end + len(rest)
    inside_word = reach < len(folded) and folded[reach - 1] in _LATIN and folded[reach] in _LATIN
    if inside_word or not folded.startswith(rest, end):
        return -1, "", -1
    return reach, value, end + len(tail)
