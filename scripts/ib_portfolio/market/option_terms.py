"""The terms of an option: from the fields of its row, else from its OCC symbol."""

from __future__ import annotations

import re
from decimal import Decimal

from ..core.portfolio import Position
from ..core.record import Record

# "AAPL  261218C00260000": root, day, call or put, strike in thousandths (OCC symbology, 2010).
_OCC = re.compile(r"([A-Z0-9.]{1,6})\s*(\d\d)(\d\d)(\d\d)([CP])(\d{8})\Z")


class OptionTerms(Record):
    """What one contract is on; the strike is in the option's currency, of one share."""

    put_call: str  # P or C
    strike: Decimal
    expiry: str  # YYYY-MM-DD, "" where it is not told
    multiplier: Decimal
    underlying_symbol: str
    underlying_conid: str
    multiplier_assumed: bool


def option_terms(position: Position, usual_multiplier: Decimal) -> OptionTerms | None:
    """The terms of the option `position`; None where neither fields nor symbol tell them."""
    told = position.instrument
    occ = _OCC.match(position.symbol.strip().upper())
    put_call = told.put_call or (occ.group(5) if occ else "")
    strike = told.strike
    if strike is None and occ:
        strike = Decimal(occ.group(6)) / 1000
    if put_call not in ("P", "C") or strike is None or strike <= 0:
        return None
    return OptionTerms(
        put_call=put_call,
        strike=strike,
        expiry=told.expiry or (f"20{occ[2]}-{occ[3]}-{occ[4]}" if occ else ""),
        multiplier=told.multiplier or usual_multiplier,
        underlying_symbol=(told.underlying_symbol or (occ.group(1) if occ else "")).upper(),
        underlying_conid=told.underlying_conid,
        multiplier_assumed=not told.multiplier,
    )
