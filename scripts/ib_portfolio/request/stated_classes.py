"""The classes that a user states for symbols, by --count-as or the plugin's settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from ..core.asset_classes import CASH
from ..core.counting import LEFT_OUT, StatedClasses
from ..core.messages import Usage
from ..core.numbers import ZERO, plain_decimal

OPTION = "count-as"
SETTINGS = {"stock_symbols": "STK", "bond_symbols": "BOND", "cash_symbols": CASH}
_WORDS = {
    "STK": ("stk", "stock", "stocks", "share", "shares", "equity", "equities"),
    "BOND": ("bond", "bonds", "bill", "bills"),
    CASH: ("cash", "money"),
    LEFT_OUT: ("none", "nothing", "out"),
}
_CLASS_OF_WORD = {word: name for name, words in _WORDS.items() for word in words}
_NO_SETTINGS: Mapping[str, str] = {}
_PERCENT = re.compile(r" *[0-9]{1,3}(\.[0-9]{1,6})? *%? *\Z")
_SEPARATORS = str.maketrans(dict.fromkeys("、，；;", ","))


def stated_classes(
    options: Mapping[str, str], settings: Mapping[str, str] = _NO_SETTINGS
) -> StatedClasses:
    """What `options`, of which `settings` were not typed, state; the option overrules the lists.

    Usage for a value of --count-as that cannot be read and for a symbol with two classes.
    """
    listed: dict[str, str] = {}
    for setting, asset_class in SETTINGS.items():
        for symbol in symbols_in(options.get(setting, "")):
            if listed.setdefault(symbol, asset_class) != asset_class:
                raise Usage("symbol_in_two_lists", symbol=symbol)
    typed: dict[str, str] = {}
    for part in symbols_in(options.get(OPTION, "")):
        symbol, _, text = part.rpartition("=")
        symbol, asset_class = symbol.strip(), _class_in(text.strip())
        if not symbol or not asset_class:
            raise Usage("count_as_value", value=part)
        if typed.setdefault(symbol, asset_class) != asset_class:
            raise Usage("count_as_twice", symbol=symbol)
    untraded = (symbol for symbol, name in listed.items() if name == CASH and symbol not in typed)
    held_to = frozenset(() if OPTION in settings else typed)
    return StatedClasses({**listed, **typed}, held_to, frozenset(untraded))


def symbols_in(text: str) -> tuple[str, ...]:
    """The parts of a list with commas or semicolons, upper-case, each once."""
    parts = (part.strip().upper() for part in text.translate(_SEPARATORS).split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _class_in(text: str) -> str:
    """The class that a word or a split as 60/40 or 60/35/5 means, "" for anything else."""
    word = text.casefold()
    if "/" not in word:
        return _CLASS_OF_WORD.get(word, "")
    parts = word.split("/")
    if len(parts) not in (2, 3) or not all(map(_PERCENT.match, parts)):
        return ""
    numbers = [Decimal(part.strip(" %")) for part in parts]
    if sum(numbers, ZERO) != 100:
        return ""
    return "MIX:" + "/".join(map(plain_decimal, [*numbers, ZERO][:3]))
