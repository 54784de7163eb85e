"""The table of funds: what an exchange traded fund holds, by ISIN, or by ticker and currency.

The table is data, funds.tsv, with its date and sources. It is read once, by the first fund looked
up. A ticker alone proves nothing: IBTA is a bond fund in London and a company in New York.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..core.instrument import Instrument
from ..core.record import Record

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "funds.tsv")
# IBKR's exchanges of each market in the table.
_EXCHANGES = {
    "US": "ARCA NASDAQ NYSE AMEX BATS IEX CBOE PINK",
    "LSE": "LSE LSEETF LSEIOB1",
    "XETRA": "IBIS IBIS2 FWB FWB2 SWB SWB2 GETTEX GETTEX2 TGATE",
    "BIT": "BVME BVME.ETF",
    "SIX": "EBS SWX VIRTX",
    "PAR": "SBF",
    "AEX": "AEB",
    "TSX": "TSE VENTURE",
    "NEO": "AEQLIT NEOE AEQNEO",
    "ASX": "ASX",
}
_MARKETS = {name: market for market, names in _EXCHANGES.items() for name in names.split()}
# The lower-case letter with which IBKR ends some symbols of a market: TRNl, TLXd, CHSPIz.
_LETTERS = {"l": "LSE", "d": "XETRA", "z": "SIX"}
_FEW = 100  # lookups after which an index pays


class Listed(Record):
    """A class in the table's words, and whether the input proves that it is of this fund."""

    kind: str  # BOND, CASH, STOCK, OTHER, MIX:60/40/0, MIX:? …
    sure: bool


class FundTable:
    """The funds of funds.tsv, a line each in the order of their tickers.

    Few are looked up in the text as it is; for many it is indexed.
    """

    def __init__(self) -> None:
        with open(_PATH, "rb") as file:
            text = file.read().decode()
        self._text = text[text.index("\n", text.rindex("\n#") + 1) + 1 :]
        self._by_isin: dict[str, str] = {}
        self._by_ticker: dict[str, list[list[str]]] = {}
        self._few = _FEW

    def _rows(self) -> Iterator[list[str]]:
        return (line.split("\t") for line in self._text.splitlines())

    def _index(self) -> None:
        for row in self._rows():
            self._by_isin[row[1]] = row[3]
            self._by_ticker.setdefault(row[0], []).append(row)

    def _class_of(self, isin: str) -> str | None:
        if self._by_isin or not isin:
            return self._by_isin.get(isin) if isin else None
        place = self._text.rfind(f"\t{isin}\t")  # from the end it takes a third of the time
        if place < 0:
            return None
        start, end = self._text.rfind("\n", 0, place) + 1, self._text.index("\n", place)
        row = self._text[start:end].split("\t")
        return row[3] if row[1] == isin else None  # what stands in another cell is no ISIN

    def _rows_of(self, ticker: str) -> list[list[str]]:
        if self._by_ticker:
            return self._by_ticker.get(ticker, [])
        text, start, rows = self._text, f"{ticker}\t", []
        place = self._place_of(start)
        while text.startswith(start, place):
            end = text.index("\n", place)
            rows.append(text[place:end].split("\t"))
            place = end + 1
        return rows

    def _place_of(self, start: str) -> int:
        """Where the first line begins that does not sort before `start`.

        Halved as it is: to make a list of the lines takes as long as thirty searches.
        """
        low, high = 0, len(self._text)
        while low < high:
            middle = (low + high) // 2
            line = self._text.rfind("\n", low, middle) + 1 or low
            if self._text[line : line + len(start)] < start:
                low = self._text.index("\n", middle) + 1
            else:
                high = line
        return low

    def find(self, symbol: str, currency: str, instrument: Instrument) -> Listed | None:
        """What the table says of a position, None for one that it does not have.

        Sure is an ISIN; or a ticker in the right market and currency where the input gives no
        ISIN, or the table none. Where another security of that ticker may be meant, it is not sure.
        """
        self._few -= 1
        if not self._few:
            self._index()
        bare, isin = bare_ticker(symbol), instrument.isin
        rows = self._rows_of(bare)
        of_isin = (row[3] for row in rows if isin and row[1] == isin)
        known = next(of_isin, None) or self._class_of(isin)
        if known is not None:
            return Listed(known, True)
        for row in rows:
            found = _compare(row, currency, instrument, "" if bare == symbol else symbol[-1])
            if found is not None:
                return Listed(row[3], found)
        return None

    def count_of(self, kind: str, currency: str) -> int:
        """How many funds of a class the table has with a listing in a currency."""
        return sum(
            any(listing.endswith(f":{currency}") for listing in row[2].split(","))
            for row in self._rows()
            if row[3] == kind
        )


def bare_ticker(symbol: str) -> str:
    """`symbol` without the lower-case letter of its exchange, as TRN for TRNl."""
    bare, letter = symbol[:-1], symbol[-1:]
    if not (symbol.isascii() and symbol.isalnum() and letter.islower()):
        return symbol
    return bare if bare and bare == bare.upper() else symbol


def _compare(row: list[str], currency: str, instrument: Instrument, letter: str) -> bool | None:
    """Whether a position of a row's ticker is surely that row's, None where it surely is not."""
    market = _MARKETS.get(instrument.exchange) or _LETTERS.get(letter, "")
    listings = row[2].split(",")
    currencies = {listing.partition(":")[2] for listing in listings}
    others = row[4].split(",") if len(row) > 4 else []
    if currency not in currencies:
        return None
    same_market = bool(market) and f"{market}:{currency}" in listings
    if others and market and not same_market:
        return None
    other_isin = bool(instrument.isin and row[1])
    return not other_isin and (same_market or currency not in others)
