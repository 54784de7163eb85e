"""What is true of a market, asked at the doors that plans ask at, and told in a line.

What is given is terms as "exchange=ARCA | currency=USD", in the order that they are needed.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any, Callable, Dict, Optional

from portfolios import Holding, portfolio_with

from ib_portfolio.core.instrument import Instrument
from ib_portfolio.core.numbers import plain_decimal
from ib_portfolio.core.portfolio import Position
from ib_portfolio.market.bond_conventions import bond_terms
from ib_portfolio.market.bond_denominations import denomination_of
from ib_portfolio.market.bond_terms import (
    coupon_of,
    days_to_maturity,
    maturity_of,
    value_fits_price,
)
from ib_portfolio.market.commissions import FeeTable
from ib_portfolio.market.currency_pairs import CurrencyPairs, Pair
from ib_portfolio.market.fund_classes import FundTable, bare_ticker
from ib_portfolio.market.fund_names import FundNames
from ib_portfolio.market.holding_period import is_long_term, long_term_from
from ib_portfolio.market.levies import levies_on
from ib_portfolio.market.lot_sizes import lot_of
from ib_portfolio.market.margin_rules import MarginRules
from ib_portfolio.market.option_terms import option_terms

Terms = Dict[str, str]
_DECIMALS = "multiplier strike coupon accrued_interest principal_factor mark_price".split()
_LOOKUPS = count()
_PLAIN = portfolio_with([Holding("X", "STK", "1000", "1")]).positions[0]


def _value(value: Any) -> str:
    """A value as a person writes it."""
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return "(" + ", ".join(map(_value, value)) + ")"
    if hasattr(value, "_asdict"):
        pairs = value._asdict().items()
        told = ((name, one) for name, one in pairs if one != "" and one is not False)
        return ", ".join(f"{name} {_value(one)}" for name, one in told)
    return str(value)


def _number(terms: Terms, name: str, default: str = "") -> Optional[Decimal]:
    text = terms.get(name, default)
    return Decimal(text) if text else None


def _instrument(terms: Terms) -> Instrument:
    known: Dict[str, Any] = {
        name: terms[name] for name in Instrument._fields if name in terms and name not in _DECIMALS
    }
    known.update({name: Decimal(terms[name]) for name in _DECIMALS if name in terms})
    known["exchange_told"] = "exchange" in terms
    return Instrument(**known)


def _position(terms: Terms) -> Position:
    """A position of the terms; 1,000 shares at 1 dollar where they tell nothing."""
    quantity = Decimal(terms.get("quantity", "1000"))
    return _PLAIN._replace(
        symbol=terms.get("symbol", "X"),
        category=terms.get("category", "STK"),
        asset_class="BOND" if terms.get("category") in ("BOND", "BILL") else "STK",
        currency=terms.get("currency", "USD"),
        quantity=quantity,
        rate=Decimal(terms.get("rate", "1")),
        value=Decimal(terms.get("value", "1000")),
        treasury="treasury" in terms,
        instrument=_instrument(terms),
    )


@cache
def _fees(usd_rate: str, plan: str, day: str) -> FeeTable:
    return FeeTable(Decimal(usd_rate) if usd_rate else None, plan, day)


def fee(terms: Terms) -> str:
    """What buying and selling `size` units for `amount` costs, and by which schedule."""
    table = _fees(terms.get("usd", "1"), terms.get("plan", "fixed"), terms.get("day", ""))
    position, size = _position(terms), Decimal(terms["size"])
    amount = Decimal(terms["amount"])
    schedule = table.schedule_of(position)
    told = []
    for sign in (1, -1):
        found = table.charges(position, sign * size, amount)
        assert found.commission == table.commission(position, size, amount, sign > 0)
        told.append(" ".join(map(_value, found)))
    notes = [schedule.name, schedule.currency, schedule.assumed]
    notes += ["by face"] * schedule.by_face + ["levies unknown"] * schedule.levies_unknown
    notes += ["without tiered"] * schedule.without_tiered
    bought, sold = told
    sides = bought if bought == sold else f"bought {bought}, sold {sold}"
    return f"{sides} | {' '.join(part for part in notes if part)}"


def schedule(terms: Terms) -> str:
    """The schedule of a position and its levies, whole."""
    table = _fees(terms.get("usd", "1"), terms.get("plan", "fixed"), terms.get("day", ""))
    position = _position(terms)
    told = _value(table.schedule_of(position))
    levies = "; ".join(map(_value, table.levies_of(position)))
    return f"{table.plan_name} {table.as_of}: {told} | {levies}"


def levies(terms: Terms) -> str:
    """The levies of a market on an issuer's share on a day."""
    found = levies_on(_instrument(terms), terms["issuer"], terms["market"], terms.get("day", ""))
    return "; ".join(map(_value, found)) or "none"


def exchange(terms: Terms) -> str:
    """What exchanging a value of base currency costs."""
    return _value(_fees(terms.get("usd", "1"), "fixed", "").exchange(Decimal(terms["value"])))


def lot(terms: Terms) -> str:
    """The lot of an exchange."""
    return _value(lot_of(_instrument(terms)))


def bond(terms: Terms) -> str:
    """A bond's terms, its denomination, and whether its value fits its price."""
    position = _position({"category": "BOND", **terms})
    told = [
        _value(bond_terms(position)),
        f"matures {maturity_of(position)}",
        f"pays {_value(coupon_of(position))}",
        f"in {days_to_maturity(position, terms.get('day', '2026-11-20'))} days",
        f"steps of {_value(denomination_of(position))}",
    ]
    return "; ".join(told)


def fits(terms: Terms) -> str:
    """Whether a bond's value is its face times its price."""
    return _value(value_fits_price(_position({"category": "BOND", **terms})))


def option(terms: Terms) -> str:
    """An option's terms."""
    return _value(option_terms(_position({"category": "OPT", **terms}), Decimal(100)))


def fund(terms: Terms) -> str:
    """What the table of funds says of a position, of few and of many."""
    asked = (terms["symbol"], terms.get("currency", "USD"), _instrument(terms))
    found = _fund_table(few=next(_LOOKUPS) // 90).find(*asked)
    assert found == _fund_table(few=-1).find(*asked)
    return f"{bare_ticker(terms['symbol'])}: {_value(found)}"


@cache
def _fund_table(few: int) -> FundTable:
    """A table that few are looked up in, another for each number; that of many below zero."""
    table = FundTable()
    for _ in range(0 if few >= 0 else 100):
        table.find("NONE", "USD", Instrument())
    return table


@cache
def _names() -> FundNames:
    return FundNames()


def name(terms: Terms) -> str:
    """What the name of a fund says, and whether one of what may be no fund hints at it."""
    said = _names().says(terms["name"])
    return f"{said or 'nothing'}{', hints' * _names().hints(terms['name'])}"


def _pair(pair: Optional[Pair]) -> str:
    return "none" if pair is None else f"{pair.name}{' not listed' * (not pair.listed)}"


def pair(terms: Terms) -> str:
    """The pair of two currencies, each one's with the hub, and the way from one to the other."""
    pairs = CurrencyPairs(terms.get("hub", ""))
    one, other = terms["of"].split()
    way = [f"{given} to {got} by {_pair(by)}" for given, got, by in pairs.route(one, other)]
    told = [_pair(pairs.find(one, other)), _pair(pairs.of_hub(one)), "; ".join(way)]
    return " | ".join([*told, f"step {pairs.step(one, other)}"])


def margin(terms: Terms) -> str:
    """What of a short share's value is tied up, and the price that counts."""
    rules, currency = MarginRules(), terms["currency"]
    price = rules.rounded_price(currency, Decimal(terms["price"]))
    percent, multiplier = rules.percent(currency), rules.usual_multiplier
    return f"{_value(percent)}% of {_value(price)}, options times {_value(multiplier)}"


def held(terms: Terms) -> str:
    """From when on what is held since a day is long-term, and whether it is on some days."""
    since = terms["since"]
    days = {day: is_long_term(since, day) for day in terms.get("sold", "").split()}
    told = [f"{day} {'long' if long else 'short'}" for day, long in days.items()]
    return ", ".join([f"long from {long_term_from(since)}", *told])


DOORS: Dict[str, Callable[[Terms], str]] = {
    one.__name__: one
    for one in (fee, schedule, levies, exchange, lot, bond, fits, option, fund, name, pair)
}
DOORS.update(margin=margin, held=held)


def told(door: str, given: str) -> str:
    """What is true of what is given at a door, in a line."""
    pairs = (part.partition("=") for part in given.split(" | "))
    return DOORS[door]({name: value for name, _, value in pairs})
