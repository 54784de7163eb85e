"""The sum correction: weights from elsewhere, off by rounding, made to sum to exactly 100."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal

from ..core.messages import Refusal, Usage
from ..core.numbers import ZERO, parse_decimal, plain_decimal
from ..core.plain_text import plain

_MOST_WORDS = 1_000
_LONGEST_SYMBOL = 60
_MOST_CORRECTED = Decimal(1)
# Further decimals are noise of servers that calculate in floats, not a place of rounding.
_FINEST_PLACE = 10

Weights = dict[str, Decimal]


def read_weights(words: Sequence[str]) -> Weights:
    """The weights in words such as VTI=44.998, in their order; nothing is read but the words.

    Usage for an option, since there is none. Refusal for a word of another form, a weight that is
    no number from 0 to 100, a symbol that is given twice, be it in upper and lower case, and for
    no words at all or over 1,000.
    """
    if not words or len(words) > _MOST_WORDS:
        raise Refusal("weights_empty", most=f"{_MOST_WORDS:,}")
    weights: Weights = {}
    seen = set()
    for word in words:
        symbol, weight = _weight(word)
        if symbol.casefold() in seen:
            raise Refusal("weights_twice", symbol=symbol)
        seen.add(symbol.casefold())
        weights[symbol] = weight
    return weights


def _weight(word: str) -> tuple[str, Decimal]:
    if word.startswith("-"):
        raise Usage("weights_option", word=word)
    symbol, equals, number = word.rpartition("=")
    symbol = symbol.strip()
    if not (equals and symbol) or len(symbol) > _LONGEST_SYMBOL or plain(symbol) != symbol:
        raise Refusal("weights_word", word=word)
    weight = parse_decimal(number)
    if weight is None or not 0 <= weight <= 100:
        raise Refusal("weights_number", symbol=symbol)
    return symbol, weight


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
