"""The gains on the page: their sums, and by lot with an estimate of the tax where asked for."""

from __future__ import annotations

from ...core.format import shown_money
from ...core.messages import say
from ..gain_methods import gain_method_note
from .html_markup import Column, facts_html, list_html, section_html, table_html, text_html

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import PlanDocument


def gains_html(document: PlanDocument) -> str:
    """The section on gains of `document`: the sums, and by lot where the document has lots."""
    tax, currency = document["tax"], document["base_currency"]
    facts = [
        ("Gains", shown_money(tax["gains"], currency)),
        ("Losses", shown_money(tax["losses"], currency)),
        ("Net", shown_money(tax["net"], currency)),
    ]
    note = f'<p class="muted">{text_html(gain_method_note(document))}</p>\n'
    return section_html("Realized gains, estimated", facts_html(facts), note, _lots(document))


def _lots(document: PlanDocument) -> str:
    """The gains by lot method, an estimate and wash sales, where that was asked for."""
    if "lots" not in document:
        return ""
    from ...taxes.lots import METHOD_NAMES

    currency = document["base_currency"]
    estimate = document.get("tax_estimate") or {"methods": []}
    taxes = {row["method"]: shown_money(row["estimate"], currency) for row in estimate["methods"]}
    rows = [
        [
            text_html(METHOD_NAMES[row["method"]]),
            *(text_html(shown_money(row[key], currency)) for key in ("short", "long", "gain")),
            *([text_html(taxes.get(row["method"], "unknown"))] if taxes else []),
        ]
        for row in document["lots"]["totals"]
    ]
    names = ["Short-term", "Long-term", "Gain"]
    if taxes:
        names.append(f"Tax at your {estimate['short_pct']}% and {estimate['long_pct']}%")
    columns = [Column("Lots taken"), *(Column(name, "figure") for name in names)]
    table = table_html(text_html(say("page_lots")), columns, rows) if rows else ""
    return table + list_html(_tax_lines(document), "muted")


def _tax_lines(document: PlanDocument) -> list[str]:
    from ..text_lots import lot_sentences, wash_sentences

    lines = lot_sentences(document)
    washes = wash_sentences(document)
    if washes:
        washes.append(say("wash_unseen", day=document["lots"]["sold_on"] or "?"))
    return lines + washes
