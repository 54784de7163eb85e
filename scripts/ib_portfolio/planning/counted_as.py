"""What each holding counts as: by the user's word, the fund table, an ETF's name, its category.

The one place between a source and a plan where classes change; loaded where a holding may be a
fund, or where the user states a class.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ..core.asset_classes import CASH, CLASS_OF_CATEGORY, MIXED
from ..core.counting import LEFT_OUT, CountedAs, Counting, StatedClasses
from ..core.messages import Refusal
from ..core.numbers import to_cents
from ..core.portfolio import Portfolio, Position
from ..core.record import Record
from ..market.fund_classes import FundTable, bare_ticker
from ..market.fund_names import OTHER, FundNames

# What the user may assign to a class. Options, futures, shorts and the like have no weight.
_COUNTABLE = frozenset(("STK", "BOND", "BILL", "FUND", "UNTOLD"))
_NONE_STATED = StatedClasses({})


class _Told(Record):
    """What a holding is: STK, BOND, CASH, none, OTHER, MIX:60/40/0 or MIX:?, and who says so."""

    kind: str
    because: str  # "table", "name" or "user"


def count_holdings(portfolio: Portfolio, stated: StatedClasses = _NONE_STATED) -> Portfolio:
    """`portfolio` with every holding in the class that it counts in, and `counting` saying so.

    Mixed funds are locked, and so is what a name or a ticker only hints at.
    Refusal("count_unknown") or ("count_near") for a typed symbol that is not held.
    """
    require_stated_held(stated, portfolio.positions)
    funds = _Funds()
    rows, counted, neither, unclear, not_countable = [], [], [], [], []
    untold = 0
    for row in portfolio.positions:
        told = _stated(row, stated)
        if told is not None and not _countable(row):
            not_countable.append((row.symbol, told.kind))
            told = None
        if told is None and row.may_be_fund:
            told = funds.tell(row)
            untold += told is None and not row.instrument.sub_category
        now = row if told is None else _counting_as(row, told.kind)
        if told is not None and row.symbol.strip().upper() in stated.untraded:
            now = now._replace(lock="lock.cash")
        rows.append(now)
        if told is None:
            continue
        if now.asset_class != CLASS_OF_CATEGORY.get(row.category, "") or told.kind == LEFT_OUT:
            counted.append(CountedAs(row.symbol, told.kind, told.because))
        elif told.kind == OTHER:
            neither.append(row.symbol)
        elif told.kind == "MIX:?":
            unclear.append(row.symbol)
    held = _symbols_of(portfolio.positions)
    counting = Counting(
        counted_as=tuple(counted),
        neither=tuple(dict.fromkeys(neither)),
        unclear=tuple(dict.fromkeys(unclear)),
        untold=untold,
        not_countable=tuple(dict.fromkeys(not_countable)),
        not_held=tuple(symbol for symbol in stated.class_of if symbol not in held),
    )
    return portfolio._replace(positions=tuple(rows), counting=counting)


def require_stated_held(stated: StatedClasses, positions: Iterable[Position]) -> None:
    """Refusal for a typed class of a symbol that none of `positions` has: nothing would change.

    "count_near" names a symbol of theirs that differs by one or two letters.
    """
    held = _symbols_of(positions)
    for symbol in sorted(stated.typed - held):
        from ..core.spelling import nearest

        near = nearest(symbol, sorted(held), 1 if len(symbol) < 6 else 2)
        if near:
            raise Refusal("count_near", symbol=symbol, near=near)
        raise Refusal("count_unknown", symbol=symbol)


def _symbols_of(positions: Iterable[Position]) -> frozenset[str]:
    """The upper-case symbols that the user may mean, with and without an exchange's letter."""
    symbols = {row.symbol.strip() for row in positions}
    return frozenset(name.upper() for name in symbols | {bare_ticker(one) for one in symbols})


def _stated(row: Position, stated: StatedClasses) -> _Told | None:
    symbol = row.symbol.strip()
    for name in (symbol.upper(), bare_ticker(symbol)):
        if name in stated.class_of:
            return _Told(stated.class_of[name], "user")
    return None


def _countable(row: Position) -> bool:
    return row.category in _COUNTABLE and row.quantity > 0 and row.value > 0


class _Funds:
    """The table and the names, each read when the first holding needs it."""

    def __init__(self) -> None:
        self._table: FundTable | None = None
        self._names: FundNames | None = None

    def tell(self, row: Position) -> _Told | None:
        """What a holding that may be a fund is, None where nothing says so.

        Of what the source does not call a fund, another ISIN than the table's proves that it is
        none, and a name is no more than a hint.
        """
        self._table = self._table or FundTable()
        listed = self._table.find(row.symbol, row.currency, row.instrument)
        if listed is not None and listed.sure:
            return _Told("STK" if listed.kind == "STOCK" else listed.kind, "table")
        self._names = self._names or FundNames()
        is_fund = bool(row.instrument.sub_category)
        said = self._names.says(row.description) if is_fund else ""
        if listed is not None and (is_fund or not row.instrument.isin):
            agree = said and listed.kind.partition(":")[0] == said
            return _Told(listed.kind, "table") if agree else _Told("MIX:?", "table")
        if said == MIXED or (not is_fund and self._names.hints(row.description)):
            return _Told("MIX:?", "name")
        return _Told(said, "name") if said else None


def _counting_as(row: Position, kind: str) -> Position:
    """The holding in the class that it counts in; mixed and unclear ones are not traded."""
    if kind == OTHER:
        return row
    if kind == "MIX:?":
        return row._replace(lock="lock.unclear")
    if kind == LEFT_OUT:
        reason = row.held_reason or "held.user"
        return row._replace(asset_class="", held_reason=reason)
    lock = "lock.fund" if row.category == "FUND" else ""
    if kind.startswith(MIXED):
        mix = _mix(kind)
        return row._replace(
            asset_class=MIXED,
            held_reason="",
            lock=lock or "lock.mixed",
            parts=_parts(row.value, mix),
            mix=mix,
        )
    return row._replace(asset_class=kind, held_reason="", lock=lock)


def _mix(kind: str) -> tuple[tuple[str, Decimal], ...]:
    """The percent of each class in a mixed fund, of MIX:60/35/0 stocks, bonds and cash.

    Stocks are what bonds and cash leave: the table's splits without a rest of other things sum to
    100, and what is neither counts as stocks, as gold does.
    """
    _, bonds, cash = (Decimal(part) for part in kind.partition(":")[2].split("/"))
    return (("STK", 100 - bonds - cash), ("BOND", bonds), (CASH, cash))


def _parts(value: Decimal, mix: tuple[tuple[str, Decimal], ...]) -> tuple[tuple[str, Decimal], ...]:
    """What a mixed fund is worth in each class, to the cent, stocks what the others leave."""
    others = [(name, to_cents(value * percent / 100)) for name, percent in mix[1:]]
    return (("STK", value - sum(part for _, part in others)), *others)
