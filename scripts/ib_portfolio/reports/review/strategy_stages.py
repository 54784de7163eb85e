"""The stages of a strategy: now, this month, this quarter, before the year's end, later."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from ...analysis.bond_ladder import BondLook
from ...analysis.horizon import beyond, contract_of
from ...analysis.lot_orders import LotSale
from ...analysis.portfolio_review import Review
from ...analysis.tax_timing import SOON, Loss
from ...core.asset_classes import CASH
from ...core.format import money, shown_amount, shown_money, shown_orders, shown_quantity
from ...core.messages import say
from ...core.numbers import ZERO
from ...core.portfolio import Position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import PlanDocument
    from ...core.reviews.review_document import ReviewDocument
    from ...core.reviews.strategy_document import Stage, Step


def stages_of(
    review: Review,
    reviewed: ReviewDocument,
    plan: PlanDocument,
    until: str,
    sales: dict[int, LotSale],
) -> list[Stage]:
    """The stages in their order, each with its steps; a stage without any has none.

    `until` is the last day of the horizon or "", `sales` are the plan's by tax lot.
    """
    by_stage: dict[str, Iterator[Step]] = {
        "now": _now(review, reviewed, plan),
        "month": _month(review, plan, sales),
        "quarter": _quarter(review),
        "year_end": _year_end(review),
        "later": _later(review, until),
    }
    return [{"stage": name, "steps": list(steps)} for name, steps in by_stage.items()]


def _step(kind: str, sentence: str, figure: Decimal | None = None, day: str = "") -> Step:
    shown = None if figure is None else money(figure)
    return {"kind": kind, "sentence": sentence, "figure": shown, "day": day}


def _shown(review: Review, amount: Decimal) -> str:
    return shown_money(money(amount), review.portfolio.base_currency)


def _now(review: Review, reviewed: ReviewDocument, plan: PlanDocument) -> Iterator[Step]:
    """What costs money every day or is due: debits, matured bonds, cash under its target."""
    for row in review.debits:
        owed = shown_money(money(-row.amount), row.currency)
        cost = _shown(review, row.cost)
        if row.beside:
            sentence = say("stage_debit", owed=owed, cost=cost, beside=row.beside)
        else:
            sentence = say("stage_debit_alone", owed=owed)
        yield _step("debit", sentence, -row.value)
    for position in review.bonds.matured:
        due = position.quantity * position.rate
        sentence = say("stage_matured", symbol=position.symbol, amount=_shown(review, due))
        yield _step("matured", sentence, due)
    cash = next(row for row in plan["classes"] if row["asset_class"] == CASH)
    if Decimal(cash["drift_pct"]) < 0:
        whole = review.plan.portfolio.investable_value
        # What a part of a household is in percent is rounded; its names are of sleeves, if it has.
        part = {} if "sleeves" in plan else plan.get("part", {})
        target = Decimal(part.get(CASH) or Decimal(cash["target_pct"]) * whole / 100)
        short = target - Decimal(cash["current_value"])
        yield _step("cash", say("stage_cash", amount=_shown(review, short)), short)
    for row in review.idle:
        amount = shown_money(money(row.amount), row.currency)
        sentence = say("stage_idle", amount=amount, cost=_shown(review, row.cost))
        yield _step("idle", sentence, row.value)


def _month(review: Review, plan: PlanDocument, sales: dict[int, LotSale]) -> Iterator[Step]:
    """The orders of the plan; of sales, what their lots realise and what waiting changes."""
    if not plan["trades"]:
        return
    summary = plan["summary"]
    yield _step(
        "orders",
        say(
            "stage_orders",
            orders=shown_orders(summary["total_trades"]),
            sold=shown_amount(summary["total_sell"]),
            bought=shown_amount(summary["total_buy"]),
            commission=shown_amount(summary["total_commission"]),
        ),
        Decimal(summary["total_sell"]) + Decimal(summary["total_buy"]),
    )
    if sales:
        short = sum((sale.short for sale in sales.values()), ZERO)
        long = sum((sale.long for sale in sales.values()), ZERO)
        sentence = say("stage_lots", short=_shown(review, short), long=_shown(review, long))
        yield _step("lots", sentence, short + long)
    ends = {contract_of(row.position): row.terms.maturity.isoformat() for row in review.bonds.rows}
    for sale in sales.values():
        end = ends.get(contract_of(sale.order.position), "")
        if sale.long_from and not (end and end < sale.long_from):
            sentence = say(
                "stage_wait",
                symbol=sale.order.position.symbol,
                day=sale.long_from,
                gain=_shown(review, sale.short),
            )
            yield _step("wait", sentence, sale.short, sale.long_from)


def _quarter(review: Review) -> Iterator[Step]:
    """What falls into the next 92 days: bonds that pay back, lots that become long-term."""
    if not review.portfolio.as_of:
        return
    last = _shifted(review.portfolio.as_of, SOON)
    for row in review.bonds.rows:
        if row.terms.maturity.isoformat() <= last:
            yield _maturing(review, row)
    for turning in review.turning:
        if _ends_before(review, turning.position, turning.day):
            continue
        yield _step(
            "turning",
            say(
                "stage_turning",
                symbol=turning.position.symbol,
                quantity=shown_quantity(format(turning.lot.quantity, "f")),
                gain=_shown(review, turning.gain),
                day=turning.day,
            ),
            turning.gain,
            turning.day,
        )


def _ends_before(review: Review, position: Position, day: str) -> bool:
    """Whether a position is a bond that matures before a day."""
    return any(
        row.position is position and row.terms.maturity.isoformat() < day
        for row in review.bonds.rows
    )


def _shifted(day: str, days: int) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=days)).isoformat()


def _maturing(review: Review, row: BondLook) -> Step:
    day = row.terms.maturity.isoformat()
    amount = _shown(review, row.redemption)
    sentence = say("stage_maturing", symbol=row.position.symbol, amount=amount, day=day)
    return _step("maturing", sentence, row.redemption, day)


def _year_end(review: Review) -> Iterator[Step]:
    """The losses that can still be realised in the year, each from its free day on."""
    year = review.portfolio.as_of[:4]
    orders = {contract_of(order.position): order for order in review.plan.orders}
    for row in review.losses:
        if row.free_from[:4] > year:
            key = "stage_loss_too_late"
        elif row.free_from > review.portfolio.as_of:
            key = "stage_loss_from"
        else:
            key = "stage_loss"
        sentence = say(
            key, symbol=row.position.symbol, loss=_shown(review, -row.total), day=row.free_from
        )
        if not row.purchases_told:
            sentence += " " + say("stage_loss_untold")
        order = orders.get(contract_of(row.position))
        if order and order.quantity > 0:
            symbol = row.position.symbol
            sentence += " " + say("stage_loss_bought", symbol=symbol)
        elif order:
            quantity = shown_quantity(format(-order.quantity, "f"))
            sentence += " " + say("stage_loss_sold", quantity=quantity)
        sentence += _elsewhere(row)
        yield _step("loss", sentence, row.total, row.free_from)


def _elsewhere(row: Loss) -> str:
    """What other accounts of the household do about a loss: their plans buy the same."""
    if not row.buyers:
        return ""
    accounts = ", ".join(buyer.account for buyer in row.buyers)
    symbol = row.position.symbol
    sentence = " " + say("stage_loss_elsewhere", accounts=accounts, symbol=symbol)
    if any(buyer.is_retirement for buyer in row.buyers):
        sentence += " " + say("stage_loss_lost")
    return sentence


def _later(review: Review, until: str) -> Iterator[Step]:
    """The ladder's next rungs within the horizon, and the bonds that are longer than it."""
    if not review.portfolio.as_of:
        return
    last = _shifted(review.portfolio.as_of, SOON)
    for row in review.bonds.rows:
        day = row.terms.maturity.isoformat()
        if day > last and (not until or day <= until):
            yield _maturing(review, row)
    for row in beyond(review.bonds, until).rows:
        sentence = say(
            "stage_beyond",
            symbol=row.position.symbol,
            value=_shown(review, row.position.value),
            day=row.terms.maturity.isoformat(),
            until=until,
            higher=_shown(review, row.higher),
        )
        yield _step("beyond", sentence, row.position.value, row.terms.maturity.isoformat())
