"""The rows of a target of the user's own: each of its parts before and after the plan."""

from __future__ import annotations

from ...core.asset_classes import ASSET_CLASSES, CASH
from ...core.format import money, percent, shown_money, target_percent
from ...core.messages import say
from ...core.numbers import ZERO
from ...core.plain_text import plain
from ...planning.plan import Plan
from ...planning.sleeves import sleeve_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import SleeveShare


def sleeve_rows(plan: Plan) -> list[SleeveShare]:
    """The parts of the target in its order, cash last where it does not name it.

    `after_pct` is of what is left of the whole after all costs.
    """
    portfolio, profile = plan.portfolio, plan.target.profile
    values, after = sleeve_values(portfolio, profile), plan.sleeves_after
    total, total_after = portfolio.investable_value, sum(after.values(), ZERO)
    classes = dict(profile.classes_told)
    classes.update((row.own_sleeve, row.asset_class) for row in portfolio.positions)
    names = profile.named
    return [
        {
            "name": plain(name),
            "asset_class": name if name in ASSET_CLASSES else classes.get(name, ""),
            "current_value": money(values[name]),
            "current_pct": percent(values[name], total),
            "target_pct": target_percent(profile.percent[name]),
            "drift_pct": percent(values[name] - plan.target.wanted[name], total),
            "after_value": money(after[name]),
            "after_pct": percent(after[name], total_after),
        }
        for name in (names if CASH in names else (*names, CASH))
    ]


def unidentified(plan: Plan) -> list[str]:
    """The symbols that are bought and not held, where the user told no exchange with the price."""
    rows = (order.position for order in plan.orders)
    return [plain(row.symbol) for row in rows if not row.quantity and not row.instrument.exchange]


def others_sold(plan: Plan) -> list[str]:
    """The warning that names what is sold because the target does not name it, if anything is."""
    base, named = plan.portfolio.base_currency, plan.target.profile.named
    sold = [
        f"{plain(order.position.symbol)} ({shown_money(money(order.amount), base)})"
        for order in plan.orders
        if order.position.sleeve not in (*named, CASH)
    ]
    return [say("others_sold", symbols=", ".join(sold))] if sold else []
