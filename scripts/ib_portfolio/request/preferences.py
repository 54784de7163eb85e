"""What a user asks of the plan beyond its profile: bands, new money, locks, smallest orders.

The options, typed or from the plugin's settings, are text; this is where it is read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from ..core.messages import Usage
from ..core.numbers import ZERO, parse_decimal
from ..core.plain_text import plain
from ..core.profiles import ASSET_CLASSES
from ..core.record import Record
from .policy.stated_bands import Band, read_bands
from .policy.stated_prices import StatedPrice, read_prices
from .stated_classes import symbols_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .policy.stated_rates import Rates

# What IBKR accounts hold besides; "try" is left out, which is a word.
_OTHER_CODES = (
    "aed aud bgn brl cad chf cnh cny czk dkk hkd huf idr ils inr isk krw mxn myr nok nzd php pln"
    " ron rub sar sek sgd thb twd zar"
).split()
# Longer words first, so that no word leaves a part of another behind.
_CURRENCY_WORDS = {
    "USD": ("dollars", "dollar", "usd", "ドル", "$"),
    "EUR": ("euros", "euro", "eur", "ユーロ", "€"),
    "GBP": ("pounds", "pound", "gbp", "ポンド", "£"),
    "JPY": ("yen", "jpy", "円", "¥"),
    **{code.upper(): (code,) for code in _OTHER_CODES},
}
# What a currency is called behind an amount; a sign stands before it.
CURRENCY_NAMES = [word for words in _CURRENCY_WORDS.values() for word in words if word.isalpha()]
_SEPARATORS = str.maketrans(dict.fromkeys("、，；;", ","))
_FACTORS = {"万": 10_000, "千": 1_000, "k": 1_000}
_NO_RESERVE = _ALL_ORDERS = "none"
_NEAR, _MOST_POINTS = Decimal("0.25"), 50
_POINTS = "points of 0 to 50, or none"
_NO_SETTINGS: Mapping[str, str] = {}
_NO_LOTS: Mapping[str, Decimal] = {}
_NO_BANDS: Mapping[str, Band] = {}
_NO_PRICES: Mapping[str, StatedPrice] = {}
_TO = ("target", "edge", "half")
_A_LOT = "SYMBOL=UNITS, as 0700=100"
_FEE_PLANS = ("fixed", "tiered")


class Preferences(Record):
    """The defaults are the plain plan: every class to its target, by any order of a whole unit."""

    locks: tuple[str, ...] = ()  # upper-case symbols, or a class as "STK:*"
    settings_locks: tuple[str, ...] = ()  # those of `locks` that come from the plugin's settings
    band: Band | None = None  # of each class, or part of an own target, without an own band
    own_bands: Mapping[str, Band] = _NO_BANDS  # by class or upper-case symbol
    to: str = "target"  # where orders from outside a band go: target, edge or half
    sell_others: bool = False  # what an own target does not name is sold
    prices: Mapping[str, StatedPrice] = _NO_PRICES  # of what is not held, by upper-case symbol
    settings_prices: Mapping[str, StatedPrice] = _NO_PRICES  # those that were not typed
    cash_flow: Decimal = ZERO  # new money, below zero what is withdrawn; base currency
    no_sell: bool = False
    min_trade: Decimal = ZERO  # base currency
    max_turnover: Decimal | None = None  # percent of the investable value
    keeps_currencies: bool = False  # no currency is exchanged
    lots: Mapping[str, Decimal] = _NO_LOTS  # units of a lot or denomination, by upper-case symbol
    settings_lots: Mapping[str, Decimal] = _NO_LOTS  # those of `lots` that were not typed
    fees: str = "fixed"  # IBKR's plan of commissions: fixed or tiered
    reserve: Decimal = ZERO  # base currency, set aside besides what short positions tie up
    no_reserve: bool = False  # nothing is set aside for short positions
    few_orders: Decimal | None = None  # percentage points that fewer orders may leave; None: all
    tax_aware: bool = False  # sales within a class are chosen by their tax
    tax_rates: Rates | None = None
    few_orders_typed: bool = False  # and not only the default of new money


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
    if to not in _TO:
        raise Usage("bad_value", option="--to", value=to, wanted="target, edge or half")
    for name in ("price", "sell-others"):
        if name in options and name not in settings and "target" not in options:
            raise Usage("needs_target", option=f"--{name}")
    bands = read_bands(options["band"]) if "band" in options else None
    no_reserve = options.get("reserve", "").strip().lower() == _NO_RESERVE
    flow = _money(options, "contribute", base) - _money(options, "withdraw", base)
    return Preferences(
        locks=symbols_in(options.get("lock", "")),
        settings_locks=symbols_in(settings.get("lock", "")),
        band=bands.default if bands else None,
        own_bands=bands.own if bands else _NO_BANDS,
        to=to,
        sell_others="sell-others" in options,
        prices=read_prices(options.get("price", "")),
        settings_prices=read_prices(settings.get("price", "")),
        cash_flow=flow,
        no_sell="no-sell" in options,
        min_trade=_money(options, "min-trade", base),
        max_turnover=(
            _number("--max-turnover", options["max-turnover"], unit="%")
            if "max-turnover" in options
            else None
        ),
        keeps_currencies="keep-currencies" in options,
        lots=_lots(options.get("lot", "")),
        settings_lots=_lots(settings.get("lot", "")),
        fees=_fees(options.get("fees", "fixed")),
        reserve=ZERO if no_reserve else _money(options, "reserve", base),
        no_reserve=no_reserve,
        few_orders=_few_orders(options, flow),
        tax_aware="tax-aware" in options,
        tax_rates=_rates(options),
        few_orders_typed=options.get("few-orders", _ALL_ORDERS).strip().lower() != _ALL_ORDERS,
    )


def _rates(options: dict[str, str]) -> Rates | None:
    """The user's tax rates, where sales are chosen by them."""
    if "tax-aware" not in options or "tax-rate" not in options:
        return None
    from .policy.stated_rates import read_rates

    return read_rates(options["tax-rate"])


def _few_orders(options: dict[str, str], flow: Decimal) -> Decimal | None:
    """How near to the full plan fewer orders have to come; None for all orders.

    New money is spread in few orders unless the run asks for bands or for no sale, which say
    themselves what is traded.
    """
    text = options.get("few-orders", "").strip()
    if text.lower() == _ALL_ORDERS:
        return None
    if text:
        points = _number("--few-orders", text, unit="%")
        if points > _MOST_POINTS:
            raise Usage("bad_value", option="--few-orders", value=text, wanted=_POINTS)
        return points
    if "few-orders" in options:
        return _NEAR
    spreads = flow > 0 and not {"band", "no-sell"} & set(options)
    return _NEAR if spreads else None


def _fees(text: str) -> str:
    plan = text.strip().casefold()
    if plan not in _FEE_PLANS:
        raise Usage("bad_value", option="--fees", value=text, wanted=" or ".join(_FEE_PLANS))
    return plan


def _lots(text: str) -> dict[str, Decimal]:
    """The lot of each symbol in a list as 0700=100, 7203.T=100."""
    found = {}
    for part in unicodedata.normalize("NFKC", text).translate(_SEPARATORS).split(","):
        symbol, equals, size = part.rpartition("=")
        name = " ".join(symbol.upper().split())
        if not part.strip():
            continue
        lot = parse_decimal(size.strip()) if equals and name else None
        if lot is None or lot < 1 or lot % 1:
            raise Usage("bad_value", option="--lot", value=part.strip(), wanted=_A_LOT)
        if found.setdefault(name, lot) != lot:
            raise Usage("lot_twice", symbol=name)
    return found


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


def _number(option: str, text: str, shown: str = "", unit: str = "") -> Decimal:
    """The number of at least 0 that `text` writes, with or without commas, `unit`, 万, 千 or k."""
    folded = unicodedata.normalize("NFKC", text).casefold().rstrip(",").strip(f" {unit}")
    factor = _FACTORS.get(folded[-1:], 1)
    number = parse_decimal(_without_commas(folded[:-1] if factor > 1 else folded))
    if number is None or number < 0:
        raise Usage("bad_value", option=option, value=shown or text, wanted="a number of 0 or more")
    return number * factor


def _without_commas(text: str) -> str:
    """`text` without the commas before three digits; another one, as in 5000,50, stays."""
    whole, point, decimals = text.partition(".")
    first, *groups = whole.split(",")
    if not first or not all(len(group) == 3 and group.isdigit() for group in groups):
        return text
    return f"{first}{''.join(groups)}{point}{decimals}"


def lock_of(symbol: str, asset_class: str, locks: tuple[str, ...]) -> bool:
    """Whether `locks` name the symbol, or its whole class."""
    return plain(symbol).strip().upper() in locks or f"{asset_class}:*" in locks


def unknown_locks(locks: tuple[str, ...], symbols: frozenset[str]) -> tuple[str, ...]:
    """The locks that name neither a held symbol nor a class."""
    classes = {f"{name}:*" for name in ASSET_CLASSES}
    return tuple(lock for lock in locks if lock not in classes and lock not in symbols)
