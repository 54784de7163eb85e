"""Bands as a user states them: one for all, as 5/25, and own ones behind it, as VTI=2."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from ...core.messages import Usage, say
from ...core.numbers import parse_decimal
from ...core.record import Record
from .own_target import share_name

_SEPARATORS = re.compile("[,;、\n]")


class Band(Record):
    """How far a part of the target may be from its share before anything is traded."""

    points: Decimal  # percentage points of the whole
    share: Decimal | None  # percent of its target; the lesser of both counts

    def width(self, target_percent: Decimal) -> Decimal:
        """The band's half width in percentage points around `target_percent`."""
        if self.share is None:
            return self.points
        return min(self.points, target_percent * self.share / 100)


class StatedBands(Record):
    """The band of all, and by class or upper-case symbol those that have their own."""

    default: Band
    own: dict[str, Band]


def read_bands(text: str) -> StatedBands:
    """The bands that `text` writes; Usage for another form, and for own bands without one for all.

    A symbol or class twice is Usage, too.
    """
    folded = unicodedata.normalize("NFKC", text)
    if "=" not in folded:
        return StatedBands(read_band(folded), {})
    first, *others = _SEPARATORS.split(folded)
    if "=" in first:
        raise Usage("band_default", value=text)
    own: dict[str, Band] = {}
    for part in others:
        name, equals, width = part.rpartition("=")
        if not part.strip():
            continue
        name = share_name(name)
        if not (equals and name and width.strip()):
            raise Usage("bad_value", option="--band", value=text, wanted=say("form.band"))
        band = read_band(width)
        if own.setdefault(name, band) != band:
            raise Usage("band_twice", name=name)
    return StatedBands(read_band(first), own)


def read_band(text: str) -> Band:
    """One band, as 5 or 5/25; Usage for what is none."""
    points, slash, share = text.partition("/")
    return Band(_number(points, text), _number(share, text) if slash else None)


def _number(part: str, text: str) -> Decimal:
    number = parse_decimal(part.strip(" %"))
    if number is None or number < 0:
        raise Usage("bad_value", option="--band", value=text.strip(), wanted=say("form.band"))
    return number
