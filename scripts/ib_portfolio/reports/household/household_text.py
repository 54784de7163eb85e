"""The report of several accounts: all together, then the report of each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...core.asset_classes import CLASS_LABELS
from ...core.format import money, shown_drift, shown_money, shown_percent
from ...core.messages import say
from ...core.numbers import ZERO
from ..text_table import paragraph, table_lines, wrapped
from ..text_trades import trades_in_a_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.household.household_document import HouseholdDocument


def household_text(document: HouseholdDocument, reports: Sequence[str]) -> str:
    """The household's classes in one table and its orders in a line, then the `reports`."""
    return "\n".join([_together(document), *reports])


def _together(document: HouseholdDocument) -> str:
    household = document["household"]
    heading = say("household_heading", count=len(document["accounts"]))
    if not household["classes"]:
        return "\n".join([heading, "", *paragraph(say("household_currencies"))]) + "\n"
    header = ("Asset Class", "Current Value", "Current %", "Target %", "Drift", "After %")
    rows = [
        (
            CLASS_LABELS[row["asset_class"]],
            shown_money(row["current_value"], household["base_currency"]),
            shown_percent(row["current_pct"]),
            shown_percent(row["target_pct"]),
            shown_drift(row["drift_pct"]),
            shown_percent(row["after_pct"]),
        )
        for row in household["classes"]
    ]
    lines = [heading, "", *table_lines(header, rows, right=(1, 2, 3, 4, 5)), ""]
    for note in (say("household_note"), *household["notes"]):
        lines += paragraph(note)
    for warning in household["warnings"]:
        lines += wrapped(warning, "⚠️ ")
    lines += ["", *_checked(document), *_in_a_line(document)]
    return "\n".join(lines) + "\n"


def _checked(document: HouseholdDocument) -> list[str]:
    """How many checks of the household passed, and which do not apply to it."""
    household = document["household"]
    count, others = len(household["checks"]), household["checks_not_applicable"]
    if not count:
        return []
    more = [say("household_checks_left", names=", ".join(others))] if others else []
    return [*paragraph(" ".join([say("household_checks", count=count), *more])), ""]


def _in_a_line(document: HouseholdDocument) -> list[str]:
    """The plans of all accounts in one line."""
    accounts = document["accounts"]
    sells = sum(trade["action"] == "SELL" for one in accounts for trade in one["trades"])
    count = sum(one["summary"]["total_trades"] for one in accounts)
    sold, bought, commission = (
        money(sum((Decimal(one["summary"][field]) for one in accounts), ZERO))
        for field in ("total_sell", "total_buy", "total_commission")
    )
    after = [share["after_pct"] for share in document["household"]["classes"]]
    return trades_in_a_line((sells, count - sells), (sold, bought, commission), after)
