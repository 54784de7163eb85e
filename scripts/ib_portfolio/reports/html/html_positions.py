"""The page's lists of positions: what each holding is worth, why it has an order, what is held."""

from __future__ import annotations

from decimal import Decimal

from ...core.asset_classes import CLASS_LABELS, MIXED
from ...core.format import percent, shown_money
from ...core.messages import say
from .html_markup import BARS_KEY, Column, bars_html, section_html, table_html, text_html

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import PlanDocument


def holdings_html(document: PlanDocument) -> str:
    """Each holding and the cash before and after, by class, the largest first; with bars."""
    rows = document.get("holdings", [])
    if not rows:
        return ""
    keys = ("before", "after", "target")
    scale = max(Decimal(1), *(Decimal(row[key]) for row in rows for key in keys))
    places = {name: place for place, name in enumerate((*CLASS_LABELS, MIXED))}
    ordered = sorted(rows, key=lambda row: (places[row["asset_class"]], -Decimal(row["before"])))
    cells = []
    for row in ordered:
        shown = [shown_money(row[key], document["base_currency"]) for key in keys]
        widths = [percent(Decimal(row[key]), scale) for key in keys]
        words = "Before {}, after {}, target {}".format(*shown)
        name = (
            f'{text_html(row["symbol"])}<span class="small">{text_html(row["asset_class"])}</span>'
        )
        cells.append([name, bars_html(*widths, words), *map(text_html, shown)])
    columns = [Column("Holding"), Column("Bars", "bars")]
    columns += [Column(name, "figure") for name in ("Before", "After", "Target")]
    said = say("page_holdings", currency=document["base_currency"])
    caption = f"{text_html(said)} {BARS_KEY}"
    return section_html("Allocation by holding", table_html(caption, columns, cells, "holdings"))


def explained_html(document: PlanDocument) -> str:
    """Why each position has an order or none, where that was asked for."""
    rows = [
        [text_html(row["symbol"]), text_html(row["reason"])]
        for row in document.get("explained", [])
    ]
    if not rows:
        return ""
    columns = [Column("Symbol"), Column("Reason", "words")]
    return section_html("Reasons", table_html(text_html(say("page_explained")), columns, rows))


def untraded_html(document: PlanDocument) -> str:
    """What is locked, what is held outside the percentages, and what cash is set aside."""
    parts = []
    for key, caption in (("locked", "page_locked"), ("held", "page_held")):
        rows = [
            [
                text_html(row["symbol"]),
                text_html(shown_money(row["value"], document["base_currency"])),
                text_html(row["reason"]),
            ]
            for row in document.get(key, [])
        ]
        columns = [Column("Symbol"), Column("Value", "figure"), Column("Reason", "words")]
        parts += [table_html(text_html(say(caption)), columns, rows)] if rows else []
    rows = [
        [
            text_html(row["symbol"]),
            text_html(shown_money(row["amount"], document["base_currency"])),
            text_html(f"{row['kind']}: {row['because']}"),
        ]
        for row in document["reserved"]
    ]
    columns = [Column("Symbol"), Column("Amount", "figure"), Column("Reason", "words")]
    parts += [table_html(text_html(say("page_reserved")), columns, rows)] if rows else []
    return section_html("Not traded", *parts) if parts else ""
