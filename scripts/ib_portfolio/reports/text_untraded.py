"""The report's lists of positions by reason: locked, held, explained. Loaded when there are any."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.format import shown_money
from ..core.messages import say
from .text_table import paragraph, table_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart, PlanDocument


def locked_section(document: PlanDocument, most: int) -> list[str]:
    """What counts in its class and is not traded, at most `most` above 0."""
    return _with_values(say("locked_heading"), document["locked"], document, most)


def reserved_section(document: PlanDocument, most: int) -> list[str]:
    """What is set aside from the cash and why, at most `most` above 0, and what it comes to."""
    currency = document["base_currency"]
    rows = [
        (row["symbol"], shown_money(row["amount"], currency), f"{row['kind']}: {row['because']}")
        for row in document["reserved"]
    ]
    lines = _section(say("reserved_heading"), ("Symbol", "Amount", "Reason"), rows, most)
    amount = shown_money(document["set_aside"], currency)
    return [*lines, "", *paragraph(say("reserved_sum", amount=amount))] if lines else []


def held_section(document: PlanDocument, most: int) -> list[str]:
    """What is outside the percentages, at most `most`."""
    return _with_values(say("held_heading"), document["held"], document, most)


def explained_section(document: PlanDocument, most: int) -> list[str]:
    """Why each position has an order or none, at most `most` above 0."""
    rows = [(row["symbol"], row["reason"]) for row in document.get("explained", [])]
    return _section(say("explained_heading"), ("Symbol", "Reason"), rows, most)


def _with_values(
    heading: str, positions: list[DocumentPart], document: PlanDocument, most: int
) -> list[str]:
    rows = [
        (row["symbol"], shown_money(row["value"], document["base_currency"]), row["reason"])
        for row in positions
    ]
    return _section(heading, ("Symbol", "Value", "Reason"), rows, most)


def _section(
    heading: str, header: Sequence[str], rows: list[tuple[str, ...]], most: int
) -> list[str]:
    if not rows:
        return []
    shown = rows[:most] if most else rows
    value = (1,) if len(header) == 3 else ()
    lines = [heading, "", *table_lines(header, shown, value, flexible=(len(header) - 1, 0))]
    left = len(rows) - len(shown)
    return [*lines, say("rows_left", left=left)] if left else lines
