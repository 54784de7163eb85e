"""Sales at a loss, and purchases of the same within 30 days. Loaded only when a run asks for lots.

A loss is not deductible where the same is bought within 30 days before or after the sale. Source:
US, IRS Publication 550, "Wash Sales".
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from ..core.messages import say
from ..core.numbers import ZERO, plain_decimal
from ..core.plain_text import plain
from ..core.portfolio import Execution, Lot, Portfolio, Position
from ..core.record import Record
from ..planning.plan import Plan
from .lots import METHOD_NAMES, METHODS
from .realized_gains import realized_gain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart


DAYS = 30
_BY_SHARE = "PROPORTION"
YES, POSSIBLE, CANNOT_TELL = "yes", "possible", "cannot tell"


class _Window(Record):
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
        by_share = gain is not None and gain.method == _BY_SHARE and gain.amount < 0
        loss_by = [_BY_SHARE] if by_share else []
        loss_by += [
            row["method"]
            for row in sale["methods"]
            if any(Decimal(part["gain"]) < 0 for part in row["lots"])
        ]
        if loss_by or (gain is None and not sale["methods"]):
            notice = _notice(plan.portfolio, order.position, loss_by, sale["methods"])
            found.append({"priority": sale["priority"], **notice})
    return found


def _notice(
    portfolio: Portfolio, position: Position, loss_by: list[str], methods: list[DocumentPart]
) -> DocumentPart:
    """What the statement tells of purchases around a sale on the day of the prices."""
    symbol = plain(position.symbol)
    own = _executions_of(portfolio, position)
    unclear = _unclear(portfolio, own)
    bought, covered_from, told = {}, "", [say(key) for key in unclear]
    verdict = CANNOT_TELL
    if not unclear:
        window = _window(portfolio.as_of)
        bought, covered_from = _bought(own, window), _covered_from(portfolio, window)
        told = _told(bought, window, covered_from)
        if loss_by:
            taken = [row["lots"] for row in methods if row["method"] in loss_by]
            certain = bought and _is_certain(position, own, window, taken)
            verdict = YES if certain else POSSIBLE
    lines = [_why(symbol, loss_by, verdict), *told]
    if portfolio.as_of:
        lines.append(say("wash_after", symbol=symbol, day=_window(portfolio.as_of).free))
    return {
        "symbol": symbol,
        "verdict": verdict,
        "loss_by": loss_by,
        "purchases": [
            {"date": day, "quantity": plain_decimal(bought[day])} for day in sorted(bought)
        ],
        "covered_from": covered_from,
        "sentence": " ".join(lines),
    }


def _is_certain(
    position: Position,
    executions: list[Execution],
    window: _Window,
    taken: list[list[DocumentPart]],
) -> bool:
    """Whether shares bought in the window are kept whichever method is set, and none was sold.

    A sale in the window may have used up the purchases, or be the one whose loss they take.
    """
    if not taken or any(row.side == "SELL" and row.date >= window.first for row in executions):
        return False
    new = [lot for lot in position.lots if window.first <= lot.opened <= window.last]
    return all(_is_replaced(new, parts) for parts in taken)


def _is_replaced(new: list[Lot], parts: list[DocumentPart]) -> bool:
    """Whether of `new`, less the `parts` of it that are sold, something replaces a part at a loss.

    The rest of the purchase that is sold from is no replacement (Rev. Rul. 56-602).
    """
    kept: dict[str, Decimal] = {}
    for lot in new:
        kept[lot.opened] = kept.get(lot.opened, ZERO) + lot.quantity
    for part in parts:
        if part["opened"] in kept:
            kept[part["opened"]] -= Decimal(part["quantity"])
    opened = {day for day, quantity in kept.items() if quantity > 0}
    return any(opened - {part["opened"]} for part in parts if Decimal(part["gain"]) < 0)


def _why(symbol: str, loss_by: list[str], verdict: str) -> str:
    if not loss_by:
        return say("wash_gain_unknown", symbol=symbol)
    if set(METHODS) <= set(loss_by):
        by = say("wash_every_method")
    else:
        by = ", ".join(METHOD_NAMES.get(name) or say("wash_by_share") for name in loss_by)
    shown = say(f"wash.{verdict.replace(' ', '_')}")
    return say("wash_loss", symbol=symbol, by=by, verdict=shown)


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
