"""The rows of a plan's orders in its document."""

from __future__ import annotations

from decimal import Context, Decimal

from ...core.asset_classes import CASH
from ...core.format import money, percent, shown_points
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal
from ...core.plain_text import plain
from ...planning.orders.order import Order, unit_of
from ...planning.plan import Plan, drifts
from ...taxes.realized_gains import realized_gain
from .plan_costs import basis_points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import Trade

# Of a price in another currency: more digits are noise of the conversion to base currency and back.
_TEN_DIGITS = Context(prec=10)
_NOTHING = money(ZERO)


def trade_rows(plan: Plan) -> list[Trade]:
    """The orders of `plan` as rows, in the order of their execution."""
    whole, drift = plan.portfolio.investable_value, drifts(plan)
    named = plan.target.profile.named
    reasons = {
        name: say("reason_not_named") if named and name not in named else _reason(name, off, whole)
        for name, off in drift.items()
    }
    reasons[CASH] = say("reason_cash_fund")  # the only order of what counts as cash
    return [
        _trade(plan, place, order, whole, reasons[order.position.sleeve])
        for place, order in enumerate(plan.orders, 1)
    ]


def _trade(plan: Plan, place: int, order: Order, whole: Decimal, reason: str) -> Trade:
    position = order.position
    sells = order.quantity < 0
    gain = realized_gain(order)
    change = -order.amount if sells else order.amount
    accrued = {"accrued_interest": money(order.accrued_interest)} if position.by_face else {}
    return {
        "priority": place,
        "action": "SELL" if sells else "BUY",
        "symbol": plain(position.symbol),
        "conid": plain(position.conid),
        "asset_class": position.asset_class,
        "currency": plain(position.currency),
        "exchange": plain(position.instrument.exchange),
        "quantity": plain_decimal(abs(order.quantity)),
        "unit": unit_of(position),
        "lot_size": plain_decimal(plan.terms_of(position).step),
        "price": plain_decimal(position.unit_value),
        "local_price": plain_decimal((position.unit_value / position.rate).normalize(_TEN_DIGITS)),
        "amount": money(order.amount),
        "commission": money(order.commission),
        "taxes": money(order.taxes) if order.taxes else _NOTHING,
        **accrued,
        "cost_bp": basis_points(order),
        "weight_change_pct": percent(change, whole),
        "estimated_realized_gain": None if gain is None else money(gain.amount),
        "gain_method": None if gain is None else gain.method,
        "reason": reason,
    }


def _reason(asset_class: str, drift: Decimal, whole: Decimal) -> str:
    points = shown_points(percent(abs(drift), whole))
    return say(
        "reason_over" if drift > 0 else "reason_under", asset_class=asset_class, points=points
    )
