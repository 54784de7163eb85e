"""Checks against each position's own target, for runs in which no option changes the targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from ..core.asset_classes import CASH
from ..core.plain_text import plain
from .case import CENT, COARSE, ZERO, Case, Problems, cash_share_after, cents, name_of, total
from .evidence import Holding, amount_asked
from .market.cost_rules import fee_again, interest_again, taxes_again
from .market.piece_rules import step_of
from .targets.asked import points_of_few

_UNIT = Decimal("0.0001")  # of a weight
# What commissions of orders that come out smaller may leave unspent: a part of all purchases, and
# the largest minimum, in US dollars, of each position.
_UNSPENT = Decimal("0.0002")
_LARGEST_MINIMUM = 5


def goes_in_proportion(case: Case) -> bool:
    """Whether every share goes to its goal, and each holding of it to its part."""
    by_tax = "tax-aware" in case.evidence.asked
    return case.goals_are_profile() and points_of_few(case.evidence) is None and not by_tax


def weights_in_proportion(case: Case) -> Problems:
    """Each weight is the part of its share by value, to a unit a row, and one for each tiny row.

    A row with large units has a value that whole units come to instead, no further than a unit from
    its part; the others of its class have their parts of the rest.
    """
    names = Counter(plain(row.symbol) for row in case.traded)
    if any(case.is_coarse(row) and names[plain(row.symbol)] > 1 for row in case.traded):
        return  # whole units of rows of one name cannot be told from their one weight
    exact: dict[str, list[Decimal]] = {}
    shares = {plain(row.symbol): CASH for row in case.traded if row.share == CASH}
    for row, part in _parts(case):
        name = plain(row.symbol)
        exact.setdefault(name, []).append(part)
        if shares.setdefault(name, row.share) != row.share:
            return
    tiny = sum(part < _UNIT for parts in exact.values() for part in parts)
    # A class that keeps its value has a rounded weight of its own.
    tiny += any(case.goal_of(name) * 100 / case.weighed % _UNIT for name in case.traded_shares)
    for name, parts in exact.items():
        error = abs(case.weights.get(name, ZERO) - sum(parts, ZERO))
        if (
            error >= _UNIT * (len(parts) + tiny)
            and name != f"{case.document['base_currency']}.CASH"
        ):
            yield f"the weight of {name} should be {sum(parts, ZERO):.4f}"


def _parts(case: Case) -> Iterator[tuple[Holding, Decimal]]:
    """The weight that each traded row should have, in percent."""
    for name in case.traded_shares:
        rows = _rows_of(case, name)
        pinned = {id(row): part for row, part in _in_units(case, rows)}
        rest = [row for row in rows if id(row) not in pinned]
        held = sum((cents(row.value) for row in rest), ZERO)
        left = case.goal_of(name) * 100 / case.weighed - sum(pinned.values(), ZERO)
        for row in rows:
            own = pinned.get(id(row))
            part = left * cents(row.value) / held if held else left
            yield row, part if own is None else own


def _in_units(case: Case, rows: list[Holding]) -> Iterator[tuple[Holding, Decimal]]:
    """The rows with large units whose weight is that of whole units, and that weight."""
    large = [row for row in rows if case.is_coarse(row)]
    # Each tiny row has one unit of a weight, which others lack.
    tiny = sum(case.target_of(row) * 100 < _UNIT * case.whole for row in rows)
    for row in large if len(rows) > 1 else ():
        weight = case.weights.get(plain(row.symbol), ZERO)
        unit = case.step_value(row) * 100 / case.weighed
        changed = (weight - cents(row.value) * 100 / case.weighed) / unit
        whole_units = abs(changed - round(changed)) * unit < (2 + tiny) * _UNIT
        near = abs(weight - case.target_of(row) * 100 / case.weighed)
        others = sum((case.step_value(one) for one in large), ZERO) * 100 / case.weighed
        if whole_units and near <= others + _UNIT:
            yield row, weight


def own_targets(case: Case) -> Problems:
    """Every trade goes towards the position's target, and past it no further than it was off.

    What others of its class cannot take, for their large units, may come on top.
    """
    large = dict.fromkeys(case.totals, ZERO)
    for row in case.traded:
        if case.is_coarse(row):
            large[row.share] += case.step_value(row)
    for trade, holding in case.pairs:
        if holding is None:
            continue
        before = cents(holding.value) - case.target_of(holding)
        change = Decimal(trade["amount"]) * (-1 if trade["action"] == "SELL" else 1)
        after = abs(before + change) - _piece(case, holding) - CENT
        others = large[holding.share] + moved_by_others(case, holding.share)
        others -= case.step_value(holding) if case.is_coarse(holding) else ZERO
        if before * change > 0 or after > abs(before) + others:
            yield f"{name_of(trade)} ends {before + change:.2f} from its target"


def moved_by_others(case: Case, name: str) -> Decimal:
    """What of a share is left to its larger orders, where a smallest order is asked for."""
    if not amount_asked(case.evidence.asked, "min-trade"):
        return ZERO
    ordered = {id(row) for _, row in case.pairs}
    rows = (row for row in case.traded if row.share == name and id(row) not in ordered)
    return sum((abs(case.target_of(row) - row.value) + case.step_value(row) for row in rows), ZERO)


def _piece(case: Case, holding: Holding) -> Decimal:
    """What the smallest order is worth: all of what would leave an odd rest, if it is more."""
    if holding.by_face:
        step = case.step(holding)
        if holding.quantity % step and holding.quantity < 2 * step:
            return max(case.step_value(holding), holding.value)
    return case.step_value(holding)


def nothing_left(case: Case) -> Problems:
    """A class ends within a step of its target, as far as cash allows and lots can be sold."""
    yield from left_undone(case, case.traded_shares)


def larger_orders(case: Case) -> Problems:
    """With a smallest order, a class that orders no smaller could bring to its target gets there.

    Those are of holdings that together have room for all that it is off.
    """
    least = amount_asked(case.evidence.asked, "min-trade")
    for name in case.traded_shares:
        off = case.goal_of(name) - case.totals[name]
        rows = [row for row in _rows_of(case, name) if not case.is_coarse(row)]
        pieces = [row for row in rows if step_of(row, case.evidence.asked) is not None]
        able = (off > 0 and bool(pieces)) or _can_be_sold(pieces, -off, least)
        dearest = max((case.step_value(row) for row in rows), default=ZERO)
        if able and len(pieces) == len(_rows_of(case, name)) and abs(off) > least + dearest:
            yield from left_undone(case, [name], least)


def _can_be_sold(rows: list[Holding], amount: Decimal, least: Decimal) -> bool:
    """Whether sales of at least `least` each, of so few rows that they may be, come to `amount`."""
    rooms = sorted((row.value - row.kept * row.unit for row in rows), reverse=True)
    most = int(amount / least) if least else len(rooms)
    return sum(rooms[:most], ZERO) >= amount and all(room >= least for room in rooms[:most])


def left_undone(case: Case, names: list[str], least: Decimal = ZERO) -> Problems:
    """Shares that end more than a step from their goals although orders could bring them nearer.

    With a smallest order, `least` in base currency, what is left may be less than one.
    """
    fees = _LARGEST_MINIMUM * case.evidence.usd * (len(case.traded) + 1)
    fees += _UNSPENT * total(case.trades, "amount", "BUY") + _eaten_by_fees(case)
    # A fund that counts as cash is sold in whole units, too.
    funds = (case.step_value(row) for row in case.traded if row.share == CASH)
    fees += max(funds, default=ZERO) + case.near
    goals = {name: case.goal_of(name) for name in case.totals}
    spare = cash_share_after(case) - goals[CASH]
    if least:  # funds that count as cash may be too small to be sold, and the rest for an order
        ledger = Decimal(case.document["summary"]["cash_after"]) - case.evidence.set_aside
        spare = min(spare, ledger)
    for name in names:
        free = fees + _dearest_step(case, name)
        large = fees + _dearest_step(case, name, with_large=True)
        most = free if _small_can_take(case, name, free) else large
        trades = case.trades_of(name)
        change = total(trades, "amount", "BUY") - total(trades, "amount", "SELL")
        over = case.totals[name] + change - goals[name]
        excused = case.totals[name] > goals[name] or _only_large_units_are_left(case, name)
        less = large if excused else free
        # An order of the smallest size is one of whole units.
        less = max(less, least + _dearest_step(case, name)) if least else less
        if case.can_hold(name) and -over > less and spare > less:
            yield f"{name} ends {-over:.2f} under its target although {spare:.2f} could be spent"
        more = over > most + _stuck(case, name) and not _is_nearer_beyond(case, name, over)
        if more and not (spare >= 0 and _would_wait(case, name, over - fees)):
            yield f"{name} ends {over:.2f} over its target although more could be sold"


def _would_wait(case: Case, name: str, over: Decimal) -> bool:
    """Whether what selling a share down would bring could not be spent, where cash has its part.

    Another lacks as much, and that is less than its smallest unit.
    """
    for other in case.traded_shares:
        trades = case.trades_of(other)
        moved = total(trades, "amount", "BUY") - total(trades, "amount", "SELL")
        lacks = case.goal_of(other) - case.totals[other] - moved
        units = [case.step_value(row) for row in _rows_of(case, other)]
        if other != name and units and over <= lacks < min(units):
            return True
    return False


def _is_nearer_beyond(case: Case, name: str, over: Decimal) -> bool:
    """Whether a class is over its target by part of a large unit that it bought, rightly.

    That is: class and row are together no nearer without the unit, and no other row is beyond its
    own part by more than a step.
    """
    bought = {id(row): Decimal(one["amount"]) for one, row in case.pairs if one["action"] == "BUY"}
    rows = _rows_of(case, name)
    off = [cents(row.value) + bought.get(id(row), ZERO) - case.target_of(row) for row in rows]
    if any(one > case.step_value(row) for row, one in zip(rows, off) if not case.is_coarse(row)):
        return False
    return any(
        over + abs(one) < abs(over - unit) + abs(one - unit)
        for row, one in zip(rows, off)
        for unit in [case.step_value(row)]
        if case.is_coarse(row) and id(row) in bought
    )


def _only_large_units_are_left(case: Case, name: str) -> bool:
    """Whether what a class lacks is of its rows with large units.

    One of them ends half a unit and more under its weight in the target; or all others have their
    part.
    """
    bought = {id(row): Decimal(trade["amount"]) for trade, row in case.pairs}
    all_small_have_theirs = True
    for row in _rows_of(case, name):
        after = cents(row.value) + bought.get(id(row), ZERO)
        if case.is_coarse(row):
            wanted = case.weights.get(plain(row.symbol), ZERO) * case.weighed / 100
            if wanted - after > case.step_value(row) / 2:
                return True
        elif after < case.target_of(row):
            all_small_have_theirs = False
    return all_small_have_theirs


def _small_can_take(case: Case, name: str, margin: Decimal) -> bool:
    """Whether rows without large units are worth more than what a class is over, by a margin."""
    held = sum((cents(row.value) for row in _small(case, name)), ZERO)
    return held > case.totals[name] - case.goal_of(name) + margin


def _small(case: Case, name: str) -> list[Holding]:
    coarse = case.coarse
    return [row for row in _rows_of(case, name) if id(row) not in coarse]


def _rows_of(case: Case, name: str) -> list[Holding]:
    return [row for row in case.traded if row.share == name]


def _dearest_step(case: Case, name: str, with_large: bool = False) -> Decimal:
    """What a class may be left off by: its dearest unit, large ones apart where others can move."""
    rows = _rows_of(case, name)
    small = [] if with_large else _small(case, name)
    dear = max((case.step_value(row) for row in small or rows), default=ZERO) * Decimal("1.01")
    return dear + case.whole * COARSE / 2


def _eaten_by_fees(case: Case) -> Decimal:
    """What bringing the holdings to their targets would cost, of each at most what it is off.

    With much face at next to no price, as of a bond in default, that is nearly all of it. What
    purchases pay and sales receive of accrued interest counts as well.
    """
    eaten = ZERO
    for row in case.traded:
        target = case.target_of(row)
        off = abs(target - cents(row.value))
        quantity = off / row.unit
        buys = target > row.value
        cost = fee_again(row, quantity, off, buys, case.evidence)
        if row.by_face:
            eaten += abs(interest_again(row, quantity))
        elif row.row.get("listingExchange"):
            action = "BUY" if buys else "SELL"
            cost += taxes_again(row, quantity, off, action, case.evidence.day)
        eaten += min(cost, off)
    return eaten


def _stuck(case: Case, name: str) -> Decimal:
    """What the holdings of a class that are smaller than a lot, or sold up to that, are over."""
    left = {id(row): row.quantity for row in case.traded if row.share == name}
    for trade, holding in case.pairs:
        if trade["action"] == "SELL" and id(holding) in left:
            left[id(holding)] -= Decimal(trade["quantity"])
    small = ZERO
    for row in case.traded:
        quantity = left.get(id(row))
        if quantity is not None and quantity < 2 * case.step(row):
            small += max(row.unit * quantity - case.target_of(row), ZERO)
    return small
