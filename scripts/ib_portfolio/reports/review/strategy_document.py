"""Fills the strategy document: the only place that writes its keys."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...analysis.horizon import beyond, end_of, kept_shares
from ...analysis.lot_orders import LotSale, lot_sales
from ...analysis.portfolio_review import Review
from ...core.format import money, percent
from ...core.numbers import ZERO, plain_decimal
from ...request.policy.stated_bands import Band
from ...request.review_request import HORIZONS
from .strategy_stages import stages_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CheckResult, ClassShare, PlanDocument, Trade
    from ...core.reviews.household_review_document import ClassTogether
    from ...core.reviews.review_document import ReviewDocument
    from ...core.reviews.strategy_document import (
        BeforeAfter,
        HorizonRow,
        LotOrder,
        StrategyDocument,
        WatchRow,
    )

COMMAND = "investment-strategy"
# Five percentage points, or a quarter of the target if that is less: the rule of thumb that
# --band 5/25 of /rebalance-portfolio applies.
BAND = Band(Decimal(5), Decimal(25))


def strategy_document(
    review: Review,
    reviewed: ReviewDocument,
    plan: PlanDocument,
    horizon: str,
    notes: tuple[str, ...] = (),
) -> StrategyDocument:
    """The strategy for `horizon` out of a checked review and a checked plan; without checks."""
    until = end_of(review.portfolio.as_of, HORIZONS[horizon])
    sales = {} if review.is_retirement else lot_sales(review.plan)
    return {
        "command": COMMAND,
        "profile": plan["profile"],
        "typed_options": reviewed["typed_options"],
        "account_options": reviewed["account_options"],
        "horizon": horizon,
        "until": until,
        "source": reviewed["source"],
        "shown_source": reviewed["shown_source"],
        "as_of": reviewed["as_of"],
        "account": reviewed["account"],
        "retirement": reviewed["retirement"],
        "base_currency": reviewed["base_currency"],
        "net_asset_value": reviewed["net_asset_value"],
        "trades": len(plan["trades"]),
        "before_after": _before_after(review, plan, until),
        "stages": stages_of(review, reviewed, plan, until, sales),
        "orders": [_order(row, sales.get(row["priority"])) for row in plan["trades"]],
        "horizons": _horizons(review),
        "watch": watch_rows(plan["classes"]),
        "losses": reviewed["losses"],
        "warnings": list(plan["warnings"]),
        "heading_notes": [*plan["heading_notes"], *notes],
        "notes": list(dict.fromkeys([*plan["notes"], *reviewed["notes"]])),
        "checks": [],
        "plan": plan,
    }


def with_strategy_checks(
    document: StrategyDocument, results: list[CheckResult]
) -> StrategyDocument:
    """`document` with the results of its self-check."""
    return {**document, "checks": results}


def with_heading_notes(document: StrategyDocument, notes: Sequence[str]) -> StrategyDocument:
    """`document` with more lines in its heading."""
    return {**document, "heading_notes": [*document["heading_notes"], *notes]}


def _order(trade: Trade, sale: LotSale | None) -> LotOrder:
    return {
        "priority": trade["priority"],
        "action": trade["action"],
        "symbol": trade["symbol"],
        "quantity": trade["quantity"],
        "unit": trade["unit"],
        "amount": trade["amount"],
        "commission": trade["commission"],
        "short": money(sale.short) if sale else None,
        "long": money(sale.long) if sale else None,
        "long_from": sale.long_from if sale else "",
    }


def _before_after(review: Review, plan: PlanDocument, until: str) -> list[BeforeAfter]:
    """Classes, cash, bonds beyond the horizon and the largest position, before and after."""
    found: list[BeforeAfter] = [
        {
            "name": row["asset_class"],
            "unit": "percent",
            "before": row["current_pct"],
            "after": row["after_pct"],
        }
        for row in plan["classes"]
    ]
    adjusted = review.plan.portfolio
    cash = (money(adjusted.cash), plan["summary"]["cash_after"])
    found.append({"name": "cash", "unit": "money", "before": cash[0], "after": cash[1]})
    if until:
        kept = kept_shares(review.bonds, review.plan)
        now, then = beyond(review.bonds, until), beyond(review.bonds, until, kept)
        for name, before, after in (
            ("beyond", now.value, then.value),
            ("beyond_higher", now.higher, then.higher),
        ):
            row: BeforeAfter = {
                "name": name,
                "unit": "money",
                "before": money(before),
                "after": money(after),
            }
            found.append(row)
    before, after = _largest(review)
    found.append({"name": "largest", "unit": "percent", "before": before, "after": after})
    return found


def _largest(review: Review) -> tuple[str, str]:
    """The largest long position's share of the net asset value, before and after the orders."""
    portfolio = review.plan.portfolio
    changes = {id(order.position): order for order in review.plan.orders}
    before, after = ZERO, ZERO
    for row in portfolio.positions:
        order = changes.get(id(row))
        change = ZERO
        if order:
            change = order.amount if order.quantity > 0 else -order.amount
        before, after = max(before, row.value), max(after, row.value + change)
    whole = portfolio.net_asset_value
    return percent(before, whole), percent(after, whole - review.plan.total_commission)


def _horizons(review: Review) -> list[HorizonRow]:
    found: list[HorizonRow] = []
    for name, years in HORIZONS.items():
        until = end_of(review.portfolio.as_of, years)
        rows = beyond(review.bonds, until)
        found.append(
            {
                "horizon": name,
                "until": until,
                "bonds": len(rows.rows),
                "value": money(rows.value),
                "higher": money(rows.higher),
            }
        )
    return found


def watch_rows(classes: Sequence[ClassShare] | Sequence[ClassTogether]) -> list[WatchRow]:
    """The shares of each class at which an order is due, beside its share now."""
    found: list[WatchRow] = []
    for row in classes:
        target = Decimal(row["target_pct"])
        width = BAND.width(target)
        found.append(
            {
                "asset_class": row["asset_class"],
                "now_pct": row["current_pct"],
                "low_pct": plain_decimal(target - width),
                "high_pct": plain_decimal(target + width),
            }
        )
    return found
