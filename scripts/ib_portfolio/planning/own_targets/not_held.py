"""What a target names and the account does not hold: bought where the user states its price."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ...core.asset_classes import CASH, MIXED
from ...core.counting import LEFT_OUT, CountedAs, StatedClasses
from ...core.instrument import UNTOLD, Instrument
from ...core.messages import Refusal, say
from ...core.numbers import ZERO
from ...core.plain_text import plain
from ...core.portfolio import Portfolio, Position
from ...core.record import Record
from ...market.fund_classes import FundTable
from ...request.policy.stated_prices import StatedPrice

_CLASS_OF = {"STK": "STK", "STOCK": "STK", "OTHER": "STK", "BOND": "BOND", "CASH": CASH}


class ToBuy(Record):
    """Positions of nothing that can be bought, what they count as, and notes for the heading.

    `classes` are told of symbols that have no price.
    """

    positions: tuple[Position, ...]
    counted_as: tuple[CountedAs, ...]
    notes: list[str]
    classes: dict[str, str]


def to_be_bought(
    portfolio: Portfolio,
    symbols: frozenset[str],
    prices: Mapping[str, StatedPrice],
    stated: StatedClasses,
) -> ToBuy:
    """A position of nothing for each of `symbols` that is not held and has a price.

    Refusal("price_no_rate") for a price in a currency that the source has no rate of, and
    ("price_mixed") for a fund of several classes.
    """
    held = {row.own_sleeve for row in portfolio.positions}
    table, rows, counted, notes, classes = FundTable(), [], [], [], {}
    for symbol in sorted(symbols - held):
        if symbol not in prices:
            kind = _kind(symbol, portfolio.base_currency, stated, table)[0]
            if kind in _CLASS_OF and kind != "OTHER":
                classes[symbol] = _CLASS_OF[kind]
            continue
        row = _position(portfolio, symbol, prices[symbol])
        told = _told(row, stated, table)
        if told is not None and told.asset_class != "STK":
            counted.append(told)
            row = row._replace(asset_class=told.asset_class)
        rows.append(row)
        notes.append(
            say(
                "price_stated",
                symbol=symbol,
                price=f"{prices[symbol].price:,}",
                currency=row.currency,
            )
        )
    unused = sorted(symbol for symbol in prices if symbol in held)
    if unused:
        notes.append(say("price_of_source", symbols=", ".join(map(plain, unused))))
    return ToBuy(tuple(rows), tuple(counted), notes, classes)


def _position(portfolio: Portfolio, symbol: str, price: StatedPrice) -> Position:
    currency = price.currency or portfolio.base_currency
    rate = _rate(portfolio, currency)
    if rate is None:
        base = portfolio.base_currency
        raise Refusal("price_no_rate", symbol=symbol, currency=currency, base=base)
    return Position(
        symbol=symbol,
        currency=currency,
        category="STK",
        asset_class="STK",
        held_reason="",
        quantity=ZERO,
        rate=rate,
        value=ZERO,
        unit_value=price.price * rate,
        unrealized_gain=None,
        treasury=False,
        as_of=portfolio.as_of,
        conid="",
        description="",
        instrument=Instrument(exchange=price.exchange, exchange_told=bool(price.exchange)),
        own_sleeve=symbol,
    )


def _rate(portfolio: Portfolio, currency: str) -> Decimal | None:
    """Base currency for one unit, as far as the source tells it."""
    if currency == portfolio.base_currency:
        return Decimal(1)
    return dict(portfolio.rates).get(currency)


def _told(row: Position, stated: StatedClasses, table: FundTable) -> CountedAs | None:
    """What is to be bought counts as: the user's word, else the fund table's."""
    kind, because = _kind(row.symbol, row.currency, stated, table, row.instrument)
    if not kind:
        return None
    if kind.startswith(MIXED) or kind == LEFT_OUT:
        raise Refusal("price_mixed", symbol=row.symbol)
    return CountedAs(row.symbol, _CLASS_OF.get(kind, "STK"), because)


def _kind(
    symbol: str,
    currency: str,
    stated: StatedClasses,
    table: FundTable,
    instrument: Instrument = UNTOLD,
) -> tuple[str, str]:
    """What a symbol is, in the table's words, and who says so; ("", "") where nothing does."""
    if symbol in stated.class_of:
        return stated.class_of[symbol], "user"
    listed = table.find(symbol, currency, instrument)
    return (listed.kind, "table") if listed else ("", "")
