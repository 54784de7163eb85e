"""What short positions tie up, worked out a second time: from raw terms, by code of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, ROUND_UP, Decimal

from ...core.record import Record
from ..data_files import read_data
from ..raw_dates import raw_day

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..evidence import Holding

_ZERO = Decimal(0)
_CENT = Decimal("0.01")
_OCC = r"^([A-Z0-9.]{1,6}) *([0-9]{6})([CP])([0-9]{5})([0-9]{3})$"


_FIELDS = {
    "strike": "strike",
    "expiry": "expiry",
    "right": "putCall",
    "multiplier": "multiplier",
    "underlying_conid": "underlyingConid",
    "underlying_symbol": "underlyingSymbol",
}


class RawTerms(Record):
    """One holding as its rows state it; texts are "" where they tell nothing."""

    symbol: str
    conid: str
    category: str
    currency: str
    quantity: Decimal
    value: Decimal  # base currency
    rate: Decimal
    strike: str = ""
    expiry: str = ""
    right: str = ""
    multiplier: str = ""
    underlying_conid: str = ""
    underlying_symbol: str = ""


class TiedUp(Record):
    """Cash by symbol in base currency, and shares by the place of their holding."""

    cash: dict[str, Decimal]
    shares: dict[int, Decimal]


class _Contract(Record):
    place: int
    right: str
    strike: Decimal
    expiry: str
    size: Decimal
    conid: str
    root: str
    currency: str


def raw_terms(row: Mapping[str, object], holding: Holding, day_first: bool) -> RawTerms:
    """The terms in a raw row of `holding` of a Flex statement; {} tells none."""
    told = {name: str(row.get(field) or "") for name, field in _FIELDS.items()}
    told["expiry"] = raw_day(told["expiry"], day_first)
    return RawTerms(
        symbol=holding.symbol,
        conid=holding.conid,
        category=holding.category,
        currency=holding.currency,
        quantity=holding.quantity,
        value=holding.value,
        rate=holding.rate,
        **told,
    )


def tied_up(holdings: Sequence[RawTerms]) -> TiedUp:
    """What the short stocks, bonds and options among `holdings` tie up under margin_rules.json."""
    rules = read_data("market/margin_rules.json")
    cash: dict[str, Decimal] = {}
    for holding in holdings:
        if holding.quantity < 0 and holding.value < 0:
            amount = _borrowed(holding, rules["short_stock"])
            if amount:
                cash[holding.symbol] = cash.get(holding.symbol, _ZERO) + amount
    usual = rules["options"]["multiplier_where_untold"]
    told = (_contract(at, one, usual) for at, one in enumerate(holdings))
    contracts = [one for one in told if one]
    left = {one.place: abs(holdings[one.place].quantity) for one in contracts}
    shares: dict[int, Decimal] = {}
    for short in _by_risk(holdings, contracts):
        places = _stock_of(short, holdings) if short.right == "C" else []
        there = sum((holdings[at].quantity - shares.get(at, _ZERO) for at in places), _ZERO)
        covered = min(left[short.place], there // short.size)
        left[short.place] -= covered
        local = _spreads(short, holdings, contracts, left)
        if short.right == "P":
            local += left[short.place] * short.size * short.strike
        # Shares too few for a contract are locked as well where nothing else covers it.
        _lock(places, holdings, shares, (covered + left[short.place]) * short.size)
        if local:
            name, rate = holdings[short.place].symbol, holdings[short.place].rate
            cash[name] = cash.get(name, _ZERO) + (local * rate).quantize(_CENT, ROUND_UP)
    return TiedUp(cash, shares)


def _borrowed(holding: RawTerms, rules: dict) -> Decimal:
    if holding.category not in ("STK", "BOND", "BILL"):
        return _ZERO
    rule = rules["by_currency"].get(holding.currency, rules["other_currencies"])
    step, percent = rule["round_price_up_to"], Decimal(rule["percent"])
    if holding.category == "STK" and step:
        price = round(holding.value / holding.rate / holding.quantity, 6)
        price = (price / Decimal(step)).quantize(Decimal(1), ROUND_CEILING) * Decimal(step)
        value = -holding.quantity * price * holding.rate
    else:
        value = -holding.value.quantize(_CENT, ROUND_HALF_UP)
    return (value * percent / 100).quantize(_CENT, ROUND_UP)


def _contract(place: int, one: RawTerms, usual: str) -> _Contract | None:
    if one.category != "OPT" or not one.quantity:
        return None
    occ = re.match(_OCC, one.symbol.strip().upper())
    root, day, right, whole, thousandths = occ.groups() if occ else ("", "", "", "0", "0")
    strike = Decimal(one.strike) if one.strike else Decimal(f"{whole}.{thousandths}")
    right = one.right[:1].upper() or right
    if right not in ("C", "P") or strike <= 0:
        return None
    by_symbol = f"20{day[:2]}-{day[2:4]}-{day[4:]}" if day else ""
    size = Decimal(one.multiplier or usual)
    return _Contract(
        place=place,
        right=right,
        strike=strike,
        expiry=one.expiry or by_symbol,
        size=size or Decimal(usual),
        conid=one.underlying_conid,
        root=(one.underlying_symbol or root).strip().upper(),
        currency=one.currency,
    )


def _by_risk(holdings: Sequence[RawTerms], contracts: list[_Contract]) -> list[_Contract]:
    """The short ones: puts from the highest strike down, calls from the lowest up."""
    short = [one for one in contracts if holdings[one.place].quantity < 0]
    return sorted(
        short,
        key=lambda one: (
            -one.strike if one.right == "P" else one.strike,
            holdings[one.place].symbol,
        ),
    )


def _lock(
    places: list[int], holdings: Sequence[RawTerms], locked: dict[int, Decimal], shares: Decimal
) -> None:
    for at in places:
        part = min(shares, holdings[at].quantity - locked.get(at, _ZERO))
        locked[at] = locked.get(at, _ZERO) + part
        shares -= part


def _stock_of(call: _Contract, holdings: Sequence[RawTerms]) -> list[int]:
    stock = [at for at, one in enumerate(holdings) if one.category == "STK" and one.quantity > 0]
    by_number = [at for at in stock if call.conid and holdings[at].conid == call.conid]
    by_name = [
        at
        for at in stock
        if holdings[at].symbol.strip().upper() == call.root
        and holdings[at].currency == call.currency
    ]
    found = by_number or (by_name if call.root else [])
    return sorted(found, key=lambda at: (-holdings[at].quantity, holdings[at].conid))


def _can_cover(long: _Contract, short: _Contract, holdings: Sequence[RawTerms]) -> bool:
    alike = (
        long.conid == short.conid if long.conid and short.conid else long.root == short.root != ""
    )
    lasts = short.expiry != "" and long.expiry >= short.expiry
    same = (long.right, long.size, long.currency) == (short.right, short.size, short.currency)
    return holdings[long.place].quantity > 0 and alike and lasts and same


def _spreads(
    short: _Contract,
    holdings: Sequence[RawTerms],
    contracts: list[_Contract],
    left: dict[int, Decimal],
) -> Decimal:
    """The widths to the long options that cover; `left` loses what is used on both sides."""
    sign = -1 if short.right == "P" else 1
    longs = [one for one in contracts if _can_cover(one, short, holdings)]
    longs.sort(key=lambda one: (sign * one.strike, one.expiry if sign < 0 else "", one.place))
    width = _ZERO
    for long in longs:
        used = min(left[short.place], left[long.place])
        left[short.place] -= used
        left[long.place] -= used
        width += used * short.size * max(sign * (long.strike - short.strike), _ZERO)
    return width
