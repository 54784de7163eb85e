"""Sales at a loss, and purchases of the same within 30 days. Loaded only when a run asks for lots.

A loss is not deductible where the same is bought within 30 days before or after the sale. Source:
US, IRS Publication 550, "Wash Sales".
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ..core.messages import say
from ..core.numbers import ZERO, plain_decimal
from ..core.plain_text import plain
from ..core.portfolio import Execution, Portfolio, Position
from ..planning.plan import Plan, realized_gain

if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart


DAYS = 30
_NAMES = {"FIFO": "FIFO", "LIFO": "LIFO", "HIGHEST_COST": "highest cost"}
_BY_SHARE = "PROPORTION"


class _Window(NamedTuple):
    """The days that count, YYYY-MM-DD, and the first one after them."""

    first: str
    last: str
    free: str


def wash_sales(plan: Plan, sales: list[DocumentPart]) -> list[DocumentPart]:
    """A notice for each sale that realises a loss by the plan's estimate or in a lot of a method.

    `sales` are those of the document's `lots`. A sale of which neither tells is named too. The plan
    itself never buys what it sells.
    """
    found = []
    for sale in sales:
        order = plan.orders[sale["priority"] - 1]
        gain = realized_gain(order)
        loss_by = [_BY_SHARE] if gain is not None and gain < 0 else []
        loss_by += [
            row["method"]
            for row in sale["methods"]
            if any(Decimal(part["gain"]) < 0 for part in row["lots"])
        ]
        if loss_by or (gain is None and not sale["methods"]):
            notice = _notice(plan.portfolio, order.position, loss_by)
            found.append({"priority": sale["priority"], **notice})
    return found


def _notice(portfolio: Portfolio, position: Position, loss_by: list[str]) -> DocumentPart:
    """What the statement tells of purchases around a sale on the day of the prices."""
    symbol = plain(position.symbol)
    own = _executions_of(portfolio, position)
    unclear = _unclear(portfolio, own)
    bought, covered_from = {}, ""
    lines = [_why(symbol, loss_by), *(say(key) for key in unclear)]
    if not unclear:
        window = _window(portfolio.as_of)
        bought, covered_from = _bought(own, window), _covered_from(portfolio, window)
        lines += _told(bought, window, covered_from)
    if portfolio.as_of:
        lines.append(say("wash_after", symbol=symbol, day=_window(portfolio.as_of).free))
    return {
        "symbol": symbol,
        "loss_by": loss_by,
        "purchases": [
            {"date": day, "quantity": plain_decimal(bought[day])} for day in sorted(bought)
        ],
        "covered_from": covered_from,
        "sentence": " ".join(lines),
    }


def _why(symbol: str, loss_by: list[str]) -> str:
    if not loss_by:
        return say("wash_gain_unknown", symbol=symbol)
    by = ", ".join(_NAMES.get(name) or say("wash_by_share") for name in loss_by)
    return say("wash_loss", symbol=symbol, by=by)


def _window(sold: str) -> _Window:
    day = datetime.date.fromisoformat(sold)
    steps = (-DAYS, DAYS, DAYS + 1)
    return _Window(*((day + datetime.timedelta(days=step)).isoformat() for step in steps))


def _executions_of(portfolio: Portfolio, position: Position) -> list[Execution]:
    """The executions of the same contract or symbol, and those of which neither is told."""
    symbol = plain(position.symbol)
    return [
        execution
        for execution in portfolio.executions or ()
        if execution.symbol == symbol
        or (execution.conid and execution.conid == position.conid)
        or not (execution.symbol or execution.conid)
    ]


def _unclear(portfolio: Portfolio, executions: list[Execution]) -> list[str]:
    """The key of the message that says why nothing can be told; none when something can."""
    if not portfolio.as_of:
        return ["wash_no_day"]
    if portfolio.executions is None:
        return ["wash_no_trades"]
    for execution in executions:
        named = execution.symbol or execution.conid
        if not (named and execution.date and execution.side) or execution.quantity is None:
            return ["wash_unclear"]
    return []


def _bought(executions: list[Execution], window: _Window) -> dict[str, Decimal]:
    """What was bought on each day of the window, less what of it was cancelled."""
    by_day: dict[str, Decimal] = {}
    for execution in executions:
        if execution.side == "BUY" and window.first <= execution.date <= window.last:
            by_day[execution.date] = by_day.get(execution.date, ZERO) + (execution.quantity or ZERO)
    return {day: quantity for day, quantity in by_day.items() if quantity > 0}


def _covered_from(portfolio: Portfolio, window: _Window) -> str:
    """The first day of the window that the statement tells of, "" when it does not say."""
    return max(portfolio.executions_from, window.first) if portfolio.executions_from else ""


def _told(bought: dict[str, Decimal], window: _Window, covered_from: str) -> list[str]:
    """What the statement tells of purchases in the window, and from when on it cannot tell."""
    if not covered_from:
        lines = [say("wash_no_period")]
    elif covered_from > window.first:
        lines = [say("wash_before", day=covered_from)]
    else:
        lines = []
    if bought:
        named = ", ".join(f"{plain_decimal(bought[day])} on {day}" for day in sorted(bought))
        return [say("wash_bought", purchases=named), *lines]
    return [say("wash_none", day=covered_from), *lines] if covered_from else lines
