"""Checks of few orders: near enough to the full plan, none too many, and what they give up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from ...core.asset_classes import CASH
from ...core.plain_text import plain
from ..case import CENT, ZERO, Case, Check, Problems, cash_kept, cents, name_of
from .asked import points_of_few
from .class_values import shares_after

_UNIT = Decimal("0.0001")  # of a weight
_TENTH = Decimal("0.1")
# What an exchange may cost less when an order falls away: two minimums, in US dollars.
_EXCHANGES = 10


def _is_free(case: Case) -> bool:
    """Whether nothing else holds the few orders back: neither a cap nor a withdrawal."""
    return not (case.raises_money() or case.document.get("left"))


def near_the_full_plan(case: Case) -> Problems:
    """Every share ends within the points of where the full plan is said to take it.

    That is never further from the target than the share began.
    """
    told, after = case.document["few_orders"], shares_after(case)
    if Decimal(told["points"]) != points_of_few(case.evidence):
        yield f"few orders are within {told['points']} points, which was not asked for"
    named = {plain(row.symbol) for row in case.evidence.holdings if row.closes}
    named.update(map(plain, case.totals))
    if not named >= {name for name, end in told["ends"].items() if Decimal(end)}:
        yield "the ends of the full plan are not those of the shares of the target"
        return
    for name, value in after.items():
        end = _end(case, name)
        if abs(value - end) > case.near + CENT:
            yield f"{name} ends at {value:.2f}, the full plan at {end}"
        if name != CASH and case.goals_are_profile():
            goal = case.goal_of(name)
            room = CENT * (told["full_orders"] + 1)
            if abs(end - goal) > abs(case.totals[name] - goal) + room:
                yield f"the full plan takes {name} to {end}, further from {goal:.2f}"


def _end(case: Case, name: str) -> Decimal:
    """Where the full plan is said to take a share; 0 for one that it does not tell.

    What is sold since the target does not name it may be told by its symbols.
    """
    ends = case.document["few_orders"]["ends"]
    if plain(name) in ends:
        return Decimal(ends[plain(name)])
    closing = {plain(row.symbol) for row in case.evidence.holdings if row.closes}
    closing &= {plain(row.symbol) for row in case.evidence.holdings if row.share == name}
    return sum((Decimal(ends.get(symbol, "0")) for symbol in closing), ZERO)


def none_too_many(case: Case) -> Problems:
    """No order can fall away with every share still that near, and cash at or over its floor."""
    told, after = case.document["few_orders"], shares_after(case)
    if len(case.trades) > told["full_orders"]:
        yield f"{len(case.trades)} orders are more than the {told['full_orders']} of the full plan"
    off = {name: value - _end(case, name) for name, value in after.items()}
    summary, floor = case.document["summary"], case.whole * case.profile[CASH] / 100
    cash = Decimal(summary["cash_after"]) - case.evidence.set_aside
    exchanges = Decimal(summary["exchange_cost"])
    slack = CENT + (3 * exchanges + _EXCHANGES * case.evidence.usd if exchanges else ZERO)
    least = min((Decimal(trade["amount"]) for trade in case.trades), default=ZERO)
    for trade, row in case.pairs:
        share = row.share if row else trade["asset_class"]
        if row is None or row.closes or not case.goals.get(share):
            continue
        gone = _moved(case, trade)
        rest = {**off, share: off[share] - gone[0]}
        rest[CASH] += -gone[1]
        enough = trade["action"] == "BUY" or cash - gone[1] >= floor + slack
        near = all(abs(value) <= case.near - slack for value in rest.values())
        if enough and near and least:
            yield f"{name_of(trade)} could fall away"


def _moved(case: Case, trade: dict[str, str]) -> tuple[Decimal, Decimal]:
    """What a trade adds to its share and to the cash."""
    sign = 1 if trade["action"] == "BUY" else -1
    amount = sign * Decimal(trade["amount"])
    interest = sign * Decimal(trade.get("accrued_interest", "0"))
    cost = Decimal(trade["commission"]) + Decimal(trade["taxes"])
    return amount, -amount - interest - cost


def proportions_given_up(case: Case) -> Problems:
    """The symbol that ends furthest from its weight is the one told, by as many points."""
    told = case.document["few_orders"]
    changed: dict[int, Decimal] = {}
    for trade, row in case.pairs:
        changed[id(row)] = changed.get(id(row), ZERO) + _moved(case, trade)[0]
    after: dict[str, Decimal] = {}
    # Of a symbol that counts as cash in another row the weight tells nothing.
    as_cash = {plain(row.symbol) for row in case.traded if row.share == CASH}
    for row in case.traded:
        if plain(row.symbol) not in as_cash:
            value = cents(row.value) + changed.get(id(row), ZERO)
            after[plain(row.symbol)] = after.get(plain(row.symbol), ZERO) + value
    off = {
        name: abs(value - case.weights.get(name, ZERO) * case.weighed / 100) * 100 / case.whole
        for name, value in after.items()
    }
    most = max(off.values(), default=ZERO)
    claim = Decimal(told["furthest_pct"])
    if told["furthest"] in as_cash:
        return
    # Tiny rows have a unit of a weight each, which the others lack. A unit is of all that is held,
    # which beside a debt is more than the whole.
    near = min(_UNIT * (3 + len(case.traded)), CENT) * max(case.weighed / case.whole, 1)
    near += _out_of_reach(case) * 100 / case.whole
    if abs(claim - most) > near or abs(off.get(told["furthest"], ZERO) - most) > near:
        yield f"furthest from its part ends a symbol by {most:.4f} points, not {claim}"
    if len(case.trades) < told["full_orders"] and claim and _is_free(case):
        points = f"{claim.quantize(_TENTH, ROUND_HALF_UP)} points"
        if told["furthest"] not in told["sentence"] or points not in told["sentence"]:
            yield "the sentence does not say what proportions give up"


def _out_of_reach(case: Case) -> Decimal:
    """What shares with large units only are off their goals by at least, in base currency.

    Beside a debt, which has no weight, the weights are of all but that; else cash has it.
    """
    off = ZERO
    for name in case.traded_shares if cash_kept(case) < 0 else ():
        rows = [row for row in case.traded if row.share == name]
        if len(rows) == 1 and case.is_coarse(rows[0]):
            gap, step = abs(case.goal_of(name) - cents(rows[0].value)), case.step_value(rows[0])
            off += min(gap % step, step - gap % step)
    return off


CHECKS = (
    Check("few orders", near_the_full_plan, _is_free),
    Check("no order too many", none_too_many, _is_free),
    Check("proportions", proportions_given_up, Case.goals_are_profile),
)
