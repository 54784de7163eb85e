"""A plan beside the same account's plan with a bug: alike, refused, or shown although it is wrong.

A document that passed every check is *shown* wrongly where, of the account's right plan, the right
code says of the same orders another figure than it does, or where its orders are worse:

- an order of what must not be traded, or of more or other pieces than can be;
- something bought, and cash under its floor by more than in the right plan;
- classes, or parts of the target, and positions together further from their goals than in the right
  plan, by more than three of the dearest units of the account and what the smallest commissions of
  all its positions come to: what rounding to whole units may do to a position, its class and the
  cash; with --min-trade also what the smallest order is. With few orders and with sales by tax,
  positions have no goal;
- costs higher than in the right plan by more than a tenth, 10, and a 2000th of the whole, though it
  ends no nearer;
- with few orders more orders, with sales by tax more tax by more than the tax on a unit.

Orders that are others and no worse by this are as good, and nothing is wrong. Weights may differ by
what whole units of large rows come to, since these are planned in whole units; where the full plan
of few orders would end, or that of sales in proportion, is not planned again, and not compared.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

from bug_kit import ZERO, Patch

from ib_portfolio.checked_plan import checked_plan, statement_account
from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.numbers import to_cents
from ib_portfolio.planning import tailored_plan
from ib_portfolio.planning.currencies.exchanges import exchanges_of
from ib_portfolio.planning.orders.order import Order
from ib_portfolio.planning.plan import Plan
from ib_portfolio.reports.document.plan_options import option_keys
from ib_portfolio.reports.document.plan_writer import plan_document
from ib_portfolio.request.policy.policy_options import with_policy
from ib_portfolio.request.request import parse_words
from ib_portfolio.sources.flex_account import AccountDay

TODAY = "2026-11-20"
UNITS, PART_OF_COSTS, COSTS, LEAST_COMMISSION = 3, Decimal("0.1"), Decimal(10), Decimal(5)
PART_OF_WHOLE = Decimal("0.0005")
UNCHANGED, REFUSED, NO_PLAN, ALIKE, SHOWN = "unchanged", "refused", "no plan", "alike", "SHOWN"
# What tells no figure of the orders: texts, the checks' own results, and what the full plan was.
NOT_COMPARED = (
    *("heading_notes", "warnings", "notes", "checks", "checks_not_applicable"),
    *("left", "fetched", "target_allocation"),
)
# Of few orders, sales by tax and bands, what tells of another plan: its end, or its costs.
_OF_OTHER_PLANS = (
    *("ends", "full_orders", "furthest", "furthest_pct", "sentence", "saved", "kept"),
    "proportional",
    *("proportional_short", "proportional_long", "proportional_tax", "commission_saved"),
)
_LARGE, _WEIGHT = Decimal("0.01"), Decimal("0.0001")  # of the whole; a unit of a weight
Document = Dict[str, Any]


class Made(NamedTuple):
    """A plan, what its options made of it (None where there are none), and its document."""

    plan: Plan
    tailored: Any
    document: Document


class Case(NamedTuple):
    """An account's day, and what is typed."""

    day: AccountDay
    words: List[str]


def made(case: Case) -> Made:
    """The checked plan of a case, whose words and rows are read again."""
    kept: List[Any] = [None]
    request = with_policy(parse_words([*case.words, "--statement", "statement.xml"]))
    account = statement_account(case.day, request)
    with Patch.context() as patch:
        right = tailored_plan.tailored_plan

        def seen(*args: Any) -> Any:
            kept[0] = right(*args)
            return kept[0]

        patch.setattr(tailored_plan, "tailored_plan", seen)
        plan, document = checked_plan(*account, request, TODAY)
    return Made(plan, kept[0], document)


def outcome(case: Case, right: Made, plant: Any) -> Tuple[str, str]:
    """What becomes of a case with a bug, and the first thing that is wrong with what is shown."""
    try:
        with Patch.context() as patch:
            plant(patch)
            found = made(case)
    except Refusal as refusal:
        return (REFUSED if refusal.key == "check_failed" else NO_PLAN), str(refusal)
    except Exception as fault:
        return NO_PLAN, f"{type(fault).__name__}: {fault}"
    told = [{**one.document, "checks": [], "checks_not_applicable": []} for one in (found, right)]
    if told[0] == told[1]:
        return UNCHANGED, ""
    wrong = next(wrongs(right, found.document), "")
    return (SHOWN, wrong) if wrong else (ALIKE, "")


def wrongs(right: Made, document: Document) -> Iterator[str]:
    """What is wrong with a document, beside the right plan of its account."""
    moved = []
    for trade in document["trades"]:
        order, problem = _order(right, trade)
        if problem:
            yield f"{trade['action']} {trade['quantity']} {trade['symbol']}: {problem}"
            return
        moved.append(order)
    plan = _with_orders(right.plan, moved)
    yield from different(_figures(_document(right, plan, document)), _figures(document))
    yield from _other_weights(right, document)
    yield from _worse(right, plan)


def _other_weights(right: Made, document: Document) -> Iterator[str]:
    weights, whole = right.document["target_allocation"], right.plan.portfolio.investable_value
    rows = right.plan.portfolio.traded
    units = (row.unit_value * right.plan.terms_of(row).step for row in rows)
    large = sum((unit for unit in units if unit > whole * _LARGE), ZERO)
    room = large * 100 / whole + _WEIGHT * (len(rows) + 1)
    for name in {**weights, **document["target_allocation"]}:
        one, other = (
            Decimal(str(told.get(name, 0))) for told in (weights, document["target_allocation"])
        )
        if abs(one - other) > room:
            yield f"the weight of {name} should be {one}, is {other}"


def _order(right: Made, trade: Document) -> Tuple[Any, str]:
    """A trade as an order of the right plan's position, and what forbids it."""
    plan = right.plan
    rows = [
        row
        for row in plan.portfolio.positions
        if (row.symbol, row.conid, row.currency)
        == (trade["symbol"], trade["conid"], trade["currency"])
    ]
    if len(rows) != 1 or rows[0] not in plan.portfolio.traded:
        return None, "must not be traded"
    row, terms = rows[0], plan.terms_of(rows[0])
    quantity = Decimal(trade["quantity"])
    sells = trade["action"] == "SELL"
    if sells:
        most = terms.most_trimmed(row.quantity, row.by_face)
        if quantity > most or (quantity % terms.step and quantity != row.quantity):
            return None, "is no piece that can be sold"
    elif quantity % terms.step or not terms.may_buy:
        return None, "is no piece that can be bought"
    signed, amount = (-quantity if sells else quantity), to_cents(quantity * row.unit_value)
    return Order(row, signed, amount, *plan.fees.charges(row, signed, amount)), ""


def _with_orders(plan: Plan, orders: List[Order]) -> Plan:
    """The right plan with other orders, in their order, and what they come to."""
    cash = plan.portfolio.cash + sum((order.cash for order in orders), ZERO)
    new = plan._replace(orders=tuple(orders), exchanges=(), cash_after=to_cents(cash))
    if new.has_currencies:
        new = new._replace(exchanges=exchanges_of(new).orders)
        new = new._replace(cash_after=new.cash_after - new.exchange_cost)
    return new


def _document(right: Made, plan: Plan, like: Document) -> Document:
    options = None
    if right.tailored is not None:
        asked = {**like.get("options", {})}
        options = option_keys(right.tailored._replace(plan=plan), asked)
    return plan_document(plan, like["dry_run"], options)


def _figures(document: Document) -> Document:
    found = {key: value for key, value in document.items() if key not in NOT_COMPARED}
    for name in {"few_orders", "tax_aware", "band"} & set(found):
        own = found[name].items()
        found[name] = {key: value for key, value in own if key not in _OF_OTHER_PLANS}
    return found


def different(right: Any, found: Any, path: str = "") -> Iterator[str]:
    """Where two documents have other figures, and which."""
    if isinstance(right, dict) and isinstance(found, dict):
        for key in {**right, **found}:
            yield from different(right.get(key), found.get(key), f"{path}/{key}")
    elif isinstance(right, list) and isinstance(found, list) and len(right) == len(found):
        for place, (one, other) in enumerate(zip(right, found)):
            yield from different(one, other, f"{path}/{place}")
    elif right != found:
        yield f"{path} should be {right}, is {found}"


class Measure(NamedTuple):
    """How good a plan is: amounts in base currency."""

    off: Decimal
    short: Decimal
    costs: Decimal
    orders: int
    tax: Decimal


def _measure(right: Made, plan: Plan, orders: int, tax: Decimal) -> Measure:
    target = right.plan.target
    after = plan.sleeves_after
    off = sum((abs(after[name] - goal) for name, goal in target.goals.items()), ZERO)
    if right.tailored is None or not (right.tailored.full or right.tailored.proportional):
        moved = {id(order.position): order.moved for order in plan.orders}
        for row, wanted in zip(plan.portfolio.traded, target.positions):
            off += abs(row.value + moved.get(id(row), ZERO) - wanted)
    floor = target.cash_floor + plan.portfolio.set_aside
    costs = plan.total_commission + plan.total_taxes + plan.exchange_cost
    return Measure(off, max(floor - plan.cash_after, ZERO), costs, orders, tax)


def _tax(right: Made, plan: Plan) -> Decimal:
    if right.tailored is None or right.tailored.proportional is None:
        return ZERO
    told = option_keys(right.tailored._replace(plan=plan), {"tax-aware": ""})["tax_aware"]
    return Decimal(told.get("tax", "0"))


def _worse(right: Made, plan: Plan) -> Iterator[str]:
    best = _measure(right, right.plan, len(right.plan.orders), _tax(right, right.plan))
    found = _measure(right, plan, len(plan.orders), _tax(right, plan))
    rows = plan.portfolio.traded
    unit = max((row.unit_value * plan.terms_of(row).step for row in rows), default=ZERO)
    room = UNITS * unit + LEAST_COMMISSION * len(rows)
    room += right.tailored.preferences.min_trade if right.tailored else ZERO
    if found.short > best.short and any(order.quantity > 0 for order in plan.orders):
        yield f"the cash is {found.short - best.short:.2f} further under its floor"
    if found.off > best.off + room:
        yield f"it ends {found.off - best.off:.2f} further off, allowed {room:.2f}"
    more = found.costs - best.costs
    most = max(best.costs * PART_OF_COSTS + COSTS, plan.portfolio.investable_value * PART_OF_WHOLE)
    if more > most and found.off >= best.off - more:
        yield f"it costs {more:.2f} more than {best.costs:.2f}"
    if right.tailored is None:
        return
    if right.tailored.full and found.orders > best.orders:
        yield f"it has {found.orders} orders, not {best.orders}"
    if found.tax > best.tax + unit:
        yield f"its sales cost {found.tax - best.tax:.2f} more tax"
