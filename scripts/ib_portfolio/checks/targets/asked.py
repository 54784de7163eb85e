"""Whether a target or bands were asked for; what they say is read only where they were."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .raw_target import RawTarget


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
