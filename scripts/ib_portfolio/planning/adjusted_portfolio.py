"""A portfolio as the user wants it seen: symbols counted as another class, locks, new money."""

from __future__ import annotations

from typing import NamedTuple

from ..core.messages import Refusal, say
from ..core.numbers import to_cents
from ..core.portfolio import Portfolio, Position
from ..request.preferences import Preferences, lock_of, unknown_locks

# What the user may assign to a class. Options, futures, shorts and the like have no weight.
_COUNTABLE = frozenset(("STK", "BOND", "BILL", "FUND"))


class Wished(NamedTuple):
    """The portfolio after the user's wishes, and what the report has to say of them."""

    portfolio: Portfolio
    notes: list[str]


def apply_preferences(portfolio: Portfolio, preferences: Preferences) -> Wished:
    """`portfolio` with the user's classes, locks and cash flow.

    Symbols that are not held are notes, not errors. Refusal("withdraw_too_much") when more is
    withdrawn than there is, or, with --no-sell, than there is in cash.
    """
    cash = to_cents(portfolio.cash + preferences.cash_flow)
    short = cash < 0 and preferences.no_sell
    if preferences.cash_flow < 0 and (
        short or portfolio.investable_value <= -preferences.cash_flow
    ):
        raise Refusal(
            "withdraw_no_sell" if short else "withdraw_too_much",
            amount=f"{-preferences.cash_flow:,}",
            cash=f"{portfolio.cash:,}",
            currency=portfolio.base_currency,
        )
    positions = tuple(_wished(row, preferences) for row in portfolio.positions)
    notes = _notes(portfolio, positions, preferences)
    return Wished(portfolio._replace(positions=positions, cash=cash), notes)


def _wished(row: Position, preferences: Preferences) -> Position:
    asset_class = row.asset_class
    stated = preferences.class_of.get(row.symbol.strip().upper(), "")
    if stated and row.category in _COUNTABLE and row.quantity > 0 and row.value > 0:
        asset_class = stated
    if not asset_class:
        return row
    lock = ""
    if asset_class == "CASH":
        lock = "lock.cash"
    elif row.category == "FUND":
        lock = "lock.fund"
    elif lock_of(row.symbol, asset_class, preferences.locks):
        lock = "lock.user"
    return row._replace(asset_class=asset_class, held_reason="", lock=lock)


def _notes(
    portfolio: Portfolio, positions: tuple[Position, ...], preferences: Preferences
) -> list[str]:
    """What became of each symbol that the user named, and of the cash flow."""
    held = frozenset(row.symbol.strip().upper() for row in positions)
    notes = []
    for symbol, asset_class in preferences.classes:
        rows = [row for row in positions if row.symbol.strip().upper() == symbol]
        if not rows:
            notes.append(say("symbol_not_held", symbol=symbol))
        elif all(row.asset_class != asset_class for row in rows):
            notes.append(say("symbol_not_countable", symbol=symbol, asset_class=asset_class))
        else:
            notes.append(say("symbol_counted", symbol=symbol, asset_class=asset_class))
    unknown = unknown_locks(preferences.locks, held)
    notes += [say("lock_not_held", symbol=symbol) for symbol in unknown]
    if preferences.cash_flow:
        key = "contributed" if preferences.cash_flow > 0 else "withdrawn"
        amount = f"{abs(preferences.cash_flow):,}"
        notes.append(say(key, amount=amount, currency=portfolio.base_currency))
    return notes
