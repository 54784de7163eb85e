"""What is given in the place of a field: nothing, a word, another number, day, currency or code."""

from __future__ import annotations

import os
from decimal import Decimal, InvalidOperation
from typing import Dict, Iterator, Optional

FOLDER = os.path.join(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures", "recorded_readings"
)
DAYS = frozenset(
    "reportDate tradeDate dateTime settleDate openDateTime expiry maturity fromDate toDate"
    " whenGenerated holdingPeriodDateTime".split()
)
NUMBERS = frozenset(
    "position markPrice positionValue costBasisMoney fifoPnlUnrealized strike multiplier coupon"
    " accruedInt principalAdjustFactor fxRateToBase quantity endingCash endingSettledCash rate"
    " total cash stock bonds amount taxes ibCommission cost fifoPnlRealized tradeMoney"
    " totalRealizedPnl".split()
)
# What else a field may say, by its name.
CODES: Dict[str, str] = {
    "currency": "USD EUR JPY usd",
    "fromCurrency": "USD EUR JPY",
    "toCurrency": "USD EUR JPY",
    "ibCommissionCurrency": "USD EUR JPY",
    "assetCategory": "STK BOND FUT XYZ",
    "levelOfDetail": "SUMMARY LOT EXECUTION ORDER CLOSED_LOT WASH_SALE lot",
    "buySell": "BUY SELL buy",
    "putCall": "C P Put",
    "accountType": "Individual Roth/IRA ira",
    "customerType": "Individual IRA",
    "type": "Dividends Fees",
    "issuerCountryCode": "JP jp JPN 12",
    "isin": "JP3048840001 us0378331005 X",
    "cusip": "912810AB1 037833100",
    "conid": "101 999",
    "accountId": "U1234567 U7654321",
    "model": "A B",
    "underlyingConid": "101 999",
}
MORE = {"buySell": ("BUY (Ca.)", "SELL (Ca.)", "HOLD")}
_WORD, _BLANK = "much", ""


def instead(name: str, value: Optional[str]) -> Iterator[Optional[str]]:
    """What is tried in the place of a field's text; None leaves the field out."""
    for text in dict.fromkeys(_texts(name, value)):
        if text != value:
            yield text


def _texts(name: str, value: Optional[str]) -> Iterator[Optional[str]]:
    if value is not None:
        yield None
        yield _BLANK
    if name in DAYS:
        yield from ("20261118", "18/11/2026", "20261331")
    elif name in CODES:
        yield from CODES[name].split()
        yield from MORE.get(name, ())
    elif name in NUMBERS or _is_number(value):
        yield from _numbers(value or _BLANK)
    else:
        yield f"{value or 'A'} x"


def _numbers(value: str) -> Iterator[str]:
    number = Decimal(value) if _is_number(value) else Decimal(2)
    yield from ("0", format(-number, "f"), format(number * Decimal("1.1"), "f"), _WORD)


def _is_number(value: Optional[str]) -> bool:
    try:
        return bool(value) and Decimal(value or "").is_finite()
    except InvalidOperation:
        return False
