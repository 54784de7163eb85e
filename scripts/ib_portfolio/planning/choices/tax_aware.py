"""Sales within a class by what they cost in tax, instead of in proportion.

Loaded only when a run asks for it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.numbers import CENT, ZERO
from ...core.portfolio import Position
from ...core.record import Record
from ...market.holding_period import is_long_term
from ...request.policy.stated_rates import Rates
from ..plan import Plan, make_plan
from .no_further import most_off

# Without rates a short-term gain is dearer than any long-term one, and that than a loss.
_BY_ORDER = Rates(Decimal(1000), Decimal(1))
_MOST_SWAPS = 100
_MOST_ROUNDED = 8


class Seller(Record):
    """A position of a sleeve that may be sold: its place, and the tax of selling so much of it.

    `ends` are the values, from 0 on, at which a sale has used up a lot, or all that may be sold;
    `taxes` are those of selling just as much, the oldest lots first, below zero for losses. `step`
    is the value of the least that can be sold.
    """

    at: int
    ends: tuple[Decimal, ...]
    taxes: tuple[Decimal, ...]
    step: Decimal

    @property
    def room(self) -> Decimal:
        """What of it may be sold."""
        return self.ends[-1]

    def tax(self, amount: Decimal) -> Decimal:
        """The tax of selling `amount` of it."""
        above = min(max(bisect_left(self.ends, amount), 1), len(self.ends) - 1)
        low, high = self.ends[above - 1], self.ends[above]
        part = (amount - low) / (high - low)
        return self.taxes[above - 1] + part * (self.taxes[above] - self.taxes[above - 1])


def tax_aware(full: Plan, rates: Rates | None, minimum: Decimal, keeps_currencies: bool) -> Plan:
    """The plan whose sleeves end where those of `full` do, by the sales that cost least tax.

    `rates` are the user's, in percent; without them losses go first, then long-term gains, then
    short-term ones. What has no clear lots, or the same name as a purchase, is sold as in `full`.
    """
    rates = rates or _BY_ORDER
    groups = list(_groups(full, rates))
    targets = (_targets(full, groups, choice) for choice in (cheapest, in_whole_steps))
    found = []
    for positions in dict.fromkeys(targets) if groups else ():
        wanted = full.target._replace(positions=positions, parts=())
        plan = make_plan(full.portfolio, wanted, full.fees, minimum, full.lots, keeps_currencies)
        # Where the cash forbids these sales, those in proportion stay.
        if _ends_alike(plan, full):
            cost = _cost(plan, groups, rates)
            found.append((cost, len(found), plan._replace(target=full.target)))
    return min(found)[-1] if found else full


def _groups(full: Plan, rates: Rates) -> Iterator[tuple[list[Seller], Decimal]]:
    """The positions of each sleeve of which others could be sold instead, and what they sell."""
    sold = {id(order.position): order.amount for order in full.orders if order.quantity < 0}
    rows = full.portfolio.traded
    for name in dict.fromkeys(row.sleeve for row in rows):
        sellers = _sellers(full, name, rates)
        whole = sum((sold.get(id(rows[one.at]), ZERO) for one in sellers), ZERO)
        if name != CASH and full.target.goals.get(name) and len(sellers) > 1 and whole:
            yield sellers, whole


def _targets(
    full: Plan,
    groups: Sequence[tuple[list[Seller], Decimal]],
    choice: Callable[[Sequence[Seller], Decimal], list[Decimal]],
) -> tuple[Decimal, ...]:
    """What each position should be worth where sellers sell what `choice` says."""
    positions = list(full.target.positions)
    for sellers, whole in groups:
        for one, amount in zip(sellers, choice(sellers, whole)):
            positions[one.at] = full.portfolio.traded[one.at].value - amount
    return tuple(positions)


def _cost(plan: Plan, groups: Sequence[tuple[list[Seller], Decimal]], rates: Rates) -> Decimal:
    """The tax of what the plan sells, and of what its sleeves end off their goals.

    That is made good another time: it counts as a long-term gain, so that no tax is saved by not
    selling.
    """
    sold = {id(order.position): order.amount for order in plan.orders if order.quantity < 0}
    rows, goals = plan.portfolio.traded, plan.target.goals
    sellers = (one for group, _ in groups for one in group)
    tax = sum((one.tax(sold.get(id(rows[one.at]), ZERO)) for one in sellers), ZERO)
    ends = plan.sleeves_after.items()
    off = sum((abs(end - goals.get(name, ZERO)) for name, end in ends if name != CASH), ZERO)
    return tax + off * rates.long / 100


def _ends_alike(plan: Plan, full: Plan) -> bool:
    """Whether each sleeve ends where it does in `full`, to two units of what is sold.

    And no further from its target than it is now, or than `full` leaves it.
    """
    after, before = plan.sleeves_after, full.sleeves_after
    room = dict.fromkeys(before, ZERO)
    for order in (*plan.orders, *full.orders):
        row = order.position
        step = plan.terms_of(row).sale_step(row.quantity) * row.unit_value
        room[row.sleeve] = max(room.get(row.sleeve, ZERO), 2 * step)
    return all(
        abs(after[name] - before[name]) <= room[name] + CENT
        and abs(after[name] - full.target.wanted[name]) <= most + CENT
        for name, most in most_off(full).items()
    )


def _sellers(full: Plan, name: str, rates: Rates) -> list[Seller]:
    bought = {order.position.symbol for order in full.orders if order.quantity > 0}
    found = []
    for at, (row, terms) in enumerate(zip(full.portfolio.traded, full.target.terms)):
        if row.sleeve != name or not terms.may_trim or row.symbol in bought or not has_lots(row):
            continue
        most = terms.most_trimmed(row.quantity, row.by_face)
        room = row.value if most == row.quantity else most * row.unit_value
        if room > 0:
            step = terms.step * row.unit_value
            found.append(_seller(at, row, room, step, rates, full.portfolio.as_of))
    return found


def has_lots(row: Position) -> bool:
    """Whether the lots of a position are clear: each with its day and cost, summing to it."""
    told = all(lot.quantity > 0 and lot.opened and lot.cost is not None for lot in row.lots)
    return told and sum((lot.quantity for lot in row.lots), ZERO) == row.quantity


def _seller(at: int, row: Position, room: Decimal, step: Decimal, rates: Rates, day: str) -> Seller:
    ends, taxes = [ZERO], [ZERO]
    for lot in sorted(row.lots, key=lambda one: one.opened):
        assert lot.cost is not None
        value = lot.quantity * row.unit_value
        gain = value - lot.cost
        long = is_long_term(lot.held_since or lot.opened, day)
        by_order = rates is _BY_ORDER and gain < 0
        percent = rates.long if long or by_order else rates.short
        part = min(value, room - ends[-1])
        if part <= 0:
            break
        ends.append(ends[-1] + part)
        taxes.append(taxes[-1] + gain * percent / 100 * part / value)
    ends[-1] = room  # which they may lack the last digits of
    return Seller(at, tuple(ends), tuple(taxes), step)


def in_whole_steps(sellers: Sequence[Seller], whole: Decimal) -> list[Decimal]:
    """What to sell of each as `cheapest` says, and whole steps of those whose steps are large.

    A step of them is worth many of another's, whose tax decides whether one more or one less of
    them is sold.
    """
    least = min(one.step for one in sellers)
    large = sorted((one for one in sellers if one.step > least), key=lambda one: -one.step)
    free, amounts, left = list(sellers), cheapest(sellers, whole), whole
    sold = {}
    for one in large[:_MOST_ROUNDED]:
        amount = amounts[free.index(one)]
        below = amount - amount % one.step
        near = {amount} if amount in (below, one.room) else {below, below + one.step}
        free.remove(one)
        ways = []
        for value in near:
            if value <= min(one.room, left):
                others = cheapest(free, left - value)
                tax = sum(map(Seller.tax, free, others), one.tax(value))
                ways.append((left - value - sum(others), tax, value, others))
        _, _, sold[one.at], amounts = min(ways)
        left -= sold[one.at]
    sold.update(zip((one.at for one in free), amounts))
    return [sold[one.at] for one in sellers]


def cheapest(sellers: Sequence[Seller], whole: Decimal) -> list[Decimal]:
    """What to sell of each, summing to `whole`, or to all, for the least tax.

    Of each the parts that cost least tax for their value come first; the last part that fits is
    sought among all, and exchanged for others as long as that costs less.
    """
    amounts, left = [ZERO for _ in sellers], whole
    for _, place, end in sorted(_parts(sellers)):
        if end - amounts[place] > left:
            break
        left -= end - amounts[place]
        amounts[place] = end
    moved = set()
    while left > 0:
        offers = [
            ((one.tax(amounts[at] + more) - one.tax(amounts[at])) / more, at, more)
            for at, one in enumerate(sellers)
            for more in _steps(one, amounts[at], left)
        ]
        if not offers:
            break
        _, at, more = min(offers)
        amounts[at] += more
        left -= more
        moved.add(at)
    for _ in range(_MOST_SWAPS):
        pair = _swap(sellers, amounts, moved)
        if not pair:
            break
        moved.update(pair)
    return amounts


def _parts(sellers: Sequence[Seller]) -> Iterator[tuple[Decimal, int, Decimal]]:
    """The parts of each in which its lots are sold together: the tax of a unit of value, its place,
    and the value that it ends at. Of one position each part costs more than that before it.
    """
    for place, one in enumerate(sellers):
        corners = [(ZERO, ZERO)]
        for corner in zip(one.ends[1:], one.taxes[1:]):
            while len(corners) > 1 and _rate(corners[-2], corner) <= _rate(*corners[-2:]):
                corners.pop()
            corners.append(corner)
        yield from (
            (_rate(before, corner), place, corner[0])
            for before, corner in zip(corners, corners[1:])
        )


def _rate(low: tuple[Decimal, Decimal], high: tuple[Decimal, Decimal]) -> Decimal:
    return (high[1] - low[1]) / (high[0] - low[0])


def _steps(one: Seller, sold: Decimal, most: Decimal) -> list[Decimal]:
    """How much more of a position can be sold: to the end of each lot, or as far as it goes."""
    most = min(most, one.room - sold)
    if most <= 0:
        return []
    first, last = bisect_right(one.ends, sold), bisect_left(one.ends, sold + most)
    return [most, *(end - sold for end in one.ends[first:last])]


def _swap(
    sellers: Sequence[Seller], amounts: list[Decimal], moved: Collection[int]
) -> tuple[int, int] | None:
    """Sells of another what is sold of one, where that costs a cent less; which two, or None.

    One of them is among those `moved` last: all others are at the best ends for their tax.
    """
    for at, one in enumerate(sellers):
        if not amounts[at]:
            continue
        for to in range(len(sellers)) if at in moved else moved:
            other = sellers[to]
            for amount in _steps(other, amounts[to], amounts[at]) if to != at else ():
                saved = one.tax(amounts[at]) - one.tax(amounts[at] - amount)
                added = other.tax(amounts[to] + amount) - other.tax(amounts[to])
                if added < saved - CENT / 10:
                    amounts[at] -= amount
                    amounts[to] += amount
                    return at, to
    return None
