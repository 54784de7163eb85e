"""What is there and not free: cash behind short positions, shares under short calls.

Loaded only for a portfolio with something short or with futures, or for a reserve of the user's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, Decimal

from ..core.format import shown_money, shown_quantity
from ..core.messages import say
from ..core.numbers import CENT, ZERO, plain_decimal
from ..core.portfolio import Portfolio, Position, Reserve, covered_reserve
from ..core.record import Record
from ..market.margin_rules import MarginRules
from ..market.option_terms import OptionTerms, option_terms

# Their margin is in no statement: IBKR works it out from day to day.
_ON_MARGIN = ("FUT", "FOP", "FSFOP", "FSOPT")
_MOST_NAMED = 5
_FINE = Decimal("1e-8")


class _Option(Record):
    position: Position
    terms: OptionTerms
    contracts: Decimal


class _Calls(Record):
    """What becomes of the short calls: shares kept by place of the position, width, naked ones."""

    kept: dict[int, Decimal]
    reserves: list[Reserve]
    naked: list[str]


def encumbered(portfolio: Portfolio, amount: Decimal = ZERO, none: bool = False) -> Portfolio:
    """`portfolio` with its `reserves`, what of them the cash covers, and the shares to be kept.

    `amount`, in base currency, is what the user sets aside besides. With `none` no cash is set
    aside for short positions; the shares under short calls are kept all the same. What a person
    must know of it is added to the warnings. Rules and sources: market/margin_rules.json.
    """
    rules = MarginRules()
    options, untold = _options(portfolio, rules)
    calls = _cover_calls(portfolio, options)
    reserves = [*_short_holdings(portfolio, rules), *_short_puts(options), *calls.reserves]
    warnings = _warnings(portfolio, options, untold, calls.naked)
    if none:
        if reserves:
            waived = sum((row.amount for row in reserves), ZERO)
            warnings.append(say("reserve_none", amount=_shown(portfolio, waived)))
        reserves = []
    if amount:
        asked = say("because.asked")
        base = portfolio.base_currency
        reserves.append(Reserve("--reserve", "asked", amount, base, amount, asked))
    positions = tuple(
        row._replace(kept=calls.kept[place]) if place in calls.kept else row
        for place, row in enumerate(portfolio.positions)
    )
    changed = portfolio._replace(positions=positions, reserves=tuple(reserves))
    changed = changed._replace(set_aside=covered_reserve(changed, changed.cash))
    return changed._replace(warnings=(*warnings, *changed.warnings))


def _short_holdings(portfolio: Portfolio, rules: MarginRules) -> list[Reserve]:
    """What stocks and bonds that were sold short tie up."""
    found = []
    for row in portfolio.positions:
        if row.quantity >= 0 or row.unit_value <= 0:
            continue
        percent = rules.percent(row.currency)
        shown = plain_decimal(percent)
        price = None
        if row.category == "STK":
            price = rules.rounded_price(row.currency, row.unit_value / row.rate)
        kind = "short_bond" if row.by_face else "short_stock"
        if price is not None:
            local = -row.quantity * price * percent / 100
            because = say("because.short_stock", percent=shown, shares=_units(-row.quantity))
            found.append(_reserve(row, kind, local, because))
        elif row.category == "STK" or row.by_face:
            amount = _cents_up(-row.value * percent / 100)
            local = (amount / row.rate).quantize(_FINE)
            because = say("because.short_value", percent=shown)
            found.append(Reserve(row.symbol, kind, amount, row.currency, local, because))
    return [one for one in found if one.amount]


def _reserve(row: Position, kind: str, local: Decimal, because: str) -> Reserve:
    """A reserve of `local` money of the position's currency, in base currency rounded up."""
    amount = _cents_up(local * row.rate)
    return Reserve(row.symbol, kind, amount, row.currency, local, because)


def _cents_up(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_CEILING)


def _options(portfolio: Portfolio, rules: MarginRules) -> tuple[list[_Option], list[str]]:
    """The options on shares and indices, and the short positions that nothing can be told of."""
    found, untold = [], []
    for row in portfolio.positions:
        if row.category == "OPT" and row.quantity:
            terms = option_terms(row, rules.usual_multiplier)
            if terms is not None:
                found.append(_Option(row, terms, abs(row.quantity)))
            elif row.quantity < 0:
                untold.append(row.symbol)
        elif row.quantity < 0 and (
            row.category in ("WAR", "IOPT")
            or (row.held_reason == "held.unpriced" and row.category in ("STK", "BOND", "BILL"))
        ):
            untold.append(row.symbol)
    return found, untold


def _short_puts(options: list[_Option]) -> list[Reserve]:
    """The strikes of short puts; the width alone where a long put covers."""
    shorts = [one for one in options if one.position.quantity < 0 and one.terms.put_call == "P"]
    longs = _longs(options, "P")
    found = []
    # What costs most is covered first, each by what leaves least of it.
    for short in sorted(shorts, key=lambda one: (-one.terms.strike, one.position.symbol)):
        terms, left, local = short.terms, short.contracts, ZERO
        order = sorted(longs, key=lambda at: (-longs[at].terms.strike, longs[at].terms.expiry, at))
        for at in order:
            taken = min(left, longs[at].contracts) if _covers(longs[at], short) else ZERO
            width = max(terms.strike - longs[at].terms.strike, ZERO)
            local += taken * terms.multiplier * width
            left -= taken
            longs[at] = longs[at]._replace(contracts=longs[at].contracts - taken)
        local += left * terms.multiplier * terms.strike
        if local:
            found.append(_option_reserve(short, "short_put", local, short.contracts - left))
    return found


def _longs(options: list[_Option], put_call: str) -> dict[int, _Option]:
    return {
        at: one
        for at, one in enumerate(options)
        if one.position.quantity > 0 and one.terms.put_call == put_call
    }


def _option_reserve(short: _Option, kind: str, local: Decimal, covered: Decimal) -> Reserve:
    terms = short.terms
    because = say(
        "because.option_covered" if covered else "because.option",
        contracts=_units(short.contracts),
        multiplier=plain_decimal(terms.multiplier),
        strike=shown_quantity(plain_decimal(terms.strike)),
        currency=short.position.currency,
        **({"covered": _units(covered)} if covered else {}),
    )
    return _reserve(short.position, kind, local, because)


def _covers(long: _Option, short: _Option) -> bool:
    """Whether `long` is on the same underlying, of as many shares, and expires no earlier."""
    ours, theirs = long.terms, short.terms
    same = (
        ours.underlying_conid == theirs.underlying_conid
        if ours.underlying_conid and theirs.underlying_conid
        else bool(ours.underlying_symbol) and ours.underlying_symbol == theirs.underlying_symbol
    )
    return (
        same
        and long.position.currency == short.position.currency
        and ours.multiplier == theirs.multiplier
        and bool(theirs.expiry)
        and ours.expiry >= theirs.expiry
    )


def _cover_calls(portfolio: Portfolio, options: list[_Option]) -> _Calls:
    """The shares that short calls rest on, then the long calls, and the calls that rest on none."""
    shorts = [one for one in options if one.position.quantity < 0 and one.terms.put_call == "C"]
    longs = _longs(options, "C")
    result = _Calls({}, [], [])
    for short in sorted(shorts, key=lambda one: (one.terms.strike, one.position.symbol)):
        terms, left = short.terms, short.contracts
        places = _shares_under(portfolio, short)
        free = _free_shares(portfolio, places, result.kept)
        by_shares = min(left, free // terms.multiplier)
        _keep(portfolio, places, by_shares * terms.multiplier, result.kept)
        left -= by_shares
        covered, local = ZERO, ZERO
        for at in sorted(longs, key=lambda at: (longs[at].terms.strike, at)):
            taken = min(left, longs[at].contracts) if _covers(longs[at], short) else ZERO
            width = max(longs[at].terms.strike - terms.strike, ZERO)
            local += taken * terms.multiplier * width
            covered += taken
            left -= taken
            longs[at] = longs[at]._replace(contracts=longs[at].contracts - taken)
        if local:
            result.reserves.append(_option_reserve(short, "short_call", local, covered))
        if left:
            # The shares that are too few for a contract are what there is against it.
            _keep(portfolio, places, left * terms.multiplier, result.kept)
            result.naked.append(f"{short.position.symbol} ({_units(left)})")
    return result


def _shares_under(portfolio: Portfolio, call: _Option) -> list[int]:
    """The places of the long stock that a call is on: by conid, else by symbol and currency."""
    long = [
        (at, row)
        for at, row in enumerate(portfolio.positions)
        if row.category == "STK" and row.quantity > 0
    ]
    conid, symbol = call.terms.underlying_conid, call.terms.underlying_symbol
    found = [(row, at) for at, row in long if conid and row.conid == conid]
    if not found and symbol:
        found = [
            (row, at)
            for at, row in long
            if row.symbol.strip().upper() == symbol and row.currency == call.position.currency
        ]
    return [at for row, at in sorted(found, key=lambda one: (-one[0].quantity, one[0].conid))]


def _free_shares(portfolio: Portfolio, places: list[int], kept: dict[int, Decimal]) -> Decimal:
    return sum((portfolio.positions[at].quantity - kept.get(at, ZERO) for at in places), ZERO)


def _keep(
    portfolio: Portfolio, places: Iterable[int], shares: Decimal, kept: dict[int, Decimal]
) -> None:
    """Marks `shares`, or as many as there are, as not to be sold."""
    for at in places:
        taken = min(shares, portfolio.positions[at].quantity - kept.get(at, ZERO))
        if taken > 0:
            kept[at] = kept.get(at, ZERO) + taken
            shares -= taken


def _warnings(
    portfolio: Portfolio, options: list[_Option], untold: list[str], naked: list[str]
) -> list[str]:
    found = []
    if naked:
        found.append(say("calls_naked", symbols=_named(naked)))
    if untold:
        found.append(say("reserve_untold", symbols=_named(untold)))
    assumed = [one for one in options if one.terms.multiplier_assumed and one.position.quantity < 0]
    if assumed:
        symbols = _named([one.position.symbol for one in assumed])
        multiplier = plain_decimal(assumed[0].terms.multiplier)
        found.append(say("multiplier_assumed", symbols=symbols, multiplier=multiplier))
    futures = [
        f"{row.symbol} ({_shown(portfolio, abs(row.value))})"
        for row in portfolio.positions
        if row.category == "FUT" and row.quantity
    ]
    if futures:
        found.append(say("futures_notional", symbols=_named(futures)))
    on_futures = [
        row.symbol
        for row in portfolio.positions
        if row.category in _ON_MARGIN[1:] and row.quantity < 0
    ]
    if on_futures:
        found.append(say("options_on_futures", symbols=_named(on_futures)))
    return found


def _named(symbols: Sequence[str]) -> str:
    more = len(symbols) - _MOST_NAMED
    return ", ".join(symbols[:_MOST_NAMED]) + (f" (+{more})" if more > 0 else "")


def _shown(portfolio: Portfolio, amount: Decimal) -> str:
    return shown_money(str(amount), portfolio.base_currency)


def _units(quantity: Decimal) -> str:
    return shown_quantity(plain_decimal(quantity))
