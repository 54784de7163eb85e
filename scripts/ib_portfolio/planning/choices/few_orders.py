"""The fewest orders that bring every sleeve near where the full plan would end.

Loaded only when a run asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.numbers import ZERO, to_cents
from ...core.portfolio import Position
from ...core.record import Record
from ..orders.order import Order
from ..plan import Plan, make_plan, with_exchanges
from ..sleeves import sleeve_sums
from ..target import Target
from .no_further import most_off
from .sale_preference import sale_kind

_DIGITS = Decimal("1e-12")  # what a division may leave


class _Candidate(Record):
    """A position that may be traded, the way that its sleeve goes."""

    at: int  # its place in Portfolio.traded
    room: Decimal  # what of it can be traded at most, in base currency
    step: Decimal  # what its smallest order is worth
    rank: tuple[object, ...]  # sorts first what is traded first


class FewOrders:
    """A full plan, and how near its end, in base currency, every sleeve has to come."""

    def __init__(self, full: Plan, points: Decimal, minimum: Decimal, keeps: bool) -> None:
        self._full, self._minimum, self._keeps = full, minimum, keeps
        self._near = full.portfolio.investable_value * points / 100
        self._ends = full.sleeves_after
        most = most_off(full)
        self._ranges = {name: self._range(name, most) for name in self._ends}
        self._rows = full.portfolio.traded
        self._wanted = self._moves()
        self._candidates = {name: self._candidates_of(name) for name in self._wanted}

    def plan(self) -> Plan:
        """The plan with the fewest orders that were found; the full one where none has fewer.

        First the sleeves whose gaps are too large, each with as few positions as can close it;
        then one position more, or one sleeve more, while any ends too far off.
        """
        counts = {
            name: 1
            for name, moved in self._wanted.items()
            if abs(moved) > self._near or self._is_exact(name)
        }
        while True:
            found = self._with(counts)
            if len(found.orders) < len(self._full.orders) and self._is_near(
                found.sleeves_after, ZERO
            ):
                return found
            if not self._one_more(counts, found):
                # Orders of the full plan, too, may be needless: a class is mostly near enough.
                least = self._least(self._full.target)
                fewer = len(least.orders) < len(self._full.orders)
                return least if fewer and self._is_near(least.sleeves_after, ZERO) else self._full

    def _moves(self) -> dict[str, Decimal]:
        """What the full plan adds to each sleeve by its orders; below zero what it sells."""
        moved: dict[str, Decimal] = {}
        for order in self._full.orders:
            name = order.position.sleeve
            moved[name] = moved.get(name, ZERO) + order.moved
        return moved

    def _is_exact(self, name: str) -> bool:
        """Whether a sleeve has to be traded as the full plan does: cash is needed, or it closes."""
        return name == CASH or self._closes(name)

    def _closes(self, name: str) -> bool:
        """Whether all of a sleeve is to be sold that can be.

        Where the target names symbols, all else is: a class keeps a goal for what is locked of it.
        """
        named = self._full.target.profile.named
        unnamed = bool(named) and name not in named
        return name != CASH and (unnamed or not self._full.target.goals.get(name))

    def _candidates_of(self, name: str) -> list[_Candidate]:
        found = []
        sells = self._wanted[name] < 0
        target = self._full.target
        for at, (row, terms) in enumerate(zip(self._rows, target.terms)):
            gap = target.positions[at] - row.value
            if row.sleeve != name or not row.unit_value or gap == 0 or (gap < 0) != sells:
                continue
            if sells:
                most = terms.most_trimmed(row.quantity, row.by_face)
                room = row.value if most == row.quantity else most * row.unit_value
                step = terms.sale_step(row.quantity) * row.unit_value
            elif terms.may_buy:
                room, step = abs(self._wanted[name]) * 2, terms.step * row.unit_value
            else:
                continue
            if room > 0:
                found.append(_Candidate(at, room, step, self._rank(name, at, room, step)))
        return sorted(found, key=lambda one: one.rank)

    def _rank(self, name: str, at: int, room: Decimal, step: Decimal) -> tuple[object, ...]:
        """What can close the gap first, of sales what costs least tax, the largest, the cheapest.

        Gaps that are equal to the cent are: what a position lacks is a part of its value.
        """
        row, gap = self._rows[at], abs(self._wanted[name])
        amount = min(room, gap)
        quantity = amount / row.unit_value
        signed = -quantity if self._wanted[name] < 0 else quantity
        commission, taxes, _ = self._full.fees.charges(row, signed, to_cents(amount))
        kind = sale_kind(row, quantity, self._full.portfolio.as_of) if signed < 0 else 0
        lacks = to_cents(abs(self._full.target.positions[at] - row.value))
        over = amount % step
        coarse = min(over, step - over) > max(self._near, ZERO) < step / 2
        return (coarse, kind, -lacks, commission + taxes, row.symbol, row.conid, at)

    def _with(self, counts: dict[str, int]) -> Plan:
        """The plan in which each sleeve trades so many positions, needless orders left out."""
        target = self._full.target
        positions = [row.value for row in self._rows]
        for name, count in counts.items():
            for at, amount in self._shares(name, count):
                sign = 1 if self._wanted[name] > 0 else -1
                positions[at] = max(self._rows[at].value + sign * amount, ZERO)
        wanted = target._replace(positions=tuple(positions), parts=())
        least = max(target.cash_floor, self._ends[CASH] - self._near - self._funds_after(positions))
        return self._least(wanted._replace(cash_floor=least))

    def _least(self, wanted: Target) -> Plan:
        """The plan towards `wanted` without needless orders; its target is the full plan's."""
        full = self._full

        def sized(kept: Decimal) -> Plan:
            target = wanted._replace(cash_floor=wanted.cash_floor + kept)
            plan = make_plan(full.portfolio, target, full.fees, self._minimum, full.lots, True)
            return self._pruned(plan._replace(target=full.target), kept)

        return with_exchanges(sized, self._keeps)

    def _funds_after(self, positions: list[Decimal]) -> Decimal:
        """What of the cash is in funds, and cannot be spent."""
        rows = zip(self._rows, positions)
        locked = sleeve_sums(self._full.portfolio.locked, self._full.target.profile)[CASH]
        return locked + sum((value for row, value in rows if row.sleeve == CASH), ZERO)

    def _shares(self, name: str, count: int) -> list[tuple[int, Decimal]]:
        """The positions of a sleeve that are traded, at least `count`, and for how much each.

        As many as have the room for what is least wanted; of those the first by rank. Of a sleeve
        that closes each whole: its orders, rounded to cents, may be more than there is room for.
        """
        if self._closes(name):
            return [(one.at, self._rows[one.at].value) for one in self._candidates[name]]
        wanted = abs(self._wanted[name])
        least = wanted if self._is_exact(name) else max(wanted - self._near, ZERO)
        own = self._candidates[name]
        chosen = chosen_of(own, least, count)
        whole = sum((one.room for one in chosen), ZERO)
        if not whole:
            return []
        part = min(wanted / whole, Decimal(1))
        return [(one.at, one.room * part) for one in chosen]

    def _one_more(self, counts: dict[str, int], found: Plan) -> bool:
        """Adds a position to the sleeve that ends furthest off and has one left; no if none has."""
        after = found.sleeves_after
        off = {name: abs(after[name] - self._ends[name]) for name in self._wanted}
        for name in sorted(off, key=lambda one: (off[one] <= self._near, -off[one], one)):
            count = counts.get(name, 0)
            if count < len(self._candidates[name]):
                used = len(self._shares(name, count)) if count else 0
                counts[name] = max(used, count) + 1
                return counts[name] <= len(self._candidates[name])
        return False

    def _range(self, name: str, most: Mapping[str, Decimal]) -> tuple[Decimal, Decimal]:
        """Between what a sleeve may end: near where the full plan does, `most` from its target."""
        low, high = self._ends[name] - self._near, self._ends[name] + self._near
        if name in most:
            wanted = self._full.target.wanted[name]
            low, high = max(low, wanted - most[name]), min(high, wanted + most[name])
        return low - _DIGITS, high + _DIGITS

    def _is_near(self, after: Mapping[str, Decimal], kept: Decimal) -> bool:
        """Whether every sleeve ends near enough, also when the cash is less by `kept`."""
        within = all(
            self._ranges[name][0] <= value <= self._ranges[name][1] for name, value in after.items()
        )
        return within and (CASH not in after or after[CASH] - kept >= self._ranges[CASH][0])

    def _pruned(self, plan: Plan, kept: Decimal) -> Plan:
        """`plan` without the orders, smallest first, that no sleeve needs to end near enough."""
        floor = self._full.target.cash_floor + kept + self._full.portfolio.set_aside
        after, cash = plan.sleeves_after, plan.cash_after
        near = self._is_near(after, kept)
        orders = sorted(plan.orders, key=lambda one: (one.amount, one.position.symbol))
        gone: set[int] = set()
        found = True
        while found:
            found = False
            for order in orders:
                name = order.position.sleeve
                if id(order) in gone or (self._is_exact(name) and name != CASH):
                    continue
                less = self._without(after, order)
                enough = order.quantity > 0 or cash - order.cash >= floor
                # Where something is not near yet, all has to be looked at.
                if enough and self._is_near(less if near else {**after, **less}, kept):
                    gone.add(id(order))
                    after, cash = {**after, **less}, cash - order.cash
                    found = near = True
        left = tuple(order for order in plan.orders if id(order) not in gone)
        return plan._replace(orders=left, cash_after=to_cents(cash))

    def _without(self, after: Mapping[str, Decimal], order: Order) -> dict[str, Decimal]:
        """The sleeves that end elsewhere without an order, and where."""
        is_named = self._full.target.profile.named
        parts = (
            [(order.position.sleeve, order.moved)]
            if is_named
            else order.position.split(order.moved)
        )
        less = {CASH: after[CASH] - order.cash}
        for name, moved in parts:
            less[name] = less.get(name, after[name]) - moved
        return less


def chosen_of(candidates: Sequence[_Candidate], least: Decimal, count: int) -> list[_Candidate]:
    """At least `count` of the candidates, as many as have room for `least`: the first by rank.

    One whose choice would leave too little room with the largest of the others is left out.
    """
    left = sorted(candidates, key=lambda one: one.room, reverse=True)
    room = ZERO
    for number, one in enumerate(left, 1):
        room += one.room
        if room >= least and number >= count:
            count = number
            break
    places = {one.at: place for place, one in enumerate(left)}
    # What the largest of those left have together, as many as may still be chosen.
    last = min(count, len(left)) - 1
    largest, held = sum((one.room for one in left[: last + 1]), ZERO), ZERO
    chosen: list[_Candidate] = []
    taken: set[int] = set()
    for one in candidates:
        if len(chosen) == count:
            break
        is_large = places[one.at] <= last
        instead = one.room if is_large else left[last].room
        if held + largest - instead + one.room >= least or len(left) <= count:
            chosen.append(one)
            taken.add(places[one.at])
            held, largest = held + one.room, largest - instead
            last -= not is_large
            while last in taken:
                last -= 1
    return chosen


def few_orders(full: Plan, points: Decimal, minimum: Decimal, keeps_currencies: bool) -> Plan:
    """The plan with the fewest orders whose sleeves end within `points` of those of `full`.

    `points` are percentage points of the investable value, `minimum` is the smallest order. Its
    target stays that of `full`, and so do its rules: lots, locks, the cash floor.
    """
    if not full.orders:
        return full
    return FewOrders(full, points, minimum, keeps_currencies).plan()


def furthest_off(plan: Plan) -> tuple[str, Decimal]:
    """The symbol that ends furthest from its target value, cash apart, and how far; "" and 0."""
    moved = {id(order.position): order.moved for order in plan.orders}
    off: dict[str, Decimal] = {}
    rows: list[tuple[Position, Decimal]] = list(zip(plan.portfolio.traded, plan.target.positions))
    for row, wanted in rows:
        if row.sleeve != CASH:
            after = row.value + moved.get(id(row), ZERO)
            off[row.symbol] = off.get(row.symbol, ZERO) + after - wanted
    if not off:
        return "", ZERO
    name = max(off, key=lambda one: (abs(off[one]), one))
    return name, abs(off[name])
