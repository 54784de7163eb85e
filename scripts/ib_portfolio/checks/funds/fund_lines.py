"""The rows of the fund table, read for the checks by ISIN and by ticker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache

from ..data_files import LIBRARY

_MOST_IN_TEXT = 40  # funds that are looked up in the text as it is, before it is sorted


class FundLines:
    """The table of funds, as text while little is asked of it, and then by ISIN and by ticker."""

    def __init__(self) -> None:
        with open(os.path.join(LIBRARY, "market", "funds.tsv"), "rb") as file:
            self._text = f"\n{file.read().decode()}\n"
        self._asked = 0
        self._kinds: dict[str, str] = {}
        self._rows: dict[str, list[list[str]]] = {}

    def kind(self, isin: str) -> str | None:
        """What the fund with an ISIN is, None for one that is not in the table."""
        self._asked += 1
        if self._asked == _MOST_IN_TEXT:
            self._sort()
        if self._kinds or not isin:
            return self._kinds.get(isin)
        found = self._cells(f"\t{isin}\t")
        return next((cells[3] for cells in found if cells[1] == isin), None)

    def rows(self, ticker: str) -> list[list[str]]:
        """The cells of each row of a ticker."""
        return self._rows.get(ticker, []) if self._kinds else list(self._cells(f"\n{ticker}\t"))

    def count(self, kind: str, currency: str) -> int:
        """How many funds of a kind have a listing in a currency."""
        rows = (line.split("\t") for line in self._text.split("\n") if line and line[0] != "#")
        return sum(cells[3] == kind and f":{currency}," in f"{cells[2]}," for cells in rows)

    def _cells(self, part: str) -> Iterator[list[str]]:
        """The cells of each row that a part of the text stands in, or begins with."""
        at = self._text.find(part)
        while at >= 0:
            start = self._text.rfind("\n", 0, at + 1) + 1
            line = self._text[start : self._text.find("\n", start)]
            if line[0] != "#":
                yield line.split("\t")
            at = self._text.find(part, at + 1)

    def _sort(self) -> None:
        for line in self._text.split("\n"):
            if line and line[0] != "#":
                cells = line.split("\t")
                self._kinds.setdefault(cells[1], cells[3])
                self._rows.setdefault(cells[0], []).append(cells)
        self._kinds.pop("", None)


@lru_cache(maxsize=1)
def fund_lines() -> FundLines:
    """The fund table, read once in a run."""
    return FundLines()
