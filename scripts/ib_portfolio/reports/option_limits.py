"""Which of a run's options and settings keep orders away, and the sentences that name them."""

from __future__ import annotations

from ..core.messages import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument


# In the order in which they are named; with their values, which are short.
_LIMITS = ("min-trade", "max-turnover", "no-sell", "few-orders")


def limits_named(document: PlanDocument) -> str:
    """The limits on the orders of a run, from `options` and `band` of its document; "" for none."""
    options = document.get("options", {})
    found = [
        f"--{name} {options[name]}".rstrip()
        for name in _LIMITS
        if options.get(name, "none") != "none"
    ]
    if "lock" in options:
        found.append("--lock")
    if "band" in document:
        found.append(f"--band {options.get('band', '')}".rstrip())
    return ", ".join(found)


def no_trades_sentence(document: PlanDocument) -> str:
    """Why a plan has no trades: inside its band, at its target, or as near as the limits allow."""
    if document.get("band", {}).get("inside"):
        return say("no_trades_in_band")
    limits = limits_named(document)
    if not limits and any("symbol" in row for row in document.get("unfilled", [])):
        return say("no_trades_unfilled")
    return say("no_trades_limited", limits=limits) if limits else say("no_trades")
