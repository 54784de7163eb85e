"""What was asked as the target, its prices and its bands, read a second time from the raw texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from ...core.asset_classes import ASSET_CLASSES, CASH
from ...core.plain_text import normalized
from ...core.record import Record

_SEPARATORS = "[,;、，；\n]"
_NUMBER = r"(\d+\.?\d*|\.\d+)\s*[%％]?"
_CLASS_WORDS = {
    "STK": "stk stock stocks share shares equity equities 株式 株",
    "BOND": "bond bonds bill bills 債券 債",
    "CASH": "cash money 現金 キャッシュ",
}


class RawTarget(Record):
    """The shares in the order asked, cash last where it is not named; percents are exact."""

    shares: dict[str, Decimal]  # by STK, BOND, CASH or an upper-case symbol
    names_cash: bool

    @property
    def names_symbols(self) -> bool:
        """Whether anything but classes is named."""
        return not set(self.shares) <= set(ASSET_CLASSES)


class RawPrice(Record):
    """What one share costs, in `currency`; texts are "" where they are not told."""

    price: Decimal
    currency: str
    exchange: str


class RawBands(Record):
    """Each band as its width in points and, of the target, in percent, or None without that."""

    default: tuple[Decimal, Decimal | None]
    own: dict[str, tuple[Decimal, Decimal | None]]


def name_in(text: str) -> str:
    """STK, BOND or CASH for a word that means one, else the symbol: upper-case, single spaces."""
    word = " ".join(normalized(text).split())
    found = (name for name, words in _CLASS_WORDS.items() if word.casefold() in words.split())
    return next(found, word.upper())


@lru_cache(maxsize=16)
def raw_target(text: str) -> RawTarget:
    """The target that `text` writes, as 80/15/5 or as names with numbers; not to be changed."""
    folded = normalized(text).strip()
    parts = folded.split("/")
    if 2 <= len(parts) <= 3 and all(re.fullmatch(_NUMBER, part.strip()) for part in parts):
        pairs = [(name, _number(part)) for name, part in zip(ASSET_CLASSES, parts)]
    else:
        written = re.split(_SEPARATORS, folded)
        pairs = [
            (name_in(name), number)
            for part in written
            for name, number in _named(_apart(part).split())
        ]
    shares: dict[str, Decimal] = {}
    for name, number in pairs:
        shares[name] = shares.get(name, Decimal(0)) + number
    names_cash = CASH in shares
    shares.setdefault(CASH, 100 - sum(shares.values(), Decimal(0)))
    return RawTarget(shares, names_cash)


def _apart(text: str) -> str:
    """The text with blanks between names and numbers, as in 株式80%, VTI=45 or 45 %VTI."""
    text = re.sub(r"\s*[%％]", "% ", re.sub("[=:]", " ", text))
    return re.sub(r"([^\x00-\x7f])(?=[\d.])", r"\1 ", text)


def _named(words: list[str]) -> Iterator[tuple[str, Decimal]]:
    """Names with their numbers; where all are numbers, every second one is the number.

    A bond's name has numbers of its own, which its day or its fraction tell: B 4 11/15/34 20.
    """
    if any("/" in word for word in words) and re.fullmatch(_NUMBER, words[-1]):
        yield " ".join(words[:-1]), _number(words[-1])
        return
    if not len(words) % 2 and all(re.fullmatch(_NUMBER, word) for word in words):
        yield from zip(words[::2], map(_number, words[1::2]))
        return
    numbers = [place for place, word in enumerate(words) if re.fullmatch(_NUMBER, word)]
    behind = bool(numbers) and numbers[0] == 0
    edges = [*numbers, len(words)] if behind else [-1, *numbers]
    for place, (start, end) in zip(numbers, zip(edges, edges[1:])):
        yield " ".join(words[start + 1 : end]), _number(words[place])


def _number(text: str) -> Decimal:
    return Decimal(text.strip().rstrip("%％").strip())


@lru_cache(maxsize=16)
def raw_prices(text: str) -> dict[str, RawPrice]:
    """The price of each symbol in a list as BND=72.50 USD ARCA; the first counts."""
    found: dict[str, RawPrice] = {}
    for part in re.split(_SEPARATORS, normalized(text)):
        name, _, told = part.rpartition("=")
        words = told.split()
        prices = [word for word in words if re.fullmatch(_NUMBER, word)]
        if not (name.strip() and prices):
            continue
        others = [word.upper() for word in words if word != prices[0]]
        currency = others.pop(0) if others else ""
        exchange = others.pop(0) if others else ""
        found.setdefault(name_in(name), RawPrice(Decimal(prices[0]), currency, exchange))
    return found


@lru_cache(maxsize=16)
def raw_bands(text: str) -> RawBands:
    """The default band and those of single shares in a text as 5/25,VTI=2,BOND=4/20."""
    folded = normalized(text)
    parts = re.split(_SEPARATORS, folded) if "=" in folded else [folded]
    default, own = (Decimal(0), None), {}
    for part in parts:
        name, equals, width = part.rpartition("=")
        points, slash, share = width.partition("/")
        band = (_width(points), _width(share) if slash else None)
        if equals:
            own[name_in(name)] = band
        elif width.strip():
            default = band
    return RawBands(default, own)


def _width(text: str) -> Decimal:
    found = re.search(r"\d+\.?\d*|\.\d+", text.replace(",", ""))
    return Decimal(found[0]) if found else Decimal(0)


def half_width(bands: RawBands, name: str, percent: Decimal) -> Decimal:
    """How far a share may be from its `percent`, in percentage points."""
    points, share = bands.own.get(name, bands.default)
    return points if share is None else min(points, percent * share / 100)
