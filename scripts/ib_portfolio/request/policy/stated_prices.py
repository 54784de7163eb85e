"""The prices that a user states for what is not held: BND=72.50, BND=72.50 USD, with ARCA too."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from ...core.asset_classes import ASSET_CLASSES
from ...core.messages import Usage
from ...core.numbers import parse_decimal
from ...core.plain_text import plain
from ...core.record import Record
from .own_target import share_name

_SEPARATORS = re.compile("[,;、\n]")
_CURRENCY = re.compile(r"[A-Z]{3}\Z", re.ASCII)
_EXCHANGE = re.compile(r"[A-Z][A-Z0-9.]{1,11}\Z", re.ASCII)
_FORM = "SYMBOL=PRICE, as BND=72.50 or BND=72.50 USD ARCA"


class StatedPrice(Record):
    """The price of one share in `currency`; currency and exchange are "" where not told."""

    price: Decimal
    currency: str
    exchange: str


def read_prices(text: str) -> dict[str, StatedPrice]:
    """The price of each symbol in a list, by upper-case symbol.

    Usage for a part of another form, a price that is not above 0, or a symbol with two prices.
    """
    found: dict[str, StatedPrice] = {}
    for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text)):
        if not part.strip():
            continue
        symbol, price = _read(part)
        if found.setdefault(symbol, price) != price:
            raise Usage("price_twice", symbol=symbol)
    return found


def _read(part: str) -> tuple[str, StatedPrice]:
    name, _, told = part.rpartition("=")
    symbol, words = share_name(name), told.upper().split()
    price = parse_decimal(words[0]) if words else None
    currency, exchange = [*words[1:], "", ""][:2]
    right = (
        len(words) <= 3
        and (not currency or _CURRENCY.match(currency))
        and (not exchange or _EXCHANGE.match(exchange))
    )
    named = symbol and symbol not in ASSET_CLASSES and "=" not in symbol and plain(symbol) == symbol
    if not (named and right) or price is None or price <= 0:
        raise Usage("bad_value", option="--price", value=part.strip(), wanted=_FORM)
    return symbol, StatedPrice(price, currency, exchange)
