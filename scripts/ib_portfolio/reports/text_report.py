"""The report: a plan's document in the layout that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ..core.format import shown_drift, shown_money, shown_percent, shown_quantity
from ..core.messages import Ours, say
from ..core.plain_text import plain
from .text_table import table_lines, wrapped

Document = dict[str, object]

CLASS_NAMES = {"STK": "Stocks (STK)", "BOND": "Bonds (BOND)", "CASH": "Cash"}
_SHORT_NAMES = {"STK": "Stocks", "BOND": "Bonds", "CASH": "Cash"}
_MOST_HELD = 15
_LONGEST_PATH = 4096


def render_report(document: Document, most_trades: int = 0, full_list: str = "") -> str:
    """The report of `document`, one text of lines of at most 100 columns, ending in a line break.

    With `most_trades` above 0 and more trades than that, only the largest are shown, in their
    order, and a line says how many are left and that `full_list` has them all; it is never broken.
    """
    sections = [
        _heading(document),
        _allocation(document),
        _trades(document, most_trades, full_list),
        _trade_summary(document),
        _currencies(document),
        _tax(document) if document["dry_run"] else [],
        _lots(document, most_trades > 0),
        _locked(document),
        _explained(document),
        _held(document),
        _cross_check(document),
        _warnings(document),
        _checks(document),
        _execution_order(),
        _next_steps(document),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _heading(document: Document) -> list[str]:
    share = {row["asset_class"]: row["target_pct"] for row in document["classes"]}
    lines = [say("sample_banner")] if document["source"] == "sample" else []
    lines += [
        "=== Portfolio Rebalancing Report ===",
        f"Profile: {document['profile']} ({share['STK']}% Stocks / {share['BOND']}% Bonds"
        f" / {share['CASH']}% Cash)",
        f"Mode: {'DRY RUN - Simulation' if document['dry_run'] else 'LIVE TRADE LIST'}",
        say(
            "heading_source",
            account=document["account"],
            as_of=document["as_of"] or "unknown",
            source=say(f"source.{document['source']}"),
        ),
        say("heading_nothing_sent"),
    ]
    return lines + [line for note in document["heading_notes"] for line in wrapped(note, "", "")]


def _allocation(document: Document) -> list[str]:
    currency = document["base_currency"]
    rows = [
        (
            CLASS_NAMES[row["asset_class"]],
            shown_money(row["current_value"], currency),
            shown_percent(row["current_pct"]),
            shown_percent(row["target_pct"]),
            _drift(row),
        )
        for row in document["classes"]
    ]
    header = ("Asset Class", "Current Value", "Current %", "Target %", "Drift")
    after = " | ".join(
        f"{_SHORT_NAMES[row['asset_class']]} {shown_percent(row['after_pct'])}"
        for row in document["classes"]
    )
    lines = ["📊 CURRENT vs TARGET ALLOCATION", "", *table_lines(header, rows), ""]
    lines += wrapped(
        say(
            "values",
            investable=shown_money(document["investable_value"], currency),
            net_asset_value=shown_money(document["net_asset_value"], currency),
        ),
        "",
        "",
    )
    lines.append(f"After these trades: {after}")
    for row in document["unfilled"]:
        name, value = row["asset_class"], shown_money(row["value"], currency)
        lines += wrapped(say("unfilled", asset_class=name, value=value), "", "")
    return lines


def _drift(row: dict[str, str]) -> str:
    drift = shown_drift(row["drift_pct"])
    if drift == "0.0%":
        return f"{drift:<6} ON TARGET"
    cash = row["asset_class"] == "CASH"
    if drift.startswith("+"):
        return f"{drift:<6} OVERWEIGHT  ⬇ {'use for buys' if cash else 'need to sell'}"
    return f"{drift:<6} UNDERWEIGHT ⬆ {'need to raise' if cash else 'need to buy'}"


def _trades(document: Document, most: int, full_list: str) -> list[str]:
    lines = ["📋 REQUIRED TRADES (execute in this order)", ""]
    trades = document["trades"]
    if not trades:
        return [*lines, *wrapped(say("no_trades"), "", "")]
    shown = _largest(trades, most) if most else trades
    header = ("Priority", "Action", "Symbol", "Amount", "Est. Shares", "Commission")
    lines += table_lines(header, [_trade_row(row, document) for row in shown])
    if len(shown) < len(trades):
        left = say("trades_left", left=len(trades) - len(shown), total=len(trades))
        # A path or a command that is broken cannot be copied.
        lines += ["", left, plain(full_list, _LONGEST_PATH)]
    return lines


def _largest(trades: Sequence[Document], most: int) -> list[Document]:
    by_amount = sorted(trades, key=lambda row: (-Decimal(row["amount"]), row["priority"]))
    return sorted(by_amount[:most], key=lambda row: row["priority"])


def _trade_row(row: Document, document: Document) -> Sequence[str]:
    currency = document["base_currency"]
    unit = "share" if (row["quantity"], row["unit"]) == ("1", "shares") else row["unit"]
    foreign = f" ({row['currency']})" if row["currency"] != currency else ""
    return (
        str(row["priority"]),
        row["action"],
        row["symbol"] + foreign,
        shown_money(row["amount"], currency),
        f"{shown_quantity(row['quantity'])} {unit}",
        shown_money(row["commission"], currency),
    )


def _trade_summary(document: Document) -> list[str]:
    summary, currency = document["summary"], document["base_currency"]
    rows = [
        ("Total Trades:", str(summary["total_trades"])),
        ("Total to Sell:", shown_money(summary["total_sell"], currency)),
        ("Total to Buy:", shown_money(summary["total_buy"], currency)),
        ("Net Cash Movement:", shown_money(summary["net_cash_movement"], currency)),
        ("Est. Total Commission:", shown_money(summary["total_commission"], currency)),
        ("Cash After Trades:", shown_money(summary["cash_after"], currency)),
    ]
    lines = ["💰 TRADE SUMMARY", "", *(f"{label:<23}{figure}" for label, figure in rows)]
    for note in document["notes"]:
        lines += wrapped(note, "", "")
    return lines


def _currencies(document: Document) -> list[str]:
    rows = document.get("currencies")
    if not rows:
        return []
    cells = [
        (
            row["currency"],
            *(
                "cannot tell" if row[field] is None else shown_money(row[field], row["currency"])
                for field in ("cash_before", "sells", "buys", "commissions", "cash_after")
            ),
        )
        for row in rows
    ]
    header = ("Currency", "Cash Before", "Sells", "Buys", "Commissions", "Cash After")
    lines = ["💱 CURRENCIES", "", *table_lines(header, cells)]
    base = document["base_currency"]
    for row in rows:
        if (row["cash_after"] or "").startswith("-"):
            lines += wrapped(say("currency_negative", currency=row["currency"]), "", "")
    for row in document["exchanges"]:
        lines += wrapped(
            say(
                "exchange",
                action=row["action"],
                pair=row["pair"],
                amount=shown_money(row["amount"], row["currency"]),
                value=shown_money(row["value"], base),
                cost=shown_money(row["cost"], base),
            ),
            "",
            "",
        )
    return lines


def _tax(document: Document) -> list[str]:
    tax, currency = document["tax"], document["base_currency"]
    rows = [
        ("Estimated Taxable Gains:", tax["gains"]),
        ("Estimated Tax Losses:", tax["losses"]),
        ("Net Tax Impact:", tax["net"]),
    ]
    lines = ["[DRY RUN ONLY — Tax Impact Simulation]"]
    lines += [f"{label:<26}{shown_money(amount, currency)}" for label, amount in rows]
    return lines + wrapped(say("tax_note"), "", "")


def _lots(document: Document, short: bool) -> list[str]:
    if "lots" not in document:
        return []
    # Loaded only when it was asked for.
    from .text_lots import lots_section

    return lots_section(document, short)


def _held(document: Document) -> list[str]:
    rows = document["held"]
    if not rows:
        return []
    cells = [
        (row["symbol"], shown_money(row["value"], document["base_currency"]), row["reason"])
        for row in rows[:_MOST_HELD]
    ]
    lines = [say("held_heading"), "", *table_lines(("Symbol", "Value", "Reason"), cells)]
    if len(rows) > _MOST_HELD:
        lines.append(say("held_left", left=len(rows) - _MOST_HELD))
    return lines


def _locked(document: Document) -> list[str]:
    if not document["locked"]:
        return []
    cells = [
        (row["symbol"], shown_money(row["value"], document["base_currency"]), row["reason"])
        for row in document["locked"]
    ]
    return [say("locked_heading"), "", *table_lines(("Symbol", "Value", "Reason"), cells)]


def _explained(document: Document) -> list[str]:
    rows = [(row["symbol"], row["reason"]) for row in document.get("explained", [])]
    if not rows:
        return []
    return [say("explained_heading"), "", *table_lines(("Symbol", "Reason"), rows)]


def _cross_check(document: Document) -> list[str]:
    result = document.get("cross_check")
    if not result:
        return []
    lines = [say("cross_check", agreeing=result["agreeing"], rows=result["rows"])]
    return lines + [line for known in result["known"] for line in wrapped(known)]


def _warnings(document: Document) -> list[str]:
    lines = ["⚠️ WARNINGS"]
    for warning in document["warnings"]:
        lines += wrapped(warning)
    return lines if document["warnings"] else [*lines, "- None"]


def _checks(document: Document) -> list[str]:
    checks = document["checks"]
    passed = sum(row["passed"] for row in checks)
    if not checks:
        return []
    names = ", ".join(row["name"] for row in checks)
    return wrapped(say("checks", passed=passed, total=len(checks), names=Ours(names)), "", "")


def _execution_order() -> list[str]:
    return [
        "🎯 EXECUTION ORDER",
        "1. Execute SELL orders first (to generate cash for buys)",
        "2. Execute BUY orders in order of drift magnitude (most underweight first)",
        "3. Review tax impact section before executing near year-end",
    ]


def _next_steps(document: Document) -> list[str]:
    return [
        "=== NEXT STEPS ===",
        "→ Simulate tax impact first: /rebalance-portfolio --profile"
        f" {document['profile']} --dry-run",
        "→ Check wash sale risk: /wash-sale-check",
        "→ Full strategy view: /investment-strategy",
    ]
