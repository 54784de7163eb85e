"""The page's section on currencies: the cash of each before and after, and what to exchange."""

from __future__ import annotations

from ...core.format import shown_money
from ...core.messages import say
from ..text_trades import CASH_ROWS, exchange_lines
from .html_markup import Column, list_html, section_html, table_html, text_html

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart, PlanDocument


def currencies_html(document: PlanDocument) -> str:
    """The section; nothing where the document tells nothing of currencies."""
    rows = document.get("currencies") or []
    if not rows:
        return ""
    shown = [pair for pair in CASH_ROWS if any(pair[1] in row for row in rows)]
    columns = [Column("Currency"), *(Column(label, "figure") for label, _ in shown)]
    cells = [
        [text_html(row["currency"]), *(_cash(row, field) for _, field in shown)] for row in rows
    ]
    table = table_html(text_html(say("page_currencies")), columns, cells)
    return section_html("Currencies", table)


def exchanges_html(document: PlanDocument) -> str:
    """The exchanges in their order, with when they are made; nothing where none is needed."""
    lines = exchange_lines(document)
    return f"<p>{text_html(say('page_exchanges'))}</p>\n{list_html(lines)}" if lines else ""


def _cash(row: DocumentPart, field: str) -> str:
    amount = row.get(field)
    return text_html("cannot tell" if amount is None else shown_money(amount, row["currency"]))
