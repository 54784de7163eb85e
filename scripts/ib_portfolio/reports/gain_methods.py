"""By which rule the gains of a plan's sales are told: by lot, or in proportion."""

from __future__ import annotations

from ..core.messages import Ours, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument


def gain_method_note(document: PlanDocument) -> str:
    """The sentence under the gains and losses; it names the sales in proportion among others."""
    by_method: dict[str, list[str]] = {}
    for trade in document["trades"]:
        if trade["gain_method"]:
            by_method.setdefault(trade["gain_method"], []).append(trade["symbol"])
    if "FIFO" not in by_method:
        return say("tax_note")
    if len(by_method) == 1:
        return say("tax_note_fifo")
    names = dict.fromkeys(by_method["PROPORTION"])
    return say("tax_note_mixed", symbols=Ours(", ".join(names)))
