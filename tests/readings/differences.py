"""What differs between two readings of a source, place by place, in words."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List

from ib_portfolio.core.messages import Refusal


def differences(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Each place that another value is read in: "positions[AAPL].value: 100 -> 110"."""
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Refusal) or isinstance(after, Refusal):
        if told(before) == told(after):
            return
        was = told(before) if isinstance(before, Refusal) else "read"
        yield f"{place}: {was} -> {told(after)}" if place else told(after)
    elif hasattr(before, "_fields") and type(before) is type(after):
        for name in before._fields:
            yield from differences(
                getattr(before, name), getattr(after, name), f"{place}.{name}".lstrip(".")
            )
    elif _is_many(before) and _is_many(after):
        yield from _of_many(_named(before), _named(after), place)
    else:
        yield f"{place}: {told(before)} -> {told(after)}"


def told(value: Any) -> str:
    """A value in words; of a record what is not blank or none."""
    if isinstance(value, Refusal):
        return f"refused: {value}"
    if hasattr(value, "_fields"):
        filled = ((name, told(getattr(value, name))) for name in value._fields)
        return ", ".join(f"{name} {text}" for name, text in filled if text not in ("none", "blank"))
    if _is_many(value):
        return "; ".join(told(one) for one in _named(value).values()) or "empty"
    if value is None:
        return "none"
    return str(value) or "blank"


def _is_many(value: Any) -> bool:
    return isinstance(value, (tuple, list, dict)) and not hasattr(value, "_fields")


def _of_many(before: Dict[str, Any], after: Dict[str, Any], place: str) -> Iterator[str]:
    for name, value in before.items():
        if name not in after:
            yield f"{place}[{name}] gone"
        else:
            yield from differences(value, after[name], f"{place}[{name}]")
    for name, value in after.items():
        if name not in before:
            yield f"{place}[{name}] new" + ("" if told(value) == name else f": {told(value)}")
    both = [name for name in before if name in after]
    if both != [name for name in after if name in before]:
        yield f"{place} in another order: {', '.join(name for name in after if name in before)}"


def _named(values: Any) -> Dict[str, Any]:
    """The values by what they are called: key, first of a pair, symbol, or the text itself."""
    if isinstance(values, dict):
        return values
    found: Dict[str, Any] = {}
    counts: Dict[str, int] = {}
    for value in values:
        name, kept = _name(value), value
        if isinstance(value, tuple) and not hasattr(value, "_fields") and len(value) == 2:
            kept = value[1]
        counts[name] = counts.get(name, 0) + 1
        found[name if counts[name] == 1 else f"{name} {counts[name]}"] = kept
    return found


def _name(value: Any) -> str:
    contract = getattr(value, "contract", value)
    if hasattr(contract, "symbol"):
        return str(contract.symbol)
    if hasattr(value, "kind"):
        return str(value.kind)
    if isinstance(value, tuple) and not hasattr(value, "_fields") and value:
        return str(value[0])
    return value if isinstance(value, str) else type(value).__name__


def outcome(before: Any, after: Any) -> str:
    """What came of a change: the sentence of its refusal, or the places that differ."""
    if isinstance(after, Refusal) and not isinstance(before, Refusal):
        return told(after)
    found: List[str] = list(differences(before, after))
    return "; ".join(found) or "the same"
