"""Checks of a policy file: what the plan follows is what the file says now, read a second time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...core.asset_classes import ASSET_CLASSES
from .policy_file import RawPolicy, raw_policy
from .policy_limits import policy_limits
from .raw_target import RawPrice, raw_bands, raw_prices, raw_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..case import Case


def policy_followed(case: Case) -> Iterator[str]:
    """What nobody typed, target, prices, bands, locks, classes, limits, is the policy file's."""
    try:
        policy = raw_policy(case.evidence.asked["policy"])
    except (OSError, ValueError) as fault:
        yield f"the policy cannot be read again ({type(fault).__name__})"
        return
    yield from _target(case, policy)
    yield from policy_limits(case, policy)
    asked, untyped = case.evidence.asked, case.evidence.untyped or {}
    if "band" in untyped and policy.bands is not None:
        # Of the own bands only those of what the target names.
        own = {name: band for name, band in policy.bands.own.items() if _is_named(name, asked)}
        if policy.bands._replace(own=own) != raw_bands(asked["band"]):
            yield "the bands are not those of the policy"
    told, added = _prices(asked.get("price", "")), _prices(untyped.get("price", ""))
    for name, price in policy.prices.items():
        # What was typed of a symbol overrules the file.
        typed = [one for one in told if name in one and one not in added]
        if {name: price} not in told and not typed:
            yield f"the price of {name} is not that of the policy"


def _prices(text: str) -> list[dict[str, RawPrice]]:
    return [raw_prices(part) for part in re.split("[,;、，；]", text) if part.strip()]


def _is_named(name: str, asked: Mapping[str, str]) -> bool:
    return name in ASSET_CLASSES or (
        "target" in asked and name in raw_target(asked["target"]).shares
    )


def _target(case: Case, policy: RawPolicy) -> Iterator[str]:
    profile, asked = case.document["profile"], case.evidence.asked
    if "target" not in asked:
        return
    if profile != "custom":
        named = policy.target(profile)
    elif "target" in (case.evidence.untyped or {}):
        named = policy.target()
    else:
        return
    if named is None:
        yield f"the policy has no target for {profile}"
    elif named != raw_target(asked["target"]):
        yield f"the target of {profile} is not that of the policy"
    elif list(named.shares) != list(raw_target(asked["target"]).shares):
        yield "the target is in another order than in the policy"


def profile_is_own(case: Case) -> Iterator[str]:
    """An own target is called custom, or as a policy calls it."""
    profile = case.document["profile"]
    if case.shares.is_own and profile != "custom" and "policy" not in case.evidence.asked:
        yield f"the target is the user's own, not {profile}"
