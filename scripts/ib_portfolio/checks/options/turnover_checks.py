"""Checks of a cap on turnover: what is left completes the plan, and the largest orders go first."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.plain_text import plain
from ...core.record import Record
from ..case import CENT, ZERO, Case, Check, Problems, cents
from ..evidence import Holding, amount_asked
from ..market.cost_rules import fee_again, interest_again, taxes_again
from ..market.piece_rules import planned_unit, step_of
from ..target_checks import goes_in_proportion, larger_orders, nothing_left, own_targets
from ..targets.around_checks import directions_around, left_around

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart


_LARGEST_MINIMUM = 5  # US dollars
_EXCHANGED = Decimal("0.0001")  # of an amount, what exchanging it may cost


class _Order(Record):
    """An order of the full plan: what of it is made, and what is left; base currency."""

    action: str
    symbol: str
    done: Decimal
    left: Decimal

    @property
    def whole(self) -> Decimal:
        """All of it."""
        return self.done + self.left


def left_completes(case: Case) -> Problems:
    """The orders with what is left of them are a full plan: they bring each share to its target."""
    full = _full_case(case)
    if full is None:
        return
    if full.orders_reach_profile():
        yield from _of_all(nothing_left(full))
    if amount_asked(full.evidence.asked, "min-trade") and full.larger_orders_reach_profile():
        yield from _of_all(larger_orders(full))
    if goes_in_proportion(full):
        yield from _of_all(own_targets(full))
    if not full.goals_are_profile():
        yield from _of_all(directions_around(full))
        yield from _of_all(left_around(full))


def _of_all(problems: Problems) -> Problems:
    return (f"with what is left: {problem}" for problem in problems)


def largest_first(case: Case) -> Problems:
    """Sales and purchases share the cap as in the full plan, and on each side the largest go first.

    The one that does not fit is cut to whole units, and there is room for no unit more.
    """
    left = case.document.get("left", [])
    sides = {trade["symbol"]: trade["action"] for trade in case.trades}
    for place, row in enumerate(left):
        twice = any(row["symbol"] == other["symbol"] for other in left[:place])
        against = sides.get(row["symbol"], row["action"]) != row["action"]
        if (twice or against) and len(_holdings(case, row["symbol"])) == 1:
            yield f"{row['symbol']} is left twice, or against its order"
    orders = _orders(case)
    if not left or orders is None:
        return
    cap = case.whole * amount_asked(case.evidence.asked, "max-turnover") / 100
    whole = sum((one.whole for one in orders), ZERO)
    if whole <= cap:
        yield f"orders of {whole} all fit under {cap:.2f}, and something is left"
        return
    for action in ("SELL", "BUY"):
        side = [one for one in orders if one.action == action]
        budget = cap * sum((one.whole for one in side), ZERO) / whole
        yield from _in_turn(side)
        used = sum((one.done for one in side), ZERO)
        if used > budget:
            yield f"orders to {action} come to {used}, more than their {budget:.2f} of the cap"
        waiting = [one for one in side if one.left]
        if waiting:
            yield from _room_left(case, max(waiting, key=lambda one: one.whole), budget - used)


def _in_turn(side: list[_Order]) -> Problems:
    """Whether what is made, cut and left alone of one side come in this order by their size."""
    made = [one for one in side if not one.left]
    cut = [one for one in side if one.left and one.done]
    alone = [one for one in side if not one.done]
    if len(cut) > 1:
        yield f"{', '.join(one.symbol for one in cut)} are cut, which only one may be"
    for first, then in ((made, cut), (made, alone), (cut, alone)):
        for one in then:
            smaller = [other.symbol for other in first if other.whole < one.whole]
            if smaller:
                yield f"{one.symbol} is left, and the smaller order of {smaller[0]} is not"


def _room_left(case: Case, order: _Order, room: Decimal) -> Problems:
    """Whether one more unit of the first order that waits would have fitted."""
    (holding,) = _holdings(case, order.symbol)
    if order.action == "SELL" and not _can_be_cut(case, holding):
        return
    unit = case.step_value(holding)
    if order.action == "BUY":
        # As if all of the order were paid for: what that costs is known, and a part costs no more.
        paid = order.whole + _cost(case, holding, order, order.whole)
        room = min(room, (_spare(case) - (paid - order.whole)) * order.whole / paid)
    units = int((room - CENT) / unit) if unit else 0
    # A cent for each of two roundings.
    if units < 1 or room < units * unit + 2 * CENT:
        return
    more = order.done + units * unit
    least = max(amount_asked(case.evidence.asked, "min-trade"), _cost(case, holding, order, more))
    if more <= least + CENT:
        return
    yield f"{units} more units of {order.symbol} would have fitted under the cap"


def _can_be_cut(case: Case, holding: Holding) -> bool:
    """Whether a part of a holding may be sold, whatever that leaves."""
    step = step_of(holding, case.evidence.asked)
    if step is None or holding.kept:
        return False
    return not (holding.by_face and holding.quantity % step)


def _cost(case: Case, holding: Holding, order: _Order, amount: Decimal) -> Decimal:
    """What an order of an amount costs, with the interest that a purchase pays."""
    quantity, buys = amount / holding.unit, order.action == "BUY"
    cost = fee_again(holding, quantity, amount, buys, case.evidence)
    cost += taxes_again(holding, quantity, amount, order.action, case.evidence.day)
    return cost + abs(interest_again(holding, quantity))


def _spare(case: Case) -> Decimal:
    """The cash over what of it has to stay, at least: a band may let it stay for other reasons."""
    asked, evidence = case.evidence.asked, case.evidence
    if "band" in asked and not case.goals_are_profile():
        return ZERO
    kept = [case.goal_of(CASH), case.whole * case.profile[CASH] / 100, evidence.kept_cash or ZERO]
    # What a locked mixed fund owes has to be there in cash, too.
    owed = sum((min(dict(row.in_shares).get(CASH, ZERO), ZERO) for row in case.locked), ZERO)
    exchanged = Decimal(case.document["summary"]["exchange_cost"])
    if len(case.currency_names) > 1:
        exchanged += 2 * _LARGEST_MINIMUM * len(case.currency_names) * evidence.usd
    after = Decimal(case.document["summary"]["cash_after"]) - evidence.set_aside
    return after - max(kept) + owed - exchanged


def _orders(case: Case) -> list[_Order] | None:
    """The orders of the full plan; None where two holdings have one name."""
    left = {(row["action"], row["symbol"]): row for row in case.document.get("left", [])}
    found = []
    for trade in case.trades:
        name = trade["action"], trade["symbol"]
        rest = left.pop(name)["amount"] if name in left else "0"
        found.append(_Order(*name, Decimal(trade["amount"]), Decimal(rest)))
    found += [_Order(*name, ZERO, Decimal(row["amount"])) for name, row in left.items()]
    names = [one.symbol for one in found]
    alone = len(set(names)) == len(names) and all(len(_holdings(case, name)) == 1 for name in names)
    return found if alone else None


def _holdings(case: Case, symbol: str) -> list[Holding]:
    return [row for row in case.traded if plain(row.symbol) == symbol]


def _full_case(case: Case) -> Case | None:
    """The case of the full plan: its orders, and the cash after them; None where it is not told."""
    orders = _orders(case)
    if orders is None:
        return None
    told = {row["symbol"]: row for row in case.trades}
    pairs = list(_full_pairs(case, orders, told))
    cash = Decimal(case.document["summary"]["cash_after"])
    for one, (_, row) in zip(orders, pairs):
        costs = _cost(case, row, one, one.left) if one.left else ZERO
        costs += one.left * _EXCHANGED if row.currency != case.document["base_currency"] else ZERO
        cash += (one.left if one.action == "SELL" else -one.left) - costs
    summary = {**case.document["summary"], "cash_after": str(cash)}
    asked = {name: text for name, text in case.evidence.asked.items() if name != "max-turnover"}
    by_share: dict[str, list[DocumentPart]] = {}
    for trade, row in pairs:
        by_share.setdefault(row.share, []).append(trade)
    return case._replace(
        document={
            **case.document,
            "trades": [trade for trade, _ in pairs],
            "left": [],
            "summary": summary,
        },
        evidence=case.evidence._replace(asked=asked),
        pairs=pairs,
        by_share=by_share,
    )


def _full_pairs(
    case: Case, orders: list[_Order], told: dict[str, DocumentPart]
) -> Iterator[tuple[DocumentPart, Holding]]:
    """Each order of the full plan as a trade, with what it is of."""
    for one in orders:
        (row,) = _holdings(case, one.symbol)
        step = planned_unit(row) * case.step(row)
        quantity = (one.whole / step).to_integral_value() * case.step(row) if step else ZERO
        quantity = row.quantity if one.whole == cents(row.value) else quantity
        trade = {
            "symbol": one.symbol,
            "currency": row.currency,
            "asset_class": row.asset_class,
            "commission": "0.00",
            "taxes": "0.00",
            **told.get(one.symbol, {}),
        }
        figures = {"amount": str(one.whole), "quantity": str(quantity), "action": one.action}
        yield {**trade, **figures}, row


CHECKS = (
    (Check("left completes the plan", left_completes), ("max-turnover",)),
    (Check("largest orders first", largest_first), ("max-turnover",)),
)
