"""How a report shows what a plan aims at: the profile's classes, or the parts of an own target."""

from __future__ import annotations

from decimal import Decimal

from ..core.asset_classes import SHORT_LABELS
from ..core.format import shown_drift, shown_money, shown_percent
from ..core.messages import Ours, say
from .text_table import table_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument

_MOST_NAMED = 12


def shown_target(document: PlanDocument) -> str:
    """The target in a line: "60% Stocks / 35% Bonds / 5% Cash", or "45% VTI / … / 5% Cash"."""
    parts = [(row["target_pct"], row["asset_class"]) for row in document["classes"]]
    if "sleeves" in document:
        rows = document["sleeves"]
        parts = [(row["target_pct"], row["name"]) for row in rows if Decimal(row["target_pct"])]
    if "part" in document:  # worked out, with many digits
        parts = [(shown_percent(share).rstrip("%"), name) for share, name in parts]
    shown = [f"{share}% {SHORT_LABELS.get(name, name)}" for share, name in parts[:_MOST_NAMED]]
    left = len(parts) - len(shown)
    line = " / ".join(shown) + (f" / {left} more" if left else "")
    return say("part_of_household", parts=Ours(line)) if "part" in document else line


def unfilled_sentences(document: PlanDocument) -> list[str]:
    """What of the target is not held and keeps its share where it is: a sentence for each."""
    currency = document["base_currency"]
    return [
        say("unfilled_symbol", symbol=row["symbol"], value=shown_money(row["value"], currency))
        if "symbol" in row
        else say(
            "unfilled",
            asset_class=row["asset_class"],
            value=shown_money(row["value"], currency),
        )
        for row in document["unfilled"]
    ]


def sleeve_table(document: PlanDocument) -> list[str]:
    """The parts of a target that names symbols: value, share now, target, drift, share after.

    [] where it names classes only, which have their own table.
    """
    if all(row["name"] in SHORT_LABELS for row in document.get("sleeves", [])):
        return []
    currency = document["base_currency"]
    rows = [
        (
            SHORT_LABELS.get(row["name"], row["name"]),
            shown_money(row["current_value"], currency),
            shown_percent(row["current_pct"]),
            shown_percent(row["target_pct"]),
            shown_drift(row["drift_pct"]),
            shown_percent(row["after_pct"]),
        )
        for row in document["sleeves"]
    ]
    header = ("Of the target", "Value", "Now", "Target", "Drift", "After")
    return table_lines(header, rows, right=(1, 2, 3, 4, 5))
