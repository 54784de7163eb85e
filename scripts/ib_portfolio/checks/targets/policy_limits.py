"""Checks of what else a policy file says: locks, classes, limits and the way back to bands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...core.plain_text import normalized
from ..evidence import amount_asked
from .policy_file import RawPolicy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..case import Case

_LIMITS = ("min-trade", "max-turnover", "reserve")


def policy_limits(case: Case, policy: RawPolicy) -> Iterator[str]:
    """Locks, classes, limits and `to` are those of the policy, but for what was typed.

    What was typed of a limit, or of a symbol, overrules the file.
    """
    asked, untyped = case.evidence.asked, case.evidence.untyped
    locked = _parts(asked.get("lock", ""))
    for name, _ in policy.sections.get("never trade", []):
        if _key(name) not in locked:
            yield f"{name} is never traded by the policy, and not locked"
    counted, added = _classes(asked), _classes(untyped or {})
    for name, text in policy.sections.get("classes", []):
        told = counted.get(_key(name), set())
        if _key(text) not in told and (not told or _key(name) in added):
            yield f"{name} counts as {text} by the policy, and not in the plan"
    # A household's account has amounts of its own, and bands are about all together.
    for name, text in () if untyped is None else _settings_of(policy):
        typed = name in asked and name not in untyped
        if not typed and not _is_same(name, text, asked.get(name, "")):
            yield f"{name} is {asked.get(name, 'not set')}, in the policy {text}"


def _settings_of(policy: RawPolicy) -> list[tuple[str, str]]:
    """The limits, and where orders go from outside a band, as options with their texts."""
    found = [
        ("-".join(re.split("[ _]+", name.casefold())), text)
        for name, text in policy.sections.get("limits", [])
    ]
    found += [("to", text) for name, text in policy.sections.get("bands", []) if name == "to"]
    return found


def _is_same(name: str, text: str, told: str) -> bool:
    if name not in _LIMITS or text.strip().lower() == "none":
        return text.strip().lower() == told.strip().lower()
    return bool(told) and amount_asked({name: text}, name) == amount_asked({name: told}, name)


def _classes(asked: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for part in _parts(asked.get("count-as", "")):
        name, _, kind = part.partition("=")
        found.setdefault(_key(name), set()).add(_key(kind))
    return found


def _parts(text: str) -> set[str]:
    return {_key(part) for part in re.split("[,;、，；]", text) if part.strip()}


def _key(text: str) -> str:
    return " ".join(normalized(text).upper().split())
