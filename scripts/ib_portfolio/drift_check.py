"""The story of `rebalance.py --drift`: how far each part of the target is off, for a schedule."""

from __future__ import annotations

from collections.abc import Sequence

from .core.asset_classes import SHORT_LABELS
from .core.console import Printed
from .core.format import shown_percent, shown_points, shown_signed_points
from .core.messages import Ours, say
from .rebalance import carry_out
from .request.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.household.household_document import HouseholdBand
    from .core.plan_document import PlanDocument

OUTSIDE = 3  # the exit code where something is outside its band
# Of 5 points for targets of 20% and more, a quarter of the target for smaller ones: the "5/25 rule"
# of Larry Swedroe, "The Only Guide You'll Ever Need for the Right Financial Plan" (2010).
_USUAL_BAND = "5/25"
_FILES = ("basket", "csv", "html")


def check_drift(request: Request, today: str | None = None) -> Printed:
    """A line for each part of the target of `request`, and 0 or, where one is outside its band, 3.

    The figures are those of the plan that the same words make, and are checked with it. Without a
    band it is 5/25. Accounts of one base currency are looked at together. Refusal and Usage as of a
    plan; no file is written.
    """
    options = {name: text for name, text in request.options.items() if name not in _FILES}
    options.setdefault("band", _USUAL_BAND)
    outcome = carry_out(request._replace(options=options), today)
    lines: list[str] = []
    if outcome.household and outcome.household["household"]["base_currency"]:
        shares = outcome.household["household"]["bands"]
        lines, inside = _lines(shares), all(row["inside"] for row in shares)
    else:
        for document in outcome.documents:
            if outcome.household:
                lines.append(say("drift_account", account=document["account"]))
            lines += _lines(_shares(document))
        inside = all(document["band"]["inside"] for document in outcome.documents)
    return Printed("\n".join(lines) + "\n", 0 if inside else OUTSIDE)


def _shares(document: PlanDocument) -> list[HouseholdBand]:
    """The parts of a plan that have a band, in the form of those of a household."""
    rows = {row["asset_class"]: row for row in document["classes"]}
    if "sleeves" in document:
        rows = {row["name"]: row for row in document["sleeves"]}
    return [
        {
            "name": band["asset_class"],
            "current_pct": rows[band["asset_class"]]["current_pct"],
            "target_pct": rows[band["asset_class"]]["target_pct"],
            "drift_pct": rows[band["asset_class"]]["drift_pct"],
            "band_pct": band["band_pct"],
            "inside": band["inside"],
        }
        for band in document["band"]["classes"]
    ]


def _lines(shares: Sequence[HouseholdBand]) -> list[str]:
    """The parts with a band: share now, target, distance, band, and whether it is inside."""
    # Padded with blanks, which `say` would take off; the document's text is plain already.
    labels = [SHORT_LABELS.get(row["name"], row["name"]) for row in shares]
    width = max(map(len, labels))
    return [
        say(
            "drift_line",
            name=Ours(f"{label:<{width}}"),
            now=Ours(f"{shown_percent(row['current_pct']):>6}"),
            target=Ours(f"{shown_percent(row['target_pct']):>6}"),
            drift=Ours(f"{shown_signed_points(row['drift_pct']):>6}"),
            band=shown_points(row["band_pct"]),
            verdict=say("drift_inside" if row["inside"] else "drift_outside"),
        )
        for row, label in zip(shares, labels)
    ]
