"""The check of what a trade's reason says: how far its share is from the target, and which way."""

from __future__ import annotations

from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.messages import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..case import Case

_ROUNDED = Decimal("0.0501")  # of a point that is told to a tenth


def reasons(case: Case) -> Iterator[str]:
    """The points in a reason are those between a share and its target, and the words say which."""
    offs: dict[str, Decimal] = {}
    for trade, row in case.pairs:
        share, reason = row.share if row else trade["asset_class"], trade["reason"]
        points = _points_in(reason)
        if share == CASH or share in case.shares.closing or share not in case.totals:
            if points:
                yield f"{trade['symbol']}: no points are known of {share}"
            continue
        if share not in offs:
            offs[share] = case.totals[share] * 100 / case.whole - case.profile[share]
        off = offs[share]
        key = "reason_over" if off > 0 else "reason_under"
        # A symbol that the target writes with a dot is named as it is held.
        names = (share, trade["symbol"])
        is_said = any(reason == say(key, asset_class=name, points=points) for name in names)
        if not is_said or abs(Decimal(points) - abs(off)) > _ROUNDED:
            yield f"{trade['symbol']}: {share} is {off:.2f} points from its target"


def _points_in(reason: str) -> str:
    """The number before the word points; "" without one."""
    before, told, _ = reason.partition(" points ")
    number = before.rpartition(" ")[2] if told else ""
    return number if number.replace(".", "").isdigit() else ""
