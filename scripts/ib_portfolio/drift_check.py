"""The story of `rebalance.py --drift`: how far each part of the target is off, for a schedule."""

from __future__ import annotations

from .core.asset_classes import SHORT_LABELS
from .core.console import Printed
from .core.format import shown_percent, shown_points, shown_signed_points
from .core.messages import Ours, say
from .rebalance import carry_out
from .request.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.plan_document import PlanDocument

OUTSIDE = 3  # the exit code where something is outside its band
# Of 5 points for targets of 20% and more, a quarter of the target for smaller ones: the "5/25 rule"
# of Larry Swedroe, "The Only Guide You'll Ever Need for the Right Financial Plan" (2010).
_USUAL_BAND = "5/25"
_FILES = ("basket", "csv", "html")


def check_drift(request: Request, today: str | None = None) -> Printed:
    """A line for each part of the target of `request`, and 0 or, where one is outside its band, 3.

    The figures are those of the plan that the same words make, and are checked with it. Without a
    band it is 5/25. Refusal and Usage as of a plan; no file is written.
    """
    options = {name: text for name, text in request.options.items() if name not in _FILES}
    options.setdefault("band", _USUAL_BAND)
    outcome = carry_out(request._replace(options=options), today)
    lines, inside = [], True
    for document in outcome.documents:
        if outcome.is_household:
            lines.append(say("drift_account", account=document["account"]))
        lines += _lines(document)
        inside = inside and document["band"]["inside"]
    return Printed("\n".join(lines) + "\n", 0 if inside else OUTSIDE)


def _lines(document: PlanDocument) -> list[str]:
    """The parts with a band: share now, target, distance, band, and whether it is inside."""
    shares = {row.get("name", row["asset_class"]): row for row in document["classes"]}
    if "sleeves" in document:
        shares = {row["name"]: row for row in document["sleeves"]}
    # Padded with blanks, which `say` would take off; the document's text is plain already.
    labels = {name: SHORT_LABELS.get(name, name) for name in shares}
    width = max(map(len, labels.values()))
    return [
        say(
            "drift_line",
            name=Ours(f"{labels[row['asset_class']]:<{width}}"),
            now=Ours(f"{shown_percent(shares[row['asset_class']]['current_pct']):>6}"),
            target=Ours(f"{shown_percent(shares[row['asset_class']]['target_pct']):>6}"),
            drift=Ours(f"{shown_signed_points(shares[row['asset_class']]['drift_pct']):>6}"),
            band=shown_points(row["band_pct"]),
            verdict=say("drift_inside" if row["inside"] else "drift_outside"),
        )
        for row in document["band"]["classes"]
    ]
