"""Sales within a class by what they cost in tax, instead of in proportion.

Loaded only when a run asks for it.
"""

from __future__ import annotations

from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.numbers import CENT, ZERO
from ...core.portfolio import Position
from ...core.record import Record
from ...market.holding_period import is_long_term
from ...request.policy.stated_rates import Rates
from ..plan import Plan, make_plan

# Without rates a short-term gain is dearer than any long-term one, and that than a loss.
_BY_ORDER = Rates(Decimal(1000), Decimal(1))
_MOST_SWAPS = 500


class _Piece(Record):
    """A lot as a sale reaches it: what it is worth, and its tax for each unit of that."""

    value: Decimal
    rate: Decimal


class _Seller(Record):
    """A position of a sleeve that may be sold: its place, its lots, and what of it may be sold."""

    at: int
    pieces: tuple[_Piece, ...]
    room: Decimal

    def tax(self, amount: Decimal) -> Decimal:
        """The tax of selling `amount` of it, the oldest lots first; below zero for losses."""
        left, tax = amount, ZERO
        for piece in self.pieces:
            part = min(piece.value, left)
            if part <= 0:
                break
            tax += part * piece.rate
            left -= part
        return tax


def tax_aware(full: Plan, rates: Rates | None, minimum: Decimal, keeps_currencies: bool) -> Plan:
    """The plan whose sleeves end where those of `full` do, by the sales that cost least tax.

    `rates` are the user's, in percent; without them losses go first, then long-term gains, then
    short-term ones. What has no clear lots, or the same name as a purchase, is sold as in `full`.
    """
    positions = list(full.target.positions)
    sold = {id(order.position): order.amount for order in full.orders if order.quantity < 0}
    changed = False
    for name in dict.fromkeys(row.sleeve for row in full.portfolio.traded):
        sellers = _sellers(full, name, rates or _BY_ORDER)
        rows = full.portfolio.traded
        whole = sum((sold.get(id(rows[one.at]), ZERO) for one in sellers), ZERO)
        if name == CASH or not full.target.goals.get(name) or len(sellers) < 2 or not whole:
            continue
        for one, amount in zip(sellers, cheapest(sellers, whole)):
            positions[one.at] = rows[one.at].value - amount
        changed = True
    if not changed:
        return full
    wanted = full.target._replace(positions=tuple(positions))
    plan = make_plan(full.portfolio, wanted, full.fees, minimum, full.lots, keeps_currencies)
    # Where the cash forbids these sales, those in proportion stay.
    return plan._replace(target=full.target) if _ends_alike(plan, full) else full


def _ends_alike(plan: Plan, full: Plan) -> bool:
    """Whether each sleeve ends where it does in `full`, to two units of what is sold."""
    after, before = plan.sleeves_after, full.sleeves_after
    room = dict.fromkeys(before, ZERO)
    for order in (*plan.orders, *full.orders):
        row = order.position
        step = plan.terms_of(row).sale_step(row.quantity) * row.unit_value
        room[row.sleeve] = max(room.get(row.sleeve, ZERO), 2 * step)
    return all(
        abs(after[name] - end) <= room[name] + CENT for name, end in before.items() if name != CASH
    )


def _sellers(full: Plan, name: str, rates: Rates) -> list[_Seller]:
    bought = {order.position.symbol for order in full.orders if order.quantity > 0}
    found = []
    for at, (row, terms) in enumerate(zip(full.portfolio.traded, full.target.terms)):
        if row.sleeve != name or not terms.may_trim or row.symbol in bought or not has_lots(row):
            continue
        most = terms.most_trimmed(row.quantity, row.by_face)
        room = row.value if most == row.quantity else most * row.unit_value
        if room > 0:
            found.append(_Seller(at, _pieces(row, rates, full.portfolio.as_of), room))
    return found


def has_lots(row: Position) -> bool:
    """Whether the lots of a position are clear: each with its day and cost, summing to it."""
    told = all(lot.quantity > 0 and lot.opened and lot.cost is not None for lot in row.lots)
    return told and sum((lot.quantity for lot in row.lots), ZERO) == row.quantity


def _pieces(row: Position, rates: Rates, day: str) -> tuple[_Piece, ...]:
    found = []
    for lot in sorted(row.lots, key=lambda one: one.opened):
        assert lot.cost is not None
        value = lot.quantity * row.unit_value
        gain = value - lot.cost
        long = is_long_term(lot.held_since or lot.opened, day)
        by_order = rates is _BY_ORDER and gain < 0
        percent = rates.long if long or by_order else rates.short
        found.append(_Piece(value, gain * percent / 100 / value))
    return tuple(found)


def cheapest(sellers: list[_Seller], whole: Decimal) -> list[Decimal]:
    """What to sell of each, summing to `whole`, so that no exchange between two costs less tax."""
    amounts = [ZERO for _ in sellers]
    left = whole
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
    for _ in range(_MOST_SWAPS):
        if not _swap(sellers, amounts):
            break
    return amounts


def _steps(one: _Seller, sold: Decimal, most: Decimal) -> list[Decimal]:
    """How much more of a position can be sold: to the end of each lot, or as far as it goes."""
    most = min(most, one.room - sold)
    ends, reached = [most] if most > 0 else [], ZERO
    for piece in one.pieces:
        reached += piece.value
        if 0 < reached - sold < most:
            ends.append(reached - sold)
    return ends


def _swap(sellers: list[_Seller], amounts: list[Decimal]) -> bool:
    """Sells of another what is sold of one, where that costs a cent less; whether it did."""
    for at, one in enumerate(sellers):
        for to, other in enumerate(sellers):
            for amount in _steps(other, amounts[to], amounts[at]) if to != at else ():
                saved = one.tax(amounts[at]) - one.tax(amounts[at] - amount)
                added = other.tax(amounts[to] + amount) - other.tax(amounts[to])
                if added < saved - CENT / 10:
                    amounts[at] -= amount
                    amounts[to] += amount
                    return True
    return False
