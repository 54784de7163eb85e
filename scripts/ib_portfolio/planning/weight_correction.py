"""The sum correction: weights from elsewhere, off by rounding, made to sum to exactly 100."""

from __future__ import annotations

import io
import json
from decimal import Decimal

from ..core.messages import Refusal
from ..core.numbers import ZERO, parse_decimal, plain_decimal

_LONGEST = 5_000_000  # bytes
_MOST_CORRECTED = Decimal(1)
# Further decimals are noise of servers that calculate in floats, not a place of rounding.
_FINEST_PLACE = 10

Weights = dict[str, Decimal]


class _Number(str):
    """A JSON number as it was written."""


def read_weights(path: str | None, stdin: io.BufferedIOBase) -> Weights:
    """The weights in the JSON file at `path`, or in `stdin` when it is None.

    Refusal when it is not an object of symbols and numbers from 0 to 100, is empty, or names a
    symbol twice, be it in upper and lower case.
    """
    if path is None:
        return _parse(stdin.read(_LONGEST + 1))
    try:
        with open(path, "rb") as file:
            return _parse(file.read(_LONGEST + 1))
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or "not a path"
        raise Refusal("weights_file", path=path, cause=cause) from None


def _parse(content: bytes) -> Weights:
    try:
        if len(content) > _LONGEST:
            raise ValueError
        found = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_Pairs,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_Number,
        )
    except (ValueError, RecursionError):
        raise Refusal("weights_not_json") from None
    if not isinstance(found, _Pairs):
        raise Refusal("weights_not_json")
    return _checked(found)


class _Pairs(list[tuple[str, object]]):
    """The members of a JSON object, double ones included."""


def _checked(pairs: _Pairs) -> Weights:
    weights: Weights = {}
    seen = set()
    for symbol, value in pairs:
        name = symbol.strip().casefold()
        if not name:
            raise Refusal("weights_symbol")
        if name in seen:
            raise Refusal("weights_twice", symbol=symbol)
        seen.add(name)
        weight = parse_decimal(value) if isinstance(value, _Number) else None
        if weight is None or not 0 <= weight <= 100:
            raise Refusal("weights_number", symbol=symbol)
        weights[symbol] = weight
    if not weights:
        raise Refusal("weights_empty")
    return weights


def correct_weights(weights: Weights) -> Weights:
    """`weights` summing to exactly 100: what rounding left over is put on the largest one.

    Of several largest it is the first by symbol. Rounding explains half a unit of the coarsest
    decimal place for each weight, at most 1 in all; Refusal("weights_sum") beyond that, since a
    missing class must not be added to what is there.
    """
    total = sum(weights.values(), ZERO)
    rest = 100 - total
    places = min(min(_decimals(weight) for weight in weights.values()), _FINEST_PLACE)
    explained = min(len(weights) * Decimal(5).scaleb(-places - 1), _MOST_CORRECTED)
    if abs(rest) > explained:
        raise Refusal("weights_sum", total=plain_decimal(total))
    largest = min(weights, key=lambda symbol: (-weights[symbol], symbol))
    return {**weights, largest: weights[largest] + rest}


def _decimals(weight: Decimal) -> int:
    return max(-weight.as_tuple().exponent, 0)


def weights_text(weights: Weights) -> str:
    """The weights as JSON, one to a line, in their order."""
    lines = [
        f"  {json.dumps(symbol, ensure_ascii=False)}: {plain_decimal(weight)}"
        for symbol, weight in weights.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"
