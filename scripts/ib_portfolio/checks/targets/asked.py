"""Whether a target or bands were asked for; what they say is read only where they were."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..evidence import Evidence, amount_asked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .raw_target import RawTarget

_FEW = Decimal("0.25")  # points, where few orders say none


def target_asked(asked: Mapping[str, str]) -> RawTarget | None:
    """The own target that was asked for, None where a built-in profile counts."""
    if "target" not in asked:
        return None
    from .raw_target import raw_target

    return raw_target(asked["target"])


def bands_by_share(asked: Mapping[str, str]) -> bool:
    """Whether each share is judged by its own band: own ones are given, or symbols are named."""
    if "band" not in asked:
        return False
    from .raw_target import raw_bands

    target = target_asked(asked)
    return bool(raw_bands(asked["band"]).own) or (target is not None and target.names_symbols)


def points_of_few(evidence: Evidence) -> Decimal | None:
    """How near, in points, few orders have to come to the full plan; None where all are made.

    New money asks for few of itself, but not beside bands or without sales, nor in a household,
    where it has to be typed.
    """
    asked = evidence.asked
    text = asked.get("few-orders", "").strip().casefold()
    if text == "none" or (evidence.kept_cash is not None and "few-orders" not in asked):
        return None
    if text:
        return amount_asked(asked, "few-orders")
    if "few-orders" in asked:
        return _FEW
    invests = amount_asked(asked, "contribute") > 0 and not {"band", "no-sell"} & set(asked)
    return _FEW if invests else None
