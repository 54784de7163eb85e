"""The user's own tax rates, as --tax-rate writes them."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from ...core.messages import Usage
from ...core.numbers import parse_decimal
from ...core.record import Record


class Rates(Record):
    """The user's tax rates in percent."""

    short: Decimal
    long: Decimal


def read_rates(text: str) -> Rates:
    """The rates in "short=37,long=20"; Usage unless both are there, once, from 0 to 100."""
    found: dict[str, Decimal] = {}
    folded = unicodedata.normalize("NFKC", text).casefold().replace("、", ",")
    for part in folded.split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        rate = parse_decimal(value.rstrip("%").strip())
        if name not in Rates._fields or name in found or rate is None or not 0 <= rate <= 100:
            found = {}
            break
        found[name] = rate
    if len(found) < len(Rates._fields):
        wanted = "short=PERCENT,long=PERCENT, each once and from 0 to 100"
        raise Usage("bad_value", option="--tax-rate", value=text, wanted=wanted)
    return Rates(found["short"], found["long"])
