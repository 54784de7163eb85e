"""The program's own data, read from JSON files by the scanner that the module json is built on.

That module and `re`, which it needs, take longer to load than a small plan takes to make.
"""

from __future__ import annotations

from decimal import Decimal


class _Numbers:
    """How the scanner reads: whole numbers as int, others as Decimal."""

    strict = True
    object_hook = object_pairs_hook = array_hook = None
    parse_float, parse_int, parse_constant = Decimal, int, Decimal


try:
    from _json import make_scanner

    _scan = make_scanner(_Numbers)
except (ImportError, AttributeError):  # pragma: no cover - another Python, or a later one
    _scan = None


def read_json_file(path: str) -> dict:
    """The JSON object in a file of ours, which begins with its brace; no number is a float."""
    # Read as bytes, which takes a fifth of the time that text does.
    with open(path, "rb") as file:
        text = file.read().decode()
    if _scan:
        return _scan(text, 0)[0]
    import json

    return json.loads(text, parse_float=Decimal)
