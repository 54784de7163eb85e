"""What each holding counts as, told a second time from the raw row, the fund table and the names.

The data are the planner's, market/funds.tsv and fund_names.json; reading them, and deciding, is
code of its own. Neither file is read where no holding may be a fund.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from ...core.plain_text import plain
from ...core.record import Record
from .fund_lines import fund_lines

_CENT = Decimal("0.01")
_IN_TICKERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_CLASS_OF = {"STK": "STK", "BOND": "BOND", "BILL": "BOND"}
_SETTINGS = {"STK": "stock_symbols", "BOND": "bond_symbols", "CASH": "cash_symbols"}
_FUND_KINDS = ("ETF", "ETC", "ETN", "ETP", "FUND", "CLOSED-END FUND", "OPEN-END FUND")
_MARKET_OF = {
    **dict.fromkeys(("ARCA", "NASDAQ", "NYSE", "AMEX", "BATS", "IEX", "CBOE", "PINK"), "US"),
    **dict.fromkeys(("LSE", "LSEETF", "LSEIOB1", "l"), "LSE"),
    **dict.fromkeys(("IBIS", "IBIS2", "FWB", "FWB2", "SWB", "SWB2", "d"), "XETRA"),
    **dict.fromkeys(("GETTEX", "GETTEX2", "TGATE"), "XETRA"),
    **dict.fromkeys(("BVME", "BVME.ETF"), "BIT"),
    **dict.fromkeys(("EBS", "SWX", "VIRTX", "z"), "SIX"),
    **dict.fromkeys(("TSE", "VENTURE"), "TSX"),
    **dict.fromkeys(("AEQLIT", "NEOE", "AEQNEO"), "NEO"),
    **{"SBF": "PAR", "AEB": "AEX", "ASX": "ASX"},
}
_WORDS = {
    "STK": "stk stock stocks share shares equity equities",
    "BOND": "bond bonds bill bills",
    "CASH": "cash money",
    "none": "none nothing out",
}


class Counted(Record):
    """The class of a holding; `kind` and `because` are empty where its category decides alone."""

    asset_class: str = ""  # STK, BOND, CASH, MIX, or "" for what must not be touched
    locked: bool = False
    parts: tuple[tuple[str, Decimal], ...] = ()
    kind: str = ""  # STK, BOND, CASH, none, OTHER, MIX:60/40/0, MIX:?
    because: str = ""  # fund table, its name, your word


def count_again(
    row: dict[str, object], category: str, value: Decimal, asked: dict[str, str]
) -> Counted:
    """How a long holding counts, by the user's word, the table, its name or its category."""
    kind, because, untraded = _stated_kind(plain(str(row["symbol"])), asked)
    if not kind and category == "STK":
        kind, because = _fund_kind(row)
    plain_class = _CLASS_OF.get(category, "")
    if kind in ("", "OTHER"):
        return Counted(plain_class, category == "FUND" and bool(plain_class), (), kind, because)
    if kind == "MIX:?":
        return Counted(plain_class, True, (), kind, because)
    if kind == "none":
        return Counted("", False, (), kind, because)
    if kind.startswith("MIX:"):
        return Counted("MIX", True, _split(value, kind), kind, because)
    return Counted(kind, untraded or category == "FUND", (), kind, because)


def _split(value: Decimal, kind: str) -> tuple[tuple[str, Decimal], ...]:
    """Bonds and cash to the cent by their percent, stocks the rest."""
    _, bonds, cash = kind.split("/")
    whole = value.quantize(_CENT, ROUND_HALF_UP)
    parts = [
        (whole * Decimal(share) / 100).quantize(_CENT, ROUND_HALF_UP) for share in (bonds, cash)
    ]
    return (("BOND", parts[0]), ("CASH", parts[1]), ("STK", whole - sum(parts)))


def _without_letter(symbol: str) -> str:
    """The symbol without the small letter of an exchange behind a capital or a digit."""
    before, letter = symbol[-2:-1], symbol[-1:]
    small = letter.isascii() and letter.islower()
    return symbol[:-1] if small and before in tuple(_IN_TICKERS) else symbol


def _stated_kind(symbol: str, asked: dict[str, str]) -> tuple[str, str, bool]:
    """The user's word for a symbol, and whether it is one that forbids trades."""
    typed, *settings = (asked.get(name, "") for name in ("count-as", *_SETTINGS.values()))
    if not (typed or any(settings)):
        return "", "", False
    words = _stated_words(typed, *settings)
    names = (symbol.upper(), _without_letter(symbol))
    kind, forbids = next((words[name] for name in names if name in words), ("", False))
    return kind, "your word" if kind else "", forbids


@lru_cache(maxsize=4)
def _stated_words(typed: str, *settings: str) -> dict[str, tuple[str, bool]]:
    """The user's word for each upper-case symbol, and whether it forbids trades."""
    import re

    words = {}
    for kind, text in zip(_SETTINGS, settings):
        for part in re.split("[,;、，；]", text):
            words[part.strip().upper()] = (kind, kind == "CASH")
    for part in re.split("[,;、，；]", typed):
        name, _, word = part.rpartition("=")
        words[name.strip().upper()] = (_kind_of_word(word.strip().lower()), False)
    words.pop("", None)
    return words


def _kind_of_word(word: str) -> str:
    """The kind that a word or a split means, "" for what is neither: the plan refuses that."""
    import re

    if re.fullmatch(r"[0-9.%\s]+(/[0-9.%\s]+){1,2}", word):
        numbers = (re.search(r"\d+\.?\d*|\.\d+", part) for part in word.split("/"))
        shares = [format(Decimal(one[0]).normalize(), "f") if one else "0" for one in numbers]
        return "MIX:" + "/".join([*shares, "0"][:3])
    return next((kind for kind, words in _WORDS.items() if word in words.split()), "")


def _fund_kind(row: dict[str, object]) -> tuple[str, str]:
    """What the table or the name says of a row that is a fund, or may be one; ("", "") else."""
    sub_category = str(row.get("subCategory") or "").strip().upper()
    if sub_category and sub_category not in _FUND_KINDS:
        return "", ""
    isin = str(row.get("isin") or "").strip().upper()
    known = fund_lines().kind(isin)
    if known is not None:
        return _in_our_words(known), "fund table"
    likely = list(_by_ticker(row, isin))
    if likely and likely[0][1]:
        return _in_our_words(likely[0][0]), "fund table"
    from .name_words import is_called_fund, name_says

    name = str(row.get("description") or "")
    said = name_says(name)
    if likely and (sub_category or not isin):
        kind, _ = likely[0]
        agree = bool(sub_category) and kind.split(":")[0] == said
        return (_in_our_words(kind) if agree else "MIX:?"), "fund table"
    if not sub_category:
        hint = is_called_fund(name) and name_says(name, weak=False)
        return ("MIX:?", "its name") if hint in ("BOND", "CASH", "MIX") else ("", "")
    return ("MIX:?" if said == "MIX" else said), "its name" if said else ""


def kind_of_symbol(symbol: str, currency: str, exchange: str, asked: dict[str, str]) -> str:
    """What a symbol that is not held is: by the user's word, or by ticker and currency; "" else.

    Where the table has several of one ticker that differ, the one of the exchange counts.
    """
    stated, _, _ = _stated_kind(symbol, asked)
    if stated:
        return "" if stated == "none" else stated
    rows = [
        cells
        for cells in fund_lines().rows(symbol)
        if any(place.split(":")[-1] == currency for place in cells[2].split(","))
    ]
    here = [
        cells for cells in rows if f"{_MARKET_OF.get(exchange)}:{currency}" in cells[2].split(",")
    ]
    kinds = {_in_our_words(cells[3]) for cells in here or rows}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return "" if kind in ("OTHER", "MIX:?") else kind


def _in_our_words(kind: str) -> str:
    return "STK" if kind == "STOCK" else kind


def _by_ticker(row: dict[str, object], isin: str) -> Iterator[tuple[str, bool]]:
    """The table's rows that a ticker may be of, and whether market and currency prove it."""
    symbol, currency = plain(str(row["symbol"])), str(row["currency"])
    ticker = _without_letter(symbol)
    if set(ticker) - set(_IN_TICKERS):
        ticker = symbol
    exchange = str(row.get("listingExchange") or "").strip().upper()
    market = _MARKET_OF.get(exchange) or (_MARKET_OF.get(symbol[-1:]) if ticker != symbol else None)
    for cells in fund_lines().rows(ticker):
        places = cells[2].split(",")
        here = f"{market}:{currency}" in places
        shared = len(cells) > 4
        if all(place.split(":")[-1] != currency for place in places):
            continue
        if shared and market and not here:
            continue
        clear = here or not shared or currency not in cells[4].split(",")
        yield cells[3], clear and not (isin and cells[1])
