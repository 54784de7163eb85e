"""The plan as one page for a browser: no network, no script, everything from the document."""

from __future__ import annotations

from decimal import Decimal

from ...core.asset_classes import CLASS_LABELS
from ...core.format import percent, shown_drift, shown_money, shown_percent
from ...core.messages import say
from ..document.plan_writer import shown_source
from ..option_limits import no_trades_sentence
from ..shown_target import shown_target, unfilled_sentences
from ..text_trades import traded_name, units
from .html_currencies import currencies_html, exchanges_html
from .html_frame import page_html
from .html_gains import gains_html
from .html_markup import (
    BARS_KEY,
    Column,
    amount_html,
    bars_html,
    facts_html,
    list_html,
    section_html,
    table_html,
    text_html,
)
from .html_positions import explained_html, holdings_html, untraded_html

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...core.plan_document import DocumentPart, PlanDocument


def render_page(document: PlanDocument) -> str:
    """The page of `document`, whose `holdings` make the bars by holding, as HTML."""
    title = f"Rebalancing plan: {document['profile']}, {document['as_of'] or 'no date'}"
    parts = [
        _warnings(document),
        _classes(document),
        _sleeves(document),
        _trades(document),
        currencies_html(document),
        gains_html(document),
        holdings_html(document),
        explained_html(document),
        untraded_html(document),
        _cross_check(document),
        _checks(document),
    ]
    return page_html(title, _header(document), "".join(parts))


def _header(document: PlanDocument) -> str:
    currency = document["base_currency"]
    share = {row["asset_class"]: row["target_pct"] for row in document["classes"]}
    target = f"{share['STK']} / {share['BOND']} / {share['CASH']}%"
    facts = [
        ("Profile", document["profile"].capitalize()),
        ("Target", shown_target(document))
        if "sleeves" in document
        else ("Stocks / bonds / cash", target),
        ("Mode", "Dry run: a simulation" if document["dry_run"] else "List of trades to make"),
        ("Account", document["account"]),
        ("Prices of", document["as_of"] or "unknown"),
        ("Source", shown_source(document)),
        ("Net asset value", shown_money(document["net_asset_value"], currency)),
        ("The percentages apply to", shown_money(document["investable_value"], currency)),
    ]
    banner = ""
    if document["source"] == "sample":
        banner = f'<p class="notice banner">{text_html(say("sample_banner").strip("* "))}</p>\n'
    notes = "".join(f"<p>{text_html(note)}</p>\n" for note in document["heading_notes"])
    return (
        f"<header>\n{banner}<h1>Portfolio rebalancing plan</h1>\n{facts_html(facts)}"
        f"<p>{text_html(say('heading_nothing_sent'))}</p>\n{notes}</header>\n"
    )


def _classes(document: PlanDocument) -> str:
    return section_html(
        "Allocation by class",
        _shares(document, document["classes"], "Asset class"),
        list_html(unfilled_sentences(document)),
    )


def _sleeves(document: PlanDocument) -> str:
    if "sleeves" not in document:
        return ""
    table = _shares(document, document["sleeves"], "Of the target")
    return section_html("Allocation by your target", table)


def _shares(document: PlanDocument, rows: Sequence[DocumentPart], heading: str) -> str:
    """A table of classes, or of the parts of a target, with bars."""
    currency = document["base_currency"]
    shares = [Decimal(row[key]) for row in rows for key in ("current_pct", "after_pct")]
    scale = max(Decimal(100), *shares)
    columns = [
        Column(heading),
        Column("Bars", "bars"),
        *(Column(name, "figure") for name in ("Before", "After", "Target", "Drift")),
    ]
    cells = [_class_row(row, scale, currency) for row in rows]
    caption = f"{text_html(say('page_classes'))} {BARS_KEY}"
    return table_html(caption, columns, cells, "classes")


def _class_row(row: DocumentPart, scale: Decimal, currency: str) -> list[str]:
    before, after, target = (
        shown_percent(row[key]) for key in ("current_pct", "after_pct", "target_pct")
    )
    widths = [
        percent(Decimal(row[key]), scale) for key in ("current_pct", "after_pct", "target_pct")
    ]
    words = f"Before {before}, after {after}, target {target}"
    return [
        text_html(_name(row)),
        bars_html(*widths, words),
        amount_html(before, shown_money(row["current_value"], currency)),
        amount_html(after, shown_money(row["after_value"], currency)),
        text_html(target),
        text_html(shown_drift(row["drift_pct"])),
    ]


def _name(row: DocumentPart) -> str:
    name = row.get("name", row["asset_class"])
    return CLASS_LABELS.get(name, name)


def _warnings(document: PlanDocument) -> str:
    found = list_html(document["warnings"], "notice") or f"<p>{text_html(say('none'))}</p>\n"
    return section_html("Warnings", found)


def _trades(document: PlanDocument) -> str:
    summary, currency = document["summary"], document["base_currency"]
    facts = [
        ("Trades", str(summary["total_trades"])),
        ("To sell", shown_money(summary["total_sell"], currency)),
        ("To buy", shown_money(summary["total_buy"], currency)),
        ("Net cash movement", shown_money(summary["net_cash_movement"], currency)),
        ("Commission, estimated", shown_money(summary["total_commission"], currency)),
        ("Taxes and levies", shown_money(summary["taxes"], currency)),
        ("Accrued interest, net", shown_money(summary["accrued_interest"], currency)),
        *(
            [("Exchange cost, estimated", shown_money(summary["exchange_cost"], currency))]
            if document.get("exchanges")
            else []
        ),
        ("Cash after the trades", shown_money(summary["cash_after"], currency)),
    ]
    names = ("Quantity", "Amount", "Weight change", "Commission", "Cost, bp", "Est. gain")
    columns = [
        Column("Trade"),
        *(Column(name, "figure") for name in names),
        Column("Reason", "words"),
    ]
    if document["trades"]:
        rows = [_trade_row(row, currency) for row in document["trades"]]
        list_of_trades = table_html(text_html(say("page_trades")), columns, rows, "trades")
    else:
        list_of_trades = f"<p>{text_html(no_trades_sentence(document))}</p>\n"
    notes = list_html(document["notes"], "muted")
    exchanges = exchanges_html(document)
    return section_html("Trades", list_of_trades, exchanges, facts_html(facts), notes)


def _trade_row(row: DocumentPart, currency: str) -> list[str]:
    gain = row["estimated_realized_gain"]
    unknown = "unknown" if row["action"] == "SELL" else "none"
    action = text_html(row["action"])
    return [
        f'{row["priority"]}. <span class="{action}">{action}</span>'
        f" {text_html(traded_name(row, currency))}",
        text_html(units(row)),
        text_html(shown_money(row["amount"], currency)),
        text_html(shown_drift(row["weight_change_pct"])),
        text_html(shown_money(row["commission"], currency)),
        text_html(row["cost_bp"]),
        text_html(unknown if gain is None else shown_money(gain, currency)),
        text_html(row["reason"]),
    ]


def _cross_check(document: PlanDocument) -> str:
    result = document.get("cross_check")
    if not result:
        return ""
    lines = [say("cross_check", agreeing=result["agreeing"], rows=result["rows"])]
    return section_html("Second calculation", list_html([*lines, *result["known"]]))


def _checks(document: PlanDocument) -> str:
    rows = document["checks"]
    passed = f"{sum(row['passed'] for row in rows)} of {len(rows)} passed."
    left = document.get("checks_not_applicable")
    passed += " " + say("checks_left", left=len(left)) if left else ""
    marks = list_html((f"{'✓' if row['passed'] else '✗'} {row['name']}" for row in rows), "checks")
    return section_html("Checks", f"<p>{text_html(say('page_checks'))} {passed}</p>\n{marks}")
