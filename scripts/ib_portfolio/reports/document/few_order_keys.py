"""What the plan document says of few orders. Loaded only when a run has them."""

from __future__ import annotations

from ...core.format import money, percent, shown_points
from ...core.messages import say
from ...core.numbers import CENT, plain_decimal
from ...core.plain_text import plain
from ...planning.choices.few_orders import furthest_off
from ...planning.plan import Plan
from ...planning.tailored_plan import TailoredPlan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import FewOrdersResult


def few_orders_told(tailored: TailoredPlan, full: Plan) -> FewOrdersResult:
    """What the few orders of `tailored` reach of `full`, the plan of all, and what they give up."""
    plan, points = tailored.plan, tailored.preferences.few_orders
    assert points is not None
    whole, ends, after = plan.portfolio.investable_value, full.sleeves_after, plan.sleeves_after
    name, off = furthest_off(plan)
    furthest = percent(off, whole)
    far = max(abs(after[sleeve] - end) for sleeve, end in ends.items())
    shown = plain_decimal(points)
    told = {"count": len(plan.orders), "full": len(full.orders), "points": shown}
    if far > whole * points / 100 + CENT:
        sentence = say("few_orders_limited", off=shown_points(percent(far, whole)), **told)
    elif len(plan.orders) == len(full.orders):
        sentence = say("few_orders_all", **told)
    else:
        off_by = shown_points(furthest)
        sentence = say("few_orders", symbol=plain(name), off=off_by, **told)
    return {
        "points": shown,
        "full_orders": len(full.orders),
        "ends": {plain(sleeve): money(value) for sleeve, value in ends.items()},
        "furthest": plain(name),
        "furthest_pct": furthest,
        "sentence": sentence,
    }
