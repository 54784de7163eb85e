"""What a user asks of the plan beyond its profile: bands, new money, locks, smallest orders.

The options, typed or from the plugin's settings, are text; this is where it is read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from ..core.messages import Usage
from ..core.numbers import ZERO, parse_decimal
from ..core.profiles import ASSET_CLASSES
from .stated_classes import symbols_in

# Longer words first, so that no word leaves a part of another behind.
_CURRENCY_WORDS = {
    "USD": ("dollars", "dollar", "usd", "ドル", "$"),
    "EUR": ("euros", "euro", "eur", "ユーロ", "€"),
    "GBP": ("pounds", "pound", "gbp", "ポンド", "£"),
    "JPY": ("yen", "jpy", "円", "¥"),
}
_FACTORS = {"万": 10_000, "千": 1_000, "k": 1_000}
_NO_SETTINGS: Mapping[str, str] = {}


class Band(NamedTuple):
    """How far a class may be from its target before anything is traded."""

    points: Decimal  # percentage points of the whole
    share: Decimal | None  # percent of the class's target; the lesser of both counts

    def width(self, target_percent: Decimal) -> Decimal:
        """The band's half width in percentage points around `target_percent`."""
        if self.share is None:
            return self.points
        return min(self.points, target_percent * self.share / 100)


class Preferences(NamedTuple):
    """The defaults are the plain plan: every class to its target, by any order of a whole unit."""

    locks: tuple[str, ...] = ()  # upper-case symbols, or a class as "STK:*"
    settings_locks: tuple[str, ...] = ()  # those of `locks` that come from the plugin's settings
    band: Band | None = None
    to_edge: bool = False
    cash_flow: Decimal = ZERO  # new money, below zero what is withdrawn; base currency
    no_sell: bool = False
    min_trade: Decimal = ZERO  # base currency
    max_turnover: Decimal | None = None  # percent of the investable value


def read_preferences(
    options: dict[str, str], base: str, settings: Mapping[str, str] = _NO_SETTINGS
) -> Preferences:
    """The preferences in a request's `options`, of which `settings` were not typed.

    Amounts are in the base currency `base`; one that names another currency is refused.

    Usage that names the option or setting whose value cannot be read, or a contradiction.
    """
    if "to" in options and "band" not in options:
        raise Usage("to_without_band")
    to = options.get("to", "target").strip().lower()
    if to not in ("target", "edge"):
        raise Usage("bad_value", option="--to", value=to, wanted="target or edge")
    flow = _money(options, "contribute", base) - _money(options, "withdraw", base)
    return Preferences(
        locks=symbols_in(options.get("lock", "")),
        settings_locks=symbols_in(settings.get("lock", "")),
        band=_band(options["band"]) if "band" in options else None,
        to_edge=to == "edge",
        cash_flow=flow,
        no_sell="no-sell" in options,
        min_trade=_money(options, "min-trade", base),
        max_turnover=(
            _number("--max-turnover", options["max-turnover"])
            if "max-turnover" in options
            else None
        ),
    )


def _band(text: str) -> Band:
    points, slash, share = unicodedata.normalize("NFKC", text).partition("/")
    width = _number("--band", points)
    return Band(width, _number("--band", share) if slash else None)


def _money(options: dict[str, str], name: str, base: str) -> Decimal:
    """The amount given for an option, 0 if none; Usage when it names a currency but the base's."""
    text = options.get(name, "0")
    folded = unicodedata.normalize("NFKC", text).casefold().replace(base.casefold(), "")
    for currency, words in _CURRENCY_WORDS.items():
        for word in words if any(word in folded for word in words) else ():
            if currency != base:
                raise Usage("other_currency", option=f"--{name}", value=text, base=base)
            folded = folded.replace(word, "")
    return _number(f"--{name}", folded, text)


def _number(option: str, text: str, shown: str = "") -> Decimal:
    """The number of at least 0 that `text` writes, with or without commas, %, 万, 千 or k."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace(",", "").strip(" %")
    factor = _FACTORS.get(folded[-1:], 1)
    number = parse_decimal(folded[:-1] if factor > 1 else folded)
    if number is None or number < 0:
        raise Usage("bad_value", option=option, value=shown or text, wanted="a number of 0 or more")
    return number * factor


def lock_of(symbol: str, asset_class: str, locks: tuple[str, ...]) -> bool:
    """Whether `locks` name the symbol, or its whole class."""
    return symbol.strip().upper() in locks or f"{asset_class}:*" in locks


def unknown_locks(locks: tuple[str, ...], symbols: frozenset[str]) -> tuple[str, ...]:
    """The locks that name neither a held symbol nor a class."""
    classes = {f"{name}:*" for name in ASSET_CLASSES}
    return tuple(lock for lock in locks if lock not in classes and lock not in symbols)
