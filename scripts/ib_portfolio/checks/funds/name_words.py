"""What the name of a fund says of what it holds, read for the checks from fund_names.json."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ...core.plain_text import normalized
from ...core.record import Record
from ..data_files import read_data


@lru_cache(maxsize=4096)
def name_says(name: str, weak: bool = True) -> str:
    """BOND, CASH, MIX, OTHER or "" for a fund's name; without `weak` words that companies have."""
    words = _words_of(name)
    bonds = _hits(words, "bond")
    if not weak:
        bonds -= set(_names()["weak_bond"])
    stocks = bool(_hits(words, "hard_stock")) and not _hits(words, "not_hard_stock")
    soft = bool(_hits(words, "soft_stock")) and not _hits(words, "strong_bond")
    is_bond = bool(bonds) and not stocks and not soft
    if _hits(words, "leverage") and not _hits(words, "no_leverage"):
        return "OTHER" if is_bond else ""
    if _hits(words, "mixed_for_sure"):
        return "MIX"
    if _hits(words, "mixed") and not _hits(words, "not_mixed"):
        return "MIX"
    if _hits(words, "cash") and not (stocks or _hits(words, "not_cash")):
        return "CASH"
    return "BOND" if is_bond else ""


def is_called_fund(name: str) -> bool:
    """Whether a word that only funds have in their names stands in a name."""
    return bool(_hits(_words_of(name), "fund_words"))


class _Words(Record):
    """The words of a name, the same with # for numbers, and every run of up to four of them."""

    exact: list[str]
    numbered: list[str]
    runs: set[str]


def _words_of(name: str) -> _Words:
    text = name.upper()
    for sign, currency in (("$", " USD "), ("€", " EUR "), ("£", " GBP ")):
        text = text.replace(sign, currency)
    letters = [one for one in normalized(text, "NFKD") if one.isascii() or not _is_mark(one)]
    exact = "".join(one if one.isalnum() or one == "&" else " " for one in letters).split()
    numbered = [word if word.isalpha() else "".join(_with_signs(word)) for word in exact]
    runs = {
        " ".join(words[start : start + length])
        for words in (exact, numbered)
        for length in range(1, 5)
        for start in range(len(exact) - length + 1)
    }
    return _Words(exact, numbered, runs)


def _with_signs(word: str) -> Iterator[str]:
    """The word's letters, and # for each of its numbers."""
    for letter, before in zip(word, f" {word}"):
        if not letter.isdecimal():
            yield letter
        elif not before.isdecimal():
            yield "#"


def _is_mark(character: str) -> bool:
    import unicodedata

    return bool(unicodedata.combining(character))


def _hits(words: _Words, group: str) -> set[str]:
    """Which rows of a group of the data stand in the words."""
    exact, others = _rows_of(group)
    found = exact & words.runs
    for first, row in others:
        may_be = not first or first in words.runs
        if may_be and _matches(row, words.numbered if "#" in row else words.exact):
            found.add(row)
    return found


@lru_cache(maxsize=1)
def _names() -> dict:
    return read_data("market/fund_names.json")


@lru_cache(maxsize=32)
def _rows_of(group: str) -> tuple[set[str], list[tuple[str, str]]]:
    """The rows that are compared as they are; those with * or ..., each with its first word."""
    others = [row for row in _names()[group] if "*" in row or "..." in row]
    firsts = (row.split()[0] for row in others)
    exact = set(_names()[group]) - set(others)
    return exact, [("" if "*" in first else first, row) for first, row in zip(firsts, others)]


def _matches(row: str, words: list[str]) -> bool:
    """Whether the pieces of a row stand in the words one behind the other."""
    start = 0
    for piece in row.split(" ... "):
        wanted = piece.split()
        places = (
            place
            for place in range(start, len(words) - len(wanted) + 1)
            if all(_alike(one, words[place + at]) for at, one in enumerate(wanted))
        )
        place = next(places, None)
        if place is None:
            return False
        start = place + len(wanted)
    return True


def _alike(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
