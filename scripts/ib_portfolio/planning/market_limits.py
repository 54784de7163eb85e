"""What the market forbids for some positions: matured and short-lived bonds, and whole pieces."""

from __future__ import annotations

from decimal import Decimal

from ..core.messages import Refusal, say
from ..core.numbers import ZERO
from ..core.portfolio import Portfolio, Position
from ..core.profiles import Profile
from .sleeves import sleeve_targets, sleeve_values
from .trading_terms import NO_LOTS, Lots, TradingTerms, terms_of

_NEAR_DAYS = 30
# An order of the next weekday settles a weekday later (US and Canadian bonds, since May 2024).
_SETTLEMENT_WEEKDAYS = 2
_NOT_BOUGHT, _NOT_TRADED = "lock.near_maturity", "lock.settles"


def with_market_limits(portfolio: Portfolio, profile: Profile, lots: Lots = NO_LOTS) -> Portfolio:
    """`portfolio` with matured bonds held, and what cannot be traded as its sleeve needs locked.

    Nothing is bought that matures within 30 days, and nothing that only trades whole is bought at
    all: it is locked where its class is to be bought. Where the class is to be sold, the others of
    the class are sold and what only trades whole is kept; only where the others are not enough
    it stays free, to be sold whole if that brings its class closer. `lots` are the user's own.
    Refusal("bond_value") for a bond whose value is not its face times its price.
    """
    portfolio = with_matured_held(portfolio)
    limits = {id(row): reason for row, reason in _limits(portfolio, lots) if reason}
    if not limits:
        return portfolio
    locked = set(_locked(portfolio, profile, limits))
    return portfolio._replace(
        positions=tuple(
            row._replace(lock=limits[id(row)]) if id(row) in locked else row
            for row in portfolio.positions
        )
    )


def with_matured_held(portfolio: Portfolio) -> Portfolio:
    """The portfolio with its matured bonds held, and a warning for each.

    Refusal("bond_value") for a bond whose value is not its face times its price.
    """
    if not any(row.by_face for row in portfolio.positions):
        return portfolio
    from ..market.bond_terms import days_to_maturity, value_fits_price

    matured: list[Position] = []
    for row in portfolio.positions:
        if row.by_face and row.asset_class:
            left = days_to_maturity(row, portfolio.as_of)
            if left is not None and left <= 0:
                matured.append(row)
            elif not value_fits_price(row):
                raise Refusal("bond_value", symbol=row.symbol)
    if not matured:
        return portfolio
    held = {
        id(row): row._replace(
            asset_class="", held_reason="held.matured", lock="", parts=(), own_sleeve=""
        )
        for row in matured
    }
    warnings = tuple(say("matured", symbol=row.symbol) for row in matured)
    return portfolio._replace(
        positions=tuple(held.get(id(row), row) for row in portfolio.positions),
        warnings=portfolio.warnings + warnings,
    )


def may_be_bought(row: Position, day: str, terms: TradingTerms) -> bool:
    """Whether a position that is free to trade may be bought on `day` (YYYY-MM-DD)."""
    return terms.may_buy and not _maturity_limit(row, day)


def may_be_trimmed(row: Position, day: str, terms: TradingTerms) -> bool:
    """Whether a part of a position that is free to trade may be sold on `day` (YYYY-MM-DD)."""
    return terms.may_trim and _maturity_limit(row, day) != _NOT_TRADED


def _limits(portfolio: Portfolio, lots: Lots) -> list[tuple[Position, str]]:
    """The positions that are free to trade, each with what limits that, "" for nothing."""
    return [
        (row, _maturity_limit(row, portfolio.as_of) or terms_of(row, lots).why_kept)
        for row in portfolio.traded
        if row.by_face or row.instrument.exchange
    ]


def _maturity_limit(row: Position, day: str) -> str:
    if not row.by_face:
        return ""
    from ..market.bond_terms import days_to_maturity, maturity_of

    left = days_to_maturity(row, day)
    if left is None or left > _NEAR_DAYS:
        return ""
    from ..core.dates import weekdays_between

    settles = weekdays_between(day, maturity_of(row)) <= _SETTLEMENT_WEEKDAYS
    return _NOT_TRADED if settles else _NOT_BOUGHT


def _locked(portfolio: Portfolio, profile: Profile, limits: dict[int, str]) -> list[int]:
    """The positions, by id, that are not traded as long as their class is where it is."""
    values, targets = sleeve_values(portfolio, profile), sleeve_targets(portfolio, profile)
    found = []
    for name in profile.traded:
        over = values[name] - targets[name]
        rows = [row for row in portfolio.traded if row.sleeve == name]
        free = sum((row.value for row in rows if _can_be_cut(row, limits)), ZERO)
        found += [id(row) for row in rows if _stays(limits.get(id(row), ""), over, free)]
    return found


def _can_be_cut(row: Position, limits: dict[int, str]) -> bool:
    return limits.get(id(row), _NOT_BOUGHT) == _NOT_BOUGHT


def _stays(limit: str, over: Decimal, free: Decimal) -> bool:
    """Whether a position of a class that is `over` its target, of which `free` can be cut, stays
    as it is.
    """
    if not limit:
        return False
    if limit == _NOT_TRADED or over <= 0:
        return True
    return limit != _NOT_BOUGHT and free >= over
