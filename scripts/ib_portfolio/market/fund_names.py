"""What the short name of a fund says it holds: bonds, cash, both, or something leveraged.

The words are data, fund_names.json, with where they were measured. A name is a guess, so whatever
rests on one is said in the report; IBKR cuts its descriptions at 28 characters.
"""

from __future__ import annotations

import os
from functools import lru_cache

from ..core.asset_classes import CASH, MIXED
from ..core.json_file import read_json_file
from ..core.plain_text import normalized

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fund_names.json")
_CURRENCIES = str.maketrans({"$": " USD ", "€": " EUR ", "£": " GBP "})
OTHER = "OTHER"  # neither stocks, bonds nor cash, or leveraged


class FundNames:
    """The words of fund_names.json, read once for however many names."""

    def __init__(self) -> None:
        self._rows = read_json_file(_PATH)
        self._lists: dict[str, _WordList] = {}  # each made when the first name needs it

    def says(self, name: str) -> str:
        """ "BOND", "CASH", "MIX" or "OTHER" for the name of a fund, "" for stocks or no hint."""
        return self._says(_Name(name))

    def hints(self, name: str) -> bool:
        """Whether a name, of what may be no fund, is a fund's and says bonds, cash or both.

        Words that companies have in their names too, as CORP, do not count.
        """
        words = _Name(name)
        return self._has("fund_words", words) and self._says(words, sure=True) in (
            "BOND",
            CASH,
            MIXED,
        )

    def _says(self, name: _Name, sure: bool = False) -> str:
        bonds = self._bonds(name, sure)
        if self._has("leverage", name) and not self._has("no_leverage", name):
            return OTHER if bonds else ""
        sure_mix = self._has("mixed_for_sure", name)
        if sure_mix or (self._has("mixed", name) and not self._has("not_mixed", name)):
            return MIXED
        if self._has("cash", name) and not self._has("not_cash", name) and not self._hard(name):
            return CASH
        return "BOND" if bonds else ""

    def _bonds(self, name: _Name, sure: bool) -> bool:
        found = self._list("bond").found(name)
        if sure:
            found -= set(self._rows["weak_bond"])
        if not found or self._hard(name):
            return False
        return self._has("strong_bond", name) or not self._has("soft_stock", name)

    def _hard(self, name: _Name) -> bool:
        return self._has("hard_stock", name) and not self._has("not_hard_stock", name)

    def _has(self, words: str, name: _Name) -> bool:
        return bool(self._list(words).found(name))

    def _list(self, words: str) -> _WordList:
        if words not in self._lists:
            self._lists[words] = _WordList(self._rows[words])
        return self._lists[words]


def _is_accent(mark: str) -> bool:
    import unicodedata

    return bool(unicodedata.combining(mark))


class _Name:
    """A name in capitals without accents and punctuation, as it is and with # for numbers."""

    def __init__(self, name: str) -> None:
        text = normalized(name.upper().translate(_CURRENCIES), "NFKD")
        kept = "".join(
            mark if mark.isalnum() or mark == "&" else " "
            for mark in text
            if mark.isascii() or not _is_accent(mark)
        )
        words = kept.split()
        self.words = set(words)
        self.text = f" {' '.join(words)} "
        signs = ["#" if sign.isdecimal() else sign for sign in self.text]
        self.numbered = "".join(signs)
        while "##" in self.numbered:
            self.numbered = self.numbered.replace("##", "#")
        if self.numbered != self.text:
            self.words.update(self.numbered.split())


class _WordList:
    """Words and groups of words to look for in names."""

    def __init__(self, rows: list[str]) -> None:
        self._single = {row for row in rows if " " not in row and not row.endswith("*")}
        self._open = [row for row in rows if row.partition(" ")[0].endswith("*")]
        self._groups: dict[str, list[str]] = {}
        for row in rows:
            first, blank, _ = row.partition(" ")
            if blank and not first.endswith("*"):
                self._groups.setdefault(first, []).append(row)

    def found(self, name: _Name) -> set[str]:
        """Which of the rows stand in a name."""
        found = self._single & name.words
        groups = [self._groups[word] for word in self._groups.keys() & name.words]
        for group in (self._open, *groups):
            found.update(row for row in group if _stand_in(_parts(row), name))
        return found


@lru_cache(maxsize=2_000)
def _parts(row: str) -> list[str]:
    """The pieces of a row between its "..."; each begins a word and, without a *, ends one."""
    pieces = (piece.strip() for piece in row.split("..."))
    return [f" {piece[:-1]}" if piece.endswith("*") else f" {piece} " for piece in pieces]


def _stand_in(parts: list[str], name: _Name) -> bool:
    """Whether all parts stand in a name, in their order."""
    text = name.numbered if any("#" in part for part in parts) else name.text
    place = 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part) - 1  # the blank at the end may begin the next part
    return True
