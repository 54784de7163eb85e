"""A target of the user's own: which holdings it names, covers or leaves alone, and what is bought.

Loaded only when a run has such a target.
"""

from __future__ import annotations

from ...core.asset_classes import ASSET_CLASSES, CASH, TRADED_CLASSES
from ...core.counting import StatedClasses
from ...core.format import money, shown_money
from ...core.messages import Refusal, say
from ...core.numbers import ZERO
from ...core.plain_text import plain
from ...core.portfolio import Portfolio, Position
from ...core.profiles import Profile
from ...core.record import Record
from ...request.policy.own_target import OwnTarget, read_target
from ...request.preferences import Preferences
from .not_held import to_be_bought

_MOST_NAMED = 12
# What a name in a target unlocks: only what it is was in doubt.
_OF_DOUBT = ("lock.mixed", "lock.unclear")


class Targeted(Record):
    """A portfolio seen through a target: its profile, and what the report has to say of it."""

    portfolio: Portfolio
    profile: Profile
    notes: list[str]


def targeted(
    portfolio: Portfolio,
    text: str,
    name: str,
    preferences: Preferences,
    stated: StatedClasses,
) -> Targeted:
    """`portfolio` under the target that `text` writes, called `name`.

    What it names has a sleeve of its own. What it does not cover is held, outside the percentages,
    or with --sell-others in a sleeve of nothing. What is not held and has a price can be bought.
    Refusal for a name of which only what cannot be traded is held, or that means a holding twice,
    and for a typed price of what it does not name.
    """
    target = read_target(text)
    names = _symbols(target, portfolio)
    _require_priced_named(preferences, {*names, *names.values()})
    percent = dict.fromkeys(ASSET_CLASSES, ZERO)
    percent.update((names.get(one.name, one.name), one.percent) for one in target.shares)
    view = _View(target, frozenset(names.values()), preferences.sell_others)
    positions = tuple(view.seen(row) for row in portfolio.positions)
    _require_tradable(positions, view.symbols)
    for row in positions:
        if row.own_sleeve:
            percent.setdefault(row.own_sleeve, ZERO)
    seen = portfolio._replace(positions=positions)
    bought = to_be_bought(seen, view.symbols, preferences.prices, stated)
    counting = portfolio.counting
    unclear = tuple(one for one in counting.unclear if _key(one) not in view.symbols)
    seen = seen._replace(
        positions=positions + bought.positions,
        counting=counting._replace(
            unclear=unclear, counted_as=counting.counted_as + bought.counted_as
        ),
    )
    named = tuple(names.get(one.name, one.name) for one in target.shares)
    notes = [*bought.notes, *_left_alone(seen)]
    return Targeted(seen, Profile(name, percent, "", named, bought.classes), notes)


def _left_alone(portfolio: Portfolio) -> list[str]:
    """What the target does not name, and what it is worth together; [] for nothing."""
    rows = [row for row in portfolio.positions if row.held_reason == "held.not_named"]
    if not rows:
        return []
    symbols = [row.symbol for row in rows[:_MOST_NAMED]]
    more = f" (+{len(rows) - _MOST_NAMED})" if len(rows) > _MOST_NAMED else ""
    worth = money(sum((row.value for row in rows), ZERO))
    amount = shown_money(worth, portfolio.base_currency)
    return [say("left_alone", symbols=", ".join(symbols) + more, amount=amount)]


def _key(symbol: str) -> str:
    return " ".join(symbol.upper().split())


def _symbols(target: OwnTarget, portfolio: Portfolio) -> dict[str, str]:
    """Each symbol of the target as the portfolio writes it: BRK.B as BRK B where that is held."""
    held = {_key(row.symbol) for row in portfolio.positions}
    found: dict[str, str] = {}
    for one in target.shares:
        if one.is_class:
            continue
        spaced = _key(one.name.replace(".", " "))
        name = spaced if one.name not in held and spaced in held else one.name
        if name in found.values():
            raise Refusal("target_twice", name=plain(name))
        found[one.name] = name
    return found


class _View:
    """Which sleeve of a target a holding is in."""

    def __init__(self, target: OwnTarget, symbols: frozenset[str], sells_others: bool) -> None:
        self.symbols = symbols
        self._sells_others = sells_others
        self._classes = {one.name for one in target.shares if one.is_class}
        if target.names_symbols and not target.names_cash:
            self._classes.discard(CASH)

    def seen(self, row: Position) -> Position:
        """The holding in its sleeve; held where the target does not cover it."""
        if not row.asset_class:
            return row
        if _key(row.symbol) in self.symbols:
            lock = "" if row.lock in _OF_DOUBT else row.lock
            return row._replace(own_sleeve=_key(row.symbol), lock=lock)
        if self._covers(row):
            return row
        if not self._sells_others or (row.lock and row.lock not in _OF_DOUBT):
            return row._replace(asset_class="", held_reason="held.not_named", lock="", parts=())
        # Those have no class of their own in which nothing is wanted.
        own = _key(row.symbol) if row.parts or row.asset_class == CASH else ""
        return row._replace(own_sleeve=own, lock="")

    def _covers(self, row: Position) -> bool:
        """Whether a class that the target names has a holding; a mixed fund needs both."""
        if row.parts:
            return self._classes.issuperset(TRADED_CLASSES)
        return row.asset_class in self._classes


def _require_priced_named(preferences: Preferences, named: set[str]) -> None:
    """Refusal("price_unnamed") for a typed price of no name in `named`: it would buy nothing.

    A policy file's prices may serve another of its targets.
    """
    typed = preferences.prices.keys() - preferences.settings_prices.keys()
    for symbol in sorted(typed - named):
        raise Refusal("price_unnamed", symbol=plain(symbol))


def _require_tradable(positions: tuple[Position, ...], symbols: frozenset[str]) -> None:
    """Refusal("target_untradable") for a name of which there is something, but nothing to trade."""
    traded = {row.own_sleeve for row in positions}
    for row in positions:
        if row.quantity and _key(row.symbol) in symbols - traded:
            reason = say(row.held_reason)
            raise Refusal("target_untradable", symbol=plain(row.symbol), reason=reason)
