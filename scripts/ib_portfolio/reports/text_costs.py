"""The report's lines on what each order costs: in basis points, in taxes, in accrued interest."""

from __future__ import annotations

from decimal import Decimal

from ..core.format import shown_amount, shown_money
from ..core.messages import Ours, say
from .text_table import paragraph
from .text_trades import shown_trades

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument


def order_cost_lines(document: PlanDocument, most: int) -> list[str]:
    """The costs of the orders that `trade_table` shows, by their places; `most` as there."""
    trades = shown_trades(document, most)
    costs = ", ".join(
        say("cost_of_order", place=row["priority"], points=row["cost_bp"]) for row in trades
    )
    lines = paragraph(say("cost_of_orders", parts=Ours(costs)))
    taxed = [row for row in trades if Decimal(row["taxes"])]
    if taxed:
        parts = (
            say("tax_of_order", place=row["priority"], amount=shown_amount(row["taxes"]))
            for row in taxed
        )
        lines += paragraph(say("taxes_of_orders", parts=Ours(", ".join(parts))))
    paying = [row for row in trades if Decimal(row.get("accrued_interest", 0))]
    if paying:
        parts = (
            say(
                "accrued_paid" if row["action"] == "BUY" else "accrued_received",
                place=row["priority"],
                amount=shown_amount(row["accrued_interest"]),
            )
            for row in paying
        )
        lines += paragraph(say("accrued_of_orders", parts=Ours(", ".join(parts))))
    return lines


def cost_lines(document: PlanDocument) -> list[str]:
    """What of the plan's cash is taxes and accrued interest; nothing where there is neither."""
    summary, currency = document["summary"], document["base_currency"]
    taxes, accrued = Decimal(summary["taxes"]), Decimal(summary["accrued_interest"])
    parts = []
    if taxes:
        parts.append(say("includes_taxes", amount=shown_money(summary["taxes"], currency)))
    if accrued:
        key = "includes_received" if accrued > 0 else "includes_paid"
        amount = summary["accrued_interest"].lstrip("-")
        parts.append(say(key, amount=shown_money(amount, currency)))
    return paragraph(say("cash_includes", parts="; ".join(parts))) if parts else []
