"""A portfolio as the user wants it seen: locks and new money."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ..core.messages import Refusal, say
from ..core.numbers import ZERO, to_cents
from ..core.plain_text import plain
from ..core.portfolio import Portfolio, Position, covered_reserve
from ..core.record import Record
from ..core.spelling import nearest
from ..request.preferences import Preferences, lock_of, unknown_locks


class Wished(Record):
    """The portfolio after the user's wishes, and what the report has to say of them."""

    portfolio: Portfolio
    notes: list[str]


def apply_preferences(portfolio: Portfolio, preferences: Preferences) -> Wished:
    """`portfolio` with the user's locks and cash flow.

    Symbols of the plugin's settings that are not held are notes or warnings; a lock that is typed
    is refused as `require_locks_held` says. Refusal("withdraw_too_much") when more is withdrawn
    than there is, or, with --no-sell, than there is in cash.
    """
    cash = to_cents(portfolio.cash + preferences.cash_flow)
    set_aside = portfolio.set_aside
    if preferences.cash_flow > 0:
        # New money covers first what the cash was too little for; a withdrawal uncovers nothing.
        set_aside = covered_reserve(portfolio, cash)
    short = cash < set_aside and preferences.no_sell
    if preferences.cash_flow < 0 and (
        short or portfolio.investable_value <= -preferences.cash_flow
    ):
        raise Refusal(
            "withdraw_no_sell" if short else "withdraw_too_much",
            amount=f"{-preferences.cash_flow:,}",
            cash=f"{portfolio.free_cash:,}",
            currency=portfolio.base_currency,
        )
    require_locks_held(preferences, portfolio.positions)
    require_lots_held(preferences, portfolio.positions)
    positions = tuple(_wished(row, preferences) for row in portfolio.positions)
    notes = _notes(portfolio, preferences)
    unheld = unknown_locks(preferences.settings_locks, _symbols_of(positions))
    warnings = tuple(say("lock_not_held", symbol=symbol) for symbol in unheld)
    changed = portfolio._replace(
        positions=positions,
        cash=cash,
        cash_by_currency=_with_flow(portfolio, preferences.cash_flow),
        set_aside=set_aside,
        warnings=portfolio.warnings + warnings,
    )
    return Wished(changed, notes)


def _with_flow(
    portfolio: Portfolio, flow: Decimal
) -> tuple[tuple[str, tuple[Decimal, Decimal]], ...]:
    """The cash of each currency with what is contributed or withdrawn, in base currency."""
    cash, base = dict(portfolio.cash_by_currency), portfolio.base_currency
    if cash and flow:
        cash[base] = (cash.get(base, (ZERO,))[0] + flow, Decimal(1))
    return tuple(cash.items())


def require_locks_held(preferences: Preferences, positions: Iterable[Position]) -> None:
    """Refusal for a typed lock that names none of `positions`: it would protect nothing.

    "lock_near" names a symbol of theirs that differs by one or two letters.
    """
    held = _symbols_of(positions)
    typed = (lock for lock in preferences.locks if lock not in preferences.settings_locks)
    for symbol in unknown_locks(tuple(typed), held):
        near = nearest(symbol, sorted(held), 1 if len(symbol) < 6 else 2)
        if near:
            raise Refusal("lock_near", symbol=symbol, near=near)
        raise Refusal("lock_unknown", symbol=symbol)


def require_lots_held(preferences: Preferences, positions: Iterable[Position]) -> None:
    """Refusal("lot_not_held") for a typed lot of a symbol that is none of `positions`."""
    typed = [name for name in preferences.lots if name not in preferences.settings_lots]
    if not typed:
        return
    held = {" ".join(symbol.split()) for symbol in _symbols_of(positions)}
    for symbol in typed:
        if symbol not in held:
            raise Refusal("lot_not_held", symbol=symbol)


def _symbols_of(positions: Iterable[Position]) -> frozenset[str]:
    """Their symbols as a report shows them, and somebody types them."""
    return frozenset(plain(row.symbol).strip().upper() for row in positions)


def _wished(row: Position, preferences: Preferences) -> Position:
    locked = not row.lock and lock_of(row.symbol, row.asset_class, preferences.locks)
    return row._replace(lock="lock.user") if locked and row.asset_class else row


def _notes(portfolio: Portfolio, preferences: Preferences) -> list[str]:
    """What became of the cash flow."""
    notes = []
    if preferences.cash_flow:
        key = "contributed" if preferences.cash_flow > 0 else "withdrawn"
        amount = f"{abs(preferences.cash_flow):,}"
        notes.append(say(key, amount=amount, currency=portfolio.base_currency))
    return notes
