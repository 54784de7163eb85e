"""What the model is told of a plan that is on the user's screen: facts for later questions."""

from __future__ import annotations

from decimal import Decimal

from ..core.asset_classes import CLASS_LABELS
from ..core.format import (
    shown_amount,
    shown_drift,
    shown_mix,
    shown_money,
    shown_percent,
    shown_quantity,
)
from ..core.messages import Ours, say
from ..rebalance import Outcome
from ..reports.document.plan_writer import shown_source
from ..request.help import option_label
from ..request.options import load_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import ClassShare, PlanDocument, SleeveShare, Trade

# The client cuts an additionalContext of over 10,000 characters.
_LONGEST = 9_400
_MOST_TRADES = 25
_MOST_NAMED = 15


def shown_facts(outcome: Outcome, heading: str = "") -> str:
    """The figures of each plan of `outcome`, and the options that can be typed, a line each.

    `heading` stands in the place of the line that says that nothing is to be done. At most 9,400
    characters: with many accounts the facts of the last ones are left out.
    """
    text = "\n\n".join([heading or say("told_shown"), *map(_facts, outcome.documents)])
    return f"{text[: _LONGEST - len(_options())]}\n\n{_options()}"


def _facts(document: PlanDocument) -> str:
    return "\n".join(
        [*_heading(document), *_classes(document), *_trades(document), *_rest(document)]
    )


def _heading(document: PlanDocument) -> list[str]:
    return [
        say(
            "fact_plan",
            profile=document["profile"],
            mode="dry run" if document["dry_run"] else "live trade list",
            account=document["account"],
            as_of=document["as_of"] or "unknown",
            source=shown_source(document),
            currency=document["base_currency"],
        )
    ]


def _classes(document: PlanDocument) -> list[str]:
    currency = document["base_currency"]
    return [
        say(
            "fact_class",
            name=CLASS_LABELS.get(_name(row), _name(row)),
            value=shown_money(row["current_value"], currency),
            now=shown_percent(row["current_pct"]),
            target=shown_percent(row["target_pct"]),
            drift=shown_drift(row["drift_pct"]),
            after=shown_percent(row["after_pct"]),
        )
        for row in [*document["classes"], *_symbols(document)]
    ]


def _name(row: ClassShare) -> str:
    return row.get("name", row["asset_class"])


def _symbols(document: PlanDocument) -> list[SleeveShare]:
    """The parts of a target of the user's own that are no class."""
    return [row for row in document.get("sleeves", []) if row["name"] not in CLASS_LABELS]


def _trades(document: PlanDocument) -> list[str]:
    trades = document["trades"]
    lines = [say("fact_trades") if trades else say("fact_no_trades")]
    largest = sorted(trades, key=lambda trade: -Decimal(trade["amount"]))[:_MOST_TRADES]
    shown = {trade["priority"] for trade in largest}
    lines += [_trade(trade) for trade in trades if trade["priority"] in shown]
    left = len(trades) - len(shown)
    return [*lines, say("rows_left", left=left)] if left else lines


def _trade(trade: Trade) -> str:
    gain = trade["estimated_realized_gain"]
    return say(
        "fact_trade",
        priority=trade["priority"],
        action=trade["action"],
        quantity=shown_quantity(trade["quantity"]),
        unit=trade["unit"],
        symbol=trade["symbol"],
        amount=shown_amount(trade["amount"]),
        commission=shown_amount(trade["commission"]),
        gain="" if gain is None else say("fact_gain", gain=shown_amount(gain)),
        reason=trade["reason"],
    )


def _rest(document: PlanDocument) -> list[str]:
    summary, tax = document["summary"], document["tax"]
    lines = [
        say(
            "fact_summary",
            sold=shown_amount(summary["total_sell"]),
            bought=shown_amount(summary["total_buy"]),
            commission=shown_amount(summary["total_commission"]),
            cash=shown_amount(summary["cash_after"]),
            gains=shown_amount(tax["gains"]),
            losses=shown_amount(tax["losses"]),
            after=shown_mix(row["after_pct"] for row in document["classes"]),
        )
    ]
    for key in ("held", "locked"):
        rows = [f"{row['symbol']} ({row['reason']})" for row in document[key]]
        if rows:
            named = "; ".join(rows[:_MOST_NAMED])
            more = len(rows) - _MOST_NAMED
            named += "; " + say("rows_left", left=more) if more > 0 else ""
            lines.append(say(f"fact_{key}", rows=Ours(named)))
    return lines + [
        say("fact_warning", text=Ours(text)) for text in document["warnings"][:_MOST_NAMED]
    ]


def _options() -> str:
    """Every option that can be typed after the command, a line each."""
    rows = load_options(terminal=False).items()
    lines = [f"{option_label(name, row)}: {row['help'].replace('`', '')}" for name, row in rows]
    return "\n".join([say("told_options"), *lines])
