"""The report: a plan's document in the layout that a person reads, 75 columns wide."""

from __future__ import annotations

from decimal import Decimal

from ..core.asset_classes import CLASS_LABELS, SHORT_LABELS
from ..core.format import shown_drift, shown_money, shown_percent
from ..core.messages import Ours, say
from ..core.plain_text import plain
from .document.plan_writer import shown_source
from .gain_methods import gain_method_note
from .option_limits import no_trades_sentence
from .shown_target import shown_target, sleeve_table, unfilled_sentences
from .text_costs import cost_lines, order_cost_lines
from .text_table import paragraph, table_lines, wrapped
from .text_trades import (
    CASH_ROWS,
    currency_lines,
    exchange_lines,
    figure_lines,
    plan_in_a_line,
    trade_table,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument


_MOST_ROWS = 15
_LONGEST_PATH = 4096


def render_report(
    document: PlanDocument, most_trades: int = 0, full_list: str = "", most_rows: int = _MOST_ROWS
) -> str:
    """The report of `document`, one text of lines of at most 75 columns, ending in a line break.

    With `most_trades` above 0 and more trades than that, only the largest are shown, in their
    order, and a line says how many are left. With a `full_list`, which names the place of the whole
    report and is never broken, other lists are cut to `most_rows` as well.
    """
    rows = most_rows if full_list else 0
    cut = 0 < most_trades < len(document["trades"])
    sections = [
        _heading(document, rows),
        _allocation(document),
        _trades(document, most_trades, full_list),
        _trade_summary(document, rows),
        _currencies(document),
        _tax(document) if document["dry_run"] else [],
        _lots(document, most_rows if most_trades else 0),
        *_untraded(document, rows, most_rows),
        _cross_check(document),
        _warnings(document, rows),
        _checks(document),
        [say("more_rows"), plain(full_list, _LONGEST_PATH)] if full_list and not cut else [],
        _execution_order(document),
        _next_steps(document),
        plan_in_a_line(document),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _heading(document: PlanDocument, most: int) -> list[str]:
    lines = [say("sample_banner")] if document["source"] == "sample" else []
    lines.append("=== Portfolio Rebalancing Report ===")
    facts = [
        f"Profile: {document['profile']} ({shown_target(document)})",
        f"Mode: {'DRY RUN - Simulation' if document['dry_run'] else 'LIVE TRADE LIST'}",
        say(
            "heading_source",
            account=document["account"],
            as_of=document["as_of"] or "unknown",
            source=shown_source(document),
        ),
        say("heading_nothing_sent"),
    ]
    lines += [line for fact in facts for line in wrapped(fact, "")]
    return lines + _paragraphs(document["heading_notes"], most)


def _paragraphs(sentences: list[str], most: int, first: str = "", rest: str = "") -> list[str]:
    """The sentences, of which `most` above 0 are shown, and how many there are more."""
    shown = sentences[:most] if most else sentences
    lines = [line for sentence in shown for line in wrapped(sentence, first, rest)]
    left = len(sentences) - len(shown)
    return [*lines, first + say("rows_left", left=left)] if left else lines


def _allocation(document: PlanDocument) -> list[str]:
    currency = document["base_currency"]
    header = ("Asset Class", "Current Value", "Current %", "Target %", "Drift")
    table: list[str] = []
    for words in _DRIFT_WORDS:
        rows = [
            (
                CLASS_LABELS[row["asset_class"]],
                shown_money(row["current_value"], currency),
                shown_percent(row["current_pct"]),
                shown_percent(row["target_pct"]),
                _drift(row["drift_pct"], words),
            )
            for row in document["classes"]
        ]
        table = table_lines(header, rows, right=(1, 2, 3))
        if len(table) == len(rows) + 2:
            break
    after = " | ".join(
        f"{SHORT_LABELS[row['asset_class']]} {shown_percent(row['after_pct'])}"
        for row in document["classes"]
    )
    lines = ["📊 CURRENT vs TARGET ALLOCATION", "", *table, ""]
    sleeves = sleeve_table(document)
    if sleeves:
        lines += [*sleeves, ""]
    lines += paragraph(
        say(
            "values",
            investable=shown_money(document["investable_value"], currency),
            net_asset_value=shown_money(document["net_asset_value"], currency),
        )
    )
    lines += paragraph(f"After these trades: {after}")
    return lines + [line for text in unfilled_sentences(document) for line in paragraph(text)]


# Over and under the target; the shorter ones where the values take the room.
_DRIFT_WORDS = (("OVERWEIGHT  ⬇", "UNDERWEIGHT ⬆"), ("OVER  ⬇", "UNDER ⬆"))


def _drift(share: str, words: tuple[str, str]) -> str:
    drift = shown_drift(share)
    if drift == "0.0%":
        return f"{drift:<6} ON TARGET"
    return f"{drift:<6} {words[0] if drift.startswith('+') else words[1]}"


def _trades(document: PlanDocument, most: int, full_list: str) -> list[str]:
    lines = ["📋 REQUIRED TRADES (execute in this order)", ""]
    trades = document["trades"]
    if not trades:
        exchanges = [line for text in exchange_lines(document) for line in wrapped(text, "")]
        return lines + paragraph(no_trades_sentence(document)) + exchanges
    lines += trade_table(document, most)
    if 0 < most < len(trades):
        left = say("trades_left", left=len(trades) - most, total=len(trades))
        # A path or a command that is broken cannot be copied.
        lines += ["", left, plain(full_list, _LONGEST_PATH)]
    return [*lines, "", *order_cost_lines(document, most)]


def _trade_summary(document: PlanDocument, most: int) -> list[str]:
    summary, currency = document["summary"], document["base_currency"]
    rows = [("Total Trades:", str(summary["total_trades"]))]
    rows += [
        (label, shown_money(summary[field], currency))
        for label, field in (
            ("Total to Sell:", "total_sell"),
            ("Total to Buy:", "total_buy"),
            ("Net Cash Movement:", "net_cash_movement"),
            ("Est. Total Commission:", "total_commission"),
            ("Est. Exchange Cost:", "exchange_cost"),
            ("Cash After Trades:", "cash_after"),
        )
        if field != "exchange_cost" or document.get("exchanges")
    ]
    lines = ["💰 TRADE SUMMARY", "", *figure_lines(rows), *cost_lines(document)]
    return lines + _paragraphs(document["notes"], most)


def _currencies(document: PlanDocument) -> list[str]:
    rows = document.get("currencies")
    if not rows:
        return []
    return ["💱 CURRENCIES", "", *currency_lines(rows, CASH_ROWS)]


def _tax(document: PlanDocument) -> list[str]:
    tax, currency = document["tax"], document["base_currency"]
    rows = [
        ("Estimated Taxable Gains:", shown_money(tax["gains"], currency)),
        ("Estimated Tax Losses:", shown_money(tax["losses"], currency)),
        ("Net Tax Impact:", shown_money(tax["net"], currency)),
    ]
    lines = ["[DRY RUN ONLY — Tax Impact Simulation]", *figure_lines(rows)]
    return lines + paragraph(gain_method_note(document))


def _lots(document: PlanDocument, most: int) -> list[str]:
    if "lots" not in document:
        return []
    # Loaded only when it was asked for.
    from .text_lots import lots_section

    return lots_section(document, most)


def _untraded(document: PlanDocument, most: int, most_held: int) -> list[list[str]]:
    """The sections on what is set aside, locked or held, and on why a position has no order."""
    keys = ("locked", "reserved", "held", "explained")
    if not any(document.get(key) for key in keys):
        return []
    # Loaded only when there is something of the kind.
    from .text_untraded import (
        explained_section,
        held_section,
        locked_section,
        reserved_section,
    )

    return [
        reserved_section(document, most),
        locked_section(document, most),
        explained_section(document, most),
        held_section(document, most_held),
    ]


def _cross_check(document: PlanDocument) -> list[str]:
    result = document.get("cross_check")
    if not result:
        return []
    lines = paragraph(say("cross_check", agreeing=result["agreeing"], rows=result["rows"]))
    return lines + [line for known in result["known"] for line in wrapped(known)]


def _warnings(document: PlanDocument, most: int) -> list[str]:
    found = _paragraphs(document["warnings"], most, "- ", "  ")
    return ["⚠️ WARNINGS", *(found or [f"- {say('none')}"])]


def _checks(document: PlanDocument) -> list[str]:
    """How many checks passed and how many do not apply; their names where reasons were asked."""
    checks = document["checks"]
    if not checks:
        return []
    key = "checks_named" if "explained" in document else "checks"
    names = Ours(", ".join(row["name"] for row in checks))
    passed = sum(row["passed"] for row in checks)
    sentence = say(key, passed=passed, total=len(checks), names=names)
    left = document.get("checks_not_applicable")
    if left:
        sentence += " " + say("checks_left", left=len(left))
    return paragraph(sentence)


def _execution_order(document: PlanDocument) -> list[str]:
    """One line, or a list where there is more to it: currencies to exchange, the end of the year.

    The plan says nothing of next year's taxes, so in December a list with sales names them.
    """
    sells = any(row["action"] == "SELL" for row in document["trades"])
    steps = ["order_sell", "order_buy"]
    if document.get("exchanges"):
        steps.insert(1, "order_exchange")
    if sells and document["as_of"][5:7] == "12":
        steps.append("order_tax")
    if len(steps) == 2:
        return paragraph(say("order_short"))
    numbered = (wrapped(say(key), f"{place}. ", "   ") for place, key in enumerate(steps, 1))
    return [say("order_heading"), *(line for lines in numbered for line in lines)]


def _next_steps(document: PlanDocument) -> list[str]:
    """What helps with this plan, and nothing else; each command works on the same source."""
    trades, from_statement = document["trades"], document["source"] in ("statement", "sample")
    source = Ours(" --sample" if document["source"] == "sample" else "")
    sells = any(row["action"] == "SELL" for row in trades)
    loses = Decimal(document["tax"]["losses"]) > 0 or document.get("wash_sales")
    steps = []
    if sells and not document["dry_run"]:
        named = document["profile"] if source else f"--profile {document['profile']}"
        own = "sleeves" in document
        steps.append(
            say("next_same_dry_run")
            if own
            else say("next_dry_run", profile=Ours(named), source=source)
        )
    if loses and from_statement:
        steps.append(say("next_wash_sale") + source)
    if any(row.get("gain_method") == "PROPORTION" for row in trades) and from_statement:
        steps.append(say("next_lots_section"))
    if not trades:
        steps.append(say("next_nothing"))
    if from_statement:
        steps.append(say("next_strategy" if trades else "next_review") + source)
    else:
        steps.append(say("next_statement"))
    return ["=== NEXT STEPS ===", *steps]
