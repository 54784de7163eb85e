"""The check of what a trade's reason says: how far its share is from the target, and which way."""

from __future__ import annotations

import re
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.messages import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..case import Case

_ROUNDED = Decimal("0.0501")  # of a point that is told to a tenth
_POINTS = re.compile(r" ([0-9.]+) points ")


def reasons(case: Case) -> Iterator[str]:
    """The points in a reason are those between a share and its target, and the words say which."""
    for trade, row in case.pairs:
        share = row.share if row else trade["asset_class"]
        found = _POINTS.search(trade["reason"])
        if share == CASH or share in case.shares.closing or share not in case.totals:
            if found:
                yield f"{trade['symbol']}: no points are known of {share}"
            continue
        off = case.totals[share] * 100 / case.whole - case.profile[share]
        key = "reason_over" if off > 0 else "reason_under"
        points = found[1] if found else ""
        # A symbol that the target writes with a dot is named as it is held.
        said = {say(key, asset_class=name, points=points) for name in (share, trade["symbol"])}
        if trade["reason"] not in said or abs(Decimal(points) - abs(off)) > _ROUNDED:
            yield f"{trade['symbol']}: {share} is {off:.2f} points from its target"
