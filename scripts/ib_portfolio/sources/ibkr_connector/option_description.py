"""The terms of an option in the connector's description of it: AAPL Mar19'27 200 CALL."""

from __future__ import annotations

import re
from decimal import Decimal

from ...core.dates import parse_date
from ...core.instrument import UNTOLD, Instrument

_TERMS = re.compile(
    r"(\S.{0,20}?) ([A-Z][a-z]{2})(\d\d)'(\d\d) (\d{1,9}(?:\.\d{1,6})?) (CALL|PUT|C|P)\Z", re.ASCII
)
_NEAR = Decimal("0.005")


def option_terms_of(symbol: str, counted: Decimal, value: Decimal) -> Instrument:
    """Strike, day, right and underlying in `symbol`, and the multiplier; untold where it is none.

    `counted` is quantity x price, `value` is what IBKR says that comes to: as many times as the
    multiplier. Where that is not near a whole number the multiplier is None.
    """
    found = _TERMS.match(symbol)
    expiry = parse_date(f"{found[3]}-{found[2]}-{found[4]}") if found else None
    if found is None or not expiry:
        return UNTOLD
    times = value / counted if counted else Decimal(0)
    whole = times.to_integral_value()
    return Instrument(
        multiplier=whole if whole >= 1 and abs(times / whole - 1) <= _NEAR else None,
        strike=Decimal(found[5]),
        expiry=expiry,
        put_call=found[6][0],
        underlying_symbol=found[1].strip(),
    )
