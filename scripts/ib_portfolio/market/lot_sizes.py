"""The lots in which exchanges trade shares, from the dated table in lot_sizes.json.

Loaded only when a share's exchange is known.
"""

from __future__ import annotations

import os
from decimal import Decimal

from ..core.instrument import Instrument
from ..core.json_file import read_json_file

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lot_sizes.json")
_ONE = Decimal(1)
_kept: dict[str, dict[str, str]] = {}


def lot_of(instrument: Instrument) -> Decimal | None:
    """How many shares a lot has at the instrument's exchange; None where each stock has a lot of
    its own, which the source does not tell.
    """
    if not _kept:
        _kept.update(read_json_file(_PATH))
    row = _kept.get(instrument.exchange)
    if row is None:
        return _ONE
    lot = row.get(instrument.sub_category.upper(), row["lot"])
    return Decimal(lot) if lot else None
