"""Fills the household's part of a strategy: the only place that writes its keys."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ....analysis.household_clashes import Clash
from ....analysis.household_review import Together
from ....analysis.lot_orders import lot_sales
from ....core.format import money, percent
from ....core.numbers import ZERO
from ....core.plain_text import plain
from ....core.record import Record
from ....planning.orders.order import Order
from ....taxes.trade_history import position_key
from ..strategy_document import watch_rows
from .members import Member, gathered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....core.reviews.household_review_document import ClassTogether, HouseholdReview
    from ....core.reviews.household_strategy_document import (
        AccountStep,
        ClashRow,
        HouseholdStrategy,
        HouseholdStrategyDocument,
        OrdersRow,
        StageTogether,
    )
    from ....core.reviews.strategy_document import BeforeAfter, HorizonRow, StrategyDocument

COMMAND = "investment-strategy"
_SUMMED = ("cash", "beyond", "beyond_higher")  # rows of an account's table that are added up


class Planned(Record):
    """One account with its checked strategy."""

    member: Member
    document: StrategyDocument


def household_strategy_document(
    planned: Sequence[Planned],
    reviewed: HouseholdReview,
    together: Together | None,
    clashes: Sequence[Clash],
    notes: Sequence[str],
) -> HouseholdStrategyDocument:
    """The strategies of all accounts together, beside the checked review; without checks.

    `together` is None where the accounts cannot be added up; `notes` are more lines of the heading.
    """
    first = planned[0].document
    documents = [one.document for one in planned]
    stages = [_stage(planned, place, reviewed) for place, _ in enumerate(first["stages"])]
    household: HouseholdStrategy = {
        "profile": reviewed["profile"],
        "typed_options": reviewed["typed_options"],
        "account_options": reviewed["account_options"],
        "horizon": first["horizon"],
        "until": max(one["until"] for one in documents),
        "source": reviewed["source"],
        "shown_source": reviewed["shown_source"],
        "as_of": reviewed["as_of"],
        "members": reviewed["members"],
        "base_currency": reviewed["base_currency"],
        "net_asset_value": reviewed["net_asset_value"],
        "trades": reviewed["trades"],
        "before_after": _before_after(planned, reviewed["classes"], together),
        "orders": [_orders(one) for one in planned],
        "clashes": [_clash(row, planned) for row in clashes],
        "stages": stages,
        "horizons": _horizons(documents) if together else [],
        "watch": watch_rows(reviewed["classes"]),
        "losses": reviewed["losses"],
        "warnings": reviewed["warnings"],
        "notes": gathered([(one.member.account, one.document["notes"]) for one in planned]),
        "heading_notes": [*reviewed["heading_notes"], *notes],
        "checks": [],
    }
    return {"command": COMMAND, "household": household, "accounts": documents}


def _before_after(
    planned: Sequence[Planned], classes: Sequence[ClassTogether], together: Together | None
) -> list[BeforeAfter]:
    """Classes, cash, bonds beyond the horizon and the largest position, before and after."""
    if together is None:
        return []
    found: list[BeforeAfter] = [
        {
            "name": row["asset_class"],
            "unit": "percent",
            "before": row["current_pct"],
            "after": row["after_pct"],
        }
        for row in classes
    ]
    tables = [{row["name"]: row for row in one.document["before_after"]} for one in planned]
    for name in _SUMMED:
        rows = [table[name] for table in tables if name in table]
        if rows:
            before = sum((Decimal(row["before"] or 0) for row in rows), ZERO)
            after = sum((Decimal(row["after"] or 0) for row in rows), ZERO)
            figures = {"before": money(before), "after": money(after)}
            found.append({"name": name, "unit": "money", **figures})
    before_pct, after_pct = _largest(planned)
    largest: BeforeAfter = {
        "name": "largest",
        "unit": "percent",
        "before": before_pct,
        "after": after_pct,
    }
    return [*found, largest]


def _largest(planned: Sequence[Planned]) -> tuple[str, str]:
    """The largest contract of all accounts in percent of them, before and after the orders."""
    before: dict[str, Decimal] = {}
    after: dict[str, Decimal] = {}
    whole = paid = ZERO
    for one in planned:
        plan = one.member.review.plan
        whole, paid = whole + plan.portfolio.net_asset_value, paid + plan.total_commission
        orders = {id(order.position): order for order in plan.orders}
        for row in plan.portfolio.positions:
            key = position_key(row)
            before[key] = before.get(key, ZERO) + row.value
            after[key] = after.get(key, ZERO) + row.value + _change(orders.get(id(row)))
    largest = (max([*values.values(), ZERO]) for values in (before, after))
    return percent(next(largest), whole), percent(next(largest), whole - paid)


def _change(order: Order | None) -> Decimal:
    """What an order changes the value of its position by."""
    if order is None:
        return ZERO
    return order.amount if order.quantity > 0 else -order.amount


def _orders(one: Planned) -> OrdersRow:
    review, summary = one.member.review, one.member.plan["summary"]
    sales = {} if review.is_retirement else lot_sales(review.plan)
    return {
        "account": plain(one.member.account),
        "base_currency": review.portfolio.base_currency,
        "orders": one.document["trades"],
        "sells": summary["total_sell"],
        "buys": summary["total_buy"],
        "commission": summary["total_commission"],
        "short": money(sum((row.short for row in sales.values()), ZERO)) if sales else None,
        "long": money(sum((row.long for row in sales.values()), ZERO)) if sales else None,
    }


def _clash(row: Clash, planned: Sequence[Planned]) -> ClashRow:
    bases = {one.member.account: one.document["base_currency"] for one in planned}
    return {
        "account": plain(row.account),
        "symbol": plain(row.position.symbol),
        "loss": money(row.loss),
        "currency": bases[row.account],
        "buyer": plain(row.buyer.account),
        "bought_on": row.bought_on,
        "lost_for_good": row.buyer.is_retirement,
    }


def _stage(planned: Sequence[Planned], place: int, reviewed: HouseholdReview) -> StageTogether:
    """The steps of all accounts: what has a day by days, losses in the order of the review."""
    steps: list[AccountStep] = [
        {**step, "account": plain(one.member.account)}
        for one in planned
        for step in one.document["stages"][place]["steps"]
    ]
    stage = planned[0].document["stages"][place]["stage"]
    if stage in ("quarter", "later"):
        steps.sort(key=lambda step: step["day"])
    elif stage == "year_end" and reviewed["losses"]:
        steps = _by_losses(steps, planned, reviewed)
    return {"stage": stage, "steps": steps}


def _by_losses(
    steps: Sequence[AccountStep], planned: Sequence[Planned], reviewed: HouseholdReview
) -> list[AccountStep]:
    """The steps of the year's end, one for each loss, as the review orders the losses."""
    left = {
        account: [step for step in steps if step["account"] == account]
        for account in {step["account"] for step in steps}
    }
    own = {plain(one.member.account): list(one.document["losses"]) for one in planned}
    found = []
    for row in reviewed["losses"]:
        account = row["account"]
        names = ("symbol", "total", "free_from")
        place = next(
            at
            for at, loss in enumerate(own[account])
            if all(loss[name] == row[name] for name in names)
        )
        own[account].pop(place)
        found.append(left[account].pop(place))
    return found


def _horizons(documents: Sequence[StrategyDocument]) -> list[HorizonRow]:
    found: list[HorizonRow] = []
    for rows in zip(*(one["horizons"] for one in documents)):
        found.append(
            {
                "horizon": rows[0]["horizon"],
                "until": max(row["until"] for row in rows),
                "bonds": sum(row["bonds"] for row in rows),
                "value": money(sum((Decimal(row["value"]) for row in rows), ZERO)),
                "higher": money(sum((Decimal(row["higher"]) for row in rows), ZERO)),
            }
        )
    return found
