"""Checks against each position's own target, for runs in which no option changes the targets."""

from __future__ import annotations

from decimal import Decimal

from ..core.asset_classes import TRADED_CLASSES
from ..core.plain_text import plain
from .case import (
    CENT,
    LOT_SIZE,
    ZERO,
    Case,
    Problems,
    cash_class_after,
    cents,
    name_of,
    step_value,
    total,
)
from .trade_checks import fee_again, fee_table

_UNIT = Decimal("0.0001")  # of a weight
# What commissions of orders that come out smaller may leave unspent: a part of all purchases, and
# the largest minimum, in US dollars, of each position.
_UNSPENT = Decimal("0.0002")
_LARGEST_MINIMUM = 5


def weights_in_proportion(case: Case) -> Problems:
    """Each weight is the part of its class by value, to a unit a row, and one for each tiny row."""
    exact: dict[str, list[Decimal]] = {}
    classes: dict[str, str] = {}
    for row in case.traded:
        name = plain(row.symbol)
        exact.setdefault(name, []).append(case.target_of(row) * 100 / case.whole)
        if classes.setdefault(name, row.asset_class) != row.asset_class:
            return
    tiny = sum(part < _UNIT for parts in exact.values() for part in parts)
    for name, parts in exact.items():
        error = abs(case.weights.get(name, ZERO) - sum(parts, ZERO))
        if (
            error >= _UNIT * (len(parts) + tiny)
            and name != f"{case.document['base_currency']}.CASH"
        ):
            yield f"the weight of {name} should be {sum(parts, ZERO):.4f}"


def own_targets(case: Case) -> Problems:
    """Every trade goes towards the position's target, and past it no further than it was off."""
    for trade, holding in case.pairs:
        if holding is None:
            continue
        before = cents(holding.value) - case.target_of(holding)
        change = Decimal(trade["amount"]) * (-1 if trade["action"] == "SELL" else 1)
        after = abs(before + change) - step_value(holding) - CENT
        if before * change > 0 or after > abs(before):
            yield f"{name_of(trade)} ends {before + change:.2f} from its target"


def nothing_left(case: Case) -> Problems:
    """A class ends within a step of its target, as far as cash allows and lots can be sold."""
    dear = max((step_value(row) for row in case.traded), default=ZERO) * Decimal("1.01")
    dear += _LARGEST_MINIMUM * case.evidence.usd * (len(case.traded) + 1)
    dear += _UNSPENT * total(case.trades, "amount", "BUY")
    free = dear + _eaten_by_fees(case)
    goals = {name: case.whole * case.profile[name] / 100 for name in case.totals}
    unheld = sum((goals[name] for name in TRADED_CLASSES if not case.totals[name]), ZERO)
    spare = cash_class_after(case) - goals["CASH"] - unheld
    for name in TRADED_CLASSES:
        trades = [trade for trade in case.trades if trade["asset_class"] == name]
        change = total(trades, "amount", "BUY") - total(trades, "amount", "SELL")
        over = case.totals[name] + change - goals[name]
        if case.totals[name] and -over > free and spare > free:
            yield f"{name} ends {-over:.2f} under its target although {spare:.2f} could be spent"
        if over > free + _stuck(case, name):
            yield f"{name} ends {over:.2f} over its target although more could be sold"


def _eaten_by_fees(case: Case) -> Decimal:
    """What bringing the holdings to their targets would cost, of each at most what it is off.

    With much face at next to no price, as of a bond in default, that is nearly all of it.
    """
    table, eaten = fee_table(), ZERO
    for row in case.traded:
        off = abs(case.target_of(row) - cents(row.value))
        quantity = off / (row.value / row.quantity)
        eaten += min(fee_again(table, quantity, off, row, case.evidence.usd), off)
    return eaten


def _stuck(case: Case, name: str) -> Decimal:
    """What the holdings of a class that are smaller than a lot, or sold up to that, are over."""
    left = {id(row): row.quantity for row in case.traded if row.asset_class == name}
    for trade, holding in case.pairs:
        if trade["action"] == "SELL" and id(holding) in left:
            left[id(holding)] -= Decimal(trade["quantity"])
    small = ZERO
    for row in case.traded:
        quantity = left.get(id(row))
        if quantity is not None and quantity < LOT_SIZE["face" if row.by_face else "shares"]:
            small += max(row.value * quantity / row.quantity - case.target_of(row), ZERO)
    return small
