"""What the plan document says of sales by tax. Loaded only when a run asks for them."""

from __future__ import annotations

from ...core.format import money, shown_money
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal, to_cents
from ...core.plain_text import plain
from ...planning.plan import Plan
from ...planning.tailored_plan import TailoredPlan
from ...taxes.gains_by_lot import Gains, split_gains
from ...taxes.lots import lots_unclear, take_lots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart


def tax_aware_told(tailored: TailoredPlan, proportional: Plan) -> DocumentPart:
    """What the sales of `tailored` realise by lot, the oldest first, beside those in proportion.

    Sales without clear lots are left out of both.
    """
    plan, rates = tailored.plan, tailored.preferences.tax_rates
    ours, theirs = _gains(plan), _gains(proportional)
    told: DocumentPart = {
        "short": money(ours.short),
        "long": money(ours.long),
        "proportional_short": money(theirs.short),
        "proportional_long": money(theirs.long),
        "proportional": [
            {
                "symbol": plain(order.position.symbol),
                "conid": plain(order.position.conid),
                "currency": plain(order.position.currency),
                "asset_class": order.position.asset_class,
                "quantity": plain_decimal(-order.quantity),
                "amount": money(order.amount),
            }
            for order in proportional.orders
            if order.quantity < 0
        ],
        "kept": _sales(plan) == _sales(proportional),
        "sentence": "",
    }
    base = plan.portfolio.base_currency
    shown = {
        name: shown_money(told[name], base)
        for name in ("short", "long", "proportional_short", "proportional_long")
    }
    if told["kept"]:
        told["sentence"] = say("tax_aware_kept")
    if rates is None and not told["kept"]:
        return {**told, "sentence": say("tax_aware", **shown)}
    if rates is None:
        return told
    tax, before = (
        to_cents((gains.short * rates.short + gains.long * rates.long) / 100)
        for gains in (ours, theirs)
    )
    told.update(tax=money(tax), proportional_tax=money(before), saved=money(before - tax))
    amounts = (told[name] for name in ("tax", "proportional_tax", "saved"))
    tax_shown, before_shown, saved = (shown_money(amount, base) for amount in amounts)
    sentence = say("tax_aware_rates", tax=tax_shown, proportional=before_shown, saved=saved)
    return {**told, "sentence": told["sentence"] or sentence}


def _sales(plan: Plan) -> list[tuple[int, object]]:
    """What is sold of each position."""
    sales = (order for order in plan.orders if order.quantity < 0)
    return sorted((id(order.position), order.quantity) for order in sales)


def _gains(plan: Plan) -> Gains:
    short = long = ZERO
    day = plan.portfolio.as_of
    for order in plan.orders:
        row = order.position
        if order.quantity < 0 and not lots_unclear(row):
            parts = take_lots(row.lots, -order.quantity, "FIFO", row.unit_value, day)
            gains = split_gains(parts, row.unit_value, day)
            short, long = short + gains.short, long + gains.long
    return Gains(short, long)
