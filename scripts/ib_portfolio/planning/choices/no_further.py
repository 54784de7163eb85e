"""How far from its target a sleeve may end where chosen orders take the place of the full plan.

Loaded only when a run asks for such a choice.
"""

from __future__ import annotations

from decimal import Decimal

from ...core.asset_classes import CASH
from ..plan import Plan
from ..sleeves import sleeve_values


def most_off(full: Plan) -> dict[str, Decimal]:
    """How far from its target each sleeve may end, in base currency: no further than it is now.

    Or than the full plan leaves it, where that is further. Cash, which takes what the others leave,
    is not among them.
    """
    before = sleeve_values(full.portfolio, full.target.profile)
    wanted = full.target.wanted
    return {
        name: max(abs(before[name] - wanted[name]), abs(end - wanted[name]))
        for name, end in full.sleeves_after.items()
        if name != CASH
    }
