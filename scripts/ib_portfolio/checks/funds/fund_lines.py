"""The rows of the fund table, read for the checks by ISIN and by ticker."""

from __future__ import annotations

import os
from functools import lru_cache

from ..data_files import LIBRARY

_MOST_IN_TEXT = 100  # holdings that are looked for in the text as it is, before all are read


class FundLines:
    """The table of funds, a line each in the order of their tickers, behind what is said of it."""

    def __init__(self) -> None:
        with open(os.path.join(LIBRARY, "market", "funds.tsv"), "rb") as file:
            self._text = f"\n{file.read().decode()}\n"
        self._first = self._text.index("\n", self._text.rindex("\n#") + 1)
        self._asked = 0
        self._kinds: dict[str, str] = {}
        self._rows: dict[str, list[list[str]]] = {}

    def kind(self, isin: str) -> str | None:
        """What the fund with an ISIN is, None for one that is not in the table."""
        self._asked += 1
        if self._asked == _MOST_IN_TEXT:
            cells = (line.split("\t") for line in self._text[self._first :].split("\n") if line)
            for one in cells:
                self._kinds[one[1]] = one[3]
                self._rows.setdefault(one[0], []).append(one)
        if not isin.isalnum():  # none, or what would be more than a cell of the text
            return None
        if self._kinds:
            return self._kinds.get(isin)
        at = self._text.rfind(f"\t{isin}\t")
        if at < 0:
            return None
        begin = self._text.rfind("\n", 0, at) + 1
        cells = self._text[begin : self._text.find("\n", at)].split("\t")
        return cells[3] if cells[1] == isin else None  # a word of another cell is no ISIN

    def rows(self, ticker: str) -> list[list[str]]:
        """The cells of each row of a ticker."""
        if self._rows:
            return self._rows.get(ticker, [])
        wanted, before, until = f"\n{ticker}\t", self._first, len(self._text) - 1
        # Both are ends of lines: the ticker's begin behind the first, and not behind the second.
        while before < until:
            between = self._text.rfind("\n", before, (before + until) // 2 + 1)
            behind = self._text.find("\n", between + 1)
            if self._text[between:behind] < wanted:
                before = behind
            else:
                until = between
        found = []
        while self._text.startswith(wanted, before):
            behind = self._text.find("\n", before + 1)
            found.append(self._text[before + 1 : behind].split("\t"))
            before = behind
        return found

    def count(self, kind: str, currency: str) -> int:
        """How many funds of a kind have a listing in a currency."""
        rows = (line.split("\t") for line in self._text[self._first :].split("\n") if line)
        return sum(cells[3] == kind and f":{currency}," in f"{cells[2]}," for cells in rows)


@lru_cache(maxsize=1)
def fund_lines() -> FundLines:
    """The fund table, read once in a run."""
    return FundLines()
