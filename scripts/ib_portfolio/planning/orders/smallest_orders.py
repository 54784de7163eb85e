"""Fewer orders, none under a smallest amount, that take each sleeve as far as all would."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal

from ...core.numbers import ZERO
from ...core.portfolio import Position
from ...core.record import Record
from ..trading_terms import TradingTerms
from .order import Order

_Way = tuple[str, bool]  # a sleeve, and whether it is bought


class _Wish(Record):
    """A position that should be traded: for how much, for how much at most, and its large unit."""

    at: int  # its place among the positions
    name: str
    wanted: Decimal
    most: Decimal
    unit: Decimal  # 0 where it is not large


class Wanted(Record):
    """Positions that may be traded, what each should be worth in base currency, and its terms.

    Units over `large` are too large to take any part of what others leave.
    """

    rows: Sequence[Position]
    targets: Sequence[Decimal]
    terms: Sequence[TradingTerms]
    large: Decimal


def orders_of_at_least(
    minimum: Decimal,
    wanted: Wanted,
    settled: Callable[[Sequence[Decimal], bool], tuple[list[Order], Decimal]],
) -> tuple[list[Order], Decimal]:
    """Orders none of which is under `minimum`, and the cash after them, as `settled` makes them.

    `settled(targets, sell_more)` sizes the orders for other targets; without `sell_more` no sleeve
    is sold beyond its target for the cash. In each sleeve and direction the largest wants are kept
    whose share of all that it wants comes to `minimum`; the others stay where they are.
    """
    places = {id(row): at for at, row in enumerate(wanted.rows)}
    without: set[int] = set()
    while True:
        targets, leaves_sales = _fewer(wanted, minimum, without)
        # What a sale that is left out would bring is not raised by other sales.
        orders, cash = settled(targets, not (leaves_sales or without))
        amounts = {places[id(order.position)]: order.amount for order in orders}
        gone = _dropped(wanted.rows, amounts, minimum)
        if not gone:
            return orders, cash
        without |= gone


def _fewer(
    wanted: Wanted, minimum: Decimal, without: Collection[int]
) -> tuple[list[Decimal], bool]:
    """The targets under which what small orders would move is moved by the larger ones.

    Nothing is moved of what is `without` an order (by place). Also, whether a sale is left out: of
    a sleeve that is sold by less than the smallest order.
    """
    values = [row.value for row in wanted.rows]
    leaves_sales = False
    for (_, buys), wishes in _by_way(wanted).items():
        whole = sum((wish.wanted for wish in wishes), ZERO)
        able = [wish for wish in wishes if wish.at not in without and wish.most >= minimum]
        shared = _shared(able, whole, minimum)
        leaves_sales = leaves_sales or not (buys or shared)
        for at, amount in shared.items():
            values[at] += amount if buys else -amount
    return values, leaves_sales


def _by_way(wanted: Wanted) -> dict[_Way, list[_Wish]]:
    found: dict[_Way, list[_Wish]] = {}
    for at, (row, target, own) in enumerate(zip(wanted.rows, wanted.targets, wanted.terms)):
        amount = abs(target - row.value)
        if amount:
            buys = target > row.value
            unit = row.unit_value * own.step
            unit = unit if unit > wanted.large else ZERO
            wish = _Wish(at, row.symbol, amount, _most(row, own, amount, buys), unit)
            found.setdefault((row.sleeve, buys), []).append(wish)
    return found


def _most(row: Position, terms: TradingTerms, wanted: Decimal, buys: bool) -> Decimal:
    """What an order of a position may come to; what is only sold whole takes nothing of others."""
    if buys:
        return Decimal("Infinity") if terms.may_buy else ZERO
    return row.value - row.kept_value if terms.may_trim else wanted


def _shared(wishes: Sequence[_Wish], whole: Decimal, minimum: Decimal) -> dict[int, Decimal]:
    """What each of the largest wishes takes of the `whole`, none less than `minimum`, by place.

    Where they cannot take all of it, more of them do, with orders of the minimum.
    """
    ordered = sorted(wishes, key=lambda wish: (-wish.wanted, wish.name, wish.at))
    kept, total = [], ZERO
    for wish in ordered:
        total += wish.wanted
        if wish.wanted * whole < minimum * total:
            break
        kept.append(wish)
    if kept and sum((wish.most for wish in kept), ZERO) < whole:
        more = _enough(ordered, whole, minimum)
        if more:
            above = [wish._replace(most=wish.most - minimum) for wish in more]
            shared = _filled(above, whole - minimum * len(more))
            return {wish.at: minimum + shared[wish.at] for wish in more}
    filled = _filled(kept, whole)
    whole_units = {wish.at: _rounded(filled[wish.at], wish.unit) for wish in kept if wish.unit}
    cut = {at: value for at, value in whole_units.items() if filled[at] - value >= minimum}
    if cut:  # enough for an order of its own
        rest = [wish._replace(most=cut.get(wish.at, wish.most)) for wish in wishes]
        return _shared(rest, whole, minimum)
    return filled


def _rounded(value: Decimal, unit: Decimal) -> Decimal:
    return (value / unit).to_integral_value() * unit


def _enough(ordered: Sequence[_Wish], whole: Decimal, minimum: Decimal) -> list[_Wish]:
    """The fewest of the wishes that together can take the `whole`, [] where too many have to."""
    able = ZERO
    for count, wish in enumerate(ordered, 1):
        able += wish.most
        if able >= whole:
            return list(ordered[:count]) if minimum * count <= whole else []
    return []


def _filled(wishes: Sequence[_Wish], whole: Decimal) -> dict[int, Decimal]:
    """`whole` divided in proportion to what is wanted, none over its most."""
    found: dict[int, Decimal] = {}
    left = list(wishes)
    while left:
        total = sum((wish.wanted for wish in left), ZERO)
        over = [wish for wish in left if wish.wanted * whole > wish.most * total]
        if not over:
            found.update((wish.at, wish.wanted * whole / total) for wish in left)
            return found
        found.update((wish.at, wish.most) for wish in over)
        whole -= sum((wish.most for wish in over), ZERO)
        left = [wish for wish in left if wish.at not in found]
    return found


def _dropped(
    rows: Sequence[Position], amounts: Mapping[int, Decimal], minimum: Decimal
) -> set[int]:
    """Which orders under `minimum` go, of the `amounts` by place, so that others take theirs.

    In a sleeve where all are, the largest stays for a try with what the others leave.
    """
    small: dict[str, list[int]] = {}
    for at, amount in amounts.items():
        if amount < minimum:
            small.setdefault(rows[at].sleeve, []).append(at)
    large = {rows[at].sleeve for at, amount in amounts.items() if amount >= minimum}
    gone: set[int] = set()
    for name, places in small.items():
        places.sort(key=lambda at: (-amounts[at], rows[at].symbol, at))
        gone.update(places if name in large or len(places) == 1 else places[1:])
    return gone
