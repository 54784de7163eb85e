"""The check of what a review takes from the checked plan beside it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ..case import cents
from ..evidence import Evidence
from ..market.cost_rules import fee_again
from ..total_checks import net_value_again
from .review_evidence import HALF_CENT, RawPlan, RawPosition, ReviewEvidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import PlanDocument
    from ...core.reviews.review_document import ReviewDocument

_CASH = "CASH"
_ZERO = Decimal(0)


def plan_parts(document: ReviewDocument, evidence: ReviewEvidence) -> Iterator[str]:
    """Values, classes and the number of orders are the plan's; so is the cash over its share."""
    if evidence.planned is None:
        return
    plan = evidence.planned.document
    for name in ("net_asset_value", "investable_value", "classes"):
        if document[name] != plan[name]:
            yield f"{name} is not the plan's"
    whole = net_value_again(evidence.planned.account)
    if Decimal(document["net_asset_value"]) != whole:
        yield f"the net asset value is {whole}"
    if document.get("sleeves") != plan.get("sleeves"):
        yield "the parts of the target are not the plan's"
    if document["trades"] != len(plan["trades"]):
        yield f"the plan has {len(plan['trades'])} orders"
    over, near = distances(plan)[_CASH]
    if abs(Decimal(document["costs"]["cash_over_target"]) - max(over, _ZERO)) > near:
        yield f"cash over its target is {over:.2f}"


def distances(plan: PlanDocument) -> dict[str, tuple[Decimal, Decimal]]:
    """How far each class or part of a target is over its share, and to how much that is told.

    A share that was worked out is told to four decimals of a percent; an account's part of a
    household to the cent.
    """
    whole, found = Decimal(plan["investable_value"]), {}
    for row in (*plan["classes"], *plan.get("sleeves", [])):
        target = Decimal(row["target_pct"])
        name = row.get("name", row.get("asset_class"))
        # With an own target the names of a part are those of its sleeves.
        part = plan.get("part", {}) if "name" in row or "sleeves" not in plan else {}
        worked_out = name not in part and target != target.quantize(Decimal("0.001"))
        near = HALF_CENT + (whole * Decimal("0.00005") / 100 if worked_out else _ZERO)
        wanted = Decimal(part[name]) if name in part else whole * target / 100
        found[name] = (Decimal(row["current_value"]) - wanted, near)
    return found


def costs_of_orders(planned: RawPlan) -> Decimal:
    """What the plan's orders and exchanges cost."""
    plan = planned.document
    exchanged = sum((Decimal(row["cost"]) for row in plan.get("exchanges", [])), _ZERO)
    return Decimal(plan["summary"]["total_commission"]) + exchanged


def traded_positions(plan: PlanDocument, evidence: ReviewEvidence) -> dict[int, RawPosition]:
    """The raw position of each trade, by its priority: of alike ones that of its price."""
    left = [raw for raw in evidence.positions if raw.quantity]
    found = {}
    for trade in plan["trades"]:
        key = (trade["conid"], trade["symbol"], trade["currency"])
        own = [raw for raw in left if _contract(raw) == key]
        if own:
            price = Decimal(trade["price"])
            nearest = min(own, key=lambda raw: abs(raw.value / raw.quantity - price))
            left.remove(nearest)
            found[trade["priority"]] = nearest
    return found


def _contract(raw: RawPosition) -> tuple[str, str, str]:
    return plain(raw.row.get("conid", "")), plain(raw.symbol), plain(raw.row.get("currency", ""))


def sale_cost(
    account: Evidence, raw: RawPosition, quantity: Decimal | None = None, buys: bool = False
) -> Decimal:
    """The commission on trading so much of a position, or all of it, by the table of fees."""
    own = [
        row
        for row in account.holdings
        if (row.symbol, row.currency, row.category)
        == (raw.symbol, raw.row["currency"], raw.category)
        and row.quantity > 0
    ]
    holding = min(own, key=lambda row: abs(row.value - raw.value))
    count = raw.quantity if quantity is None else quantity
    return cents(fee_again(holding, count, raw.value / raw.quantity * count, buys, account))
