"""The instrument that an OpenPosition row is of."""

from __future__ import annotations

from decimal import Decimal

from ..core.asset_classes import FACE_CATEGORIES
from ..core.dates import parse_date
from ..core.instrument import Instrument
from ..core.numbers import ZERO
from ..core.plain_text import plain
from .flex_positions import optional_number
from .flex_xml import Row


def instrument_of(rows: list[Row]) -> Instrument:
    """The instrument of the rows of one position; the first row tells all but accrued interest.

    Refusal("row_number") for a term that is there and is no number.
    """
    row = rows[0]
    is_bond = row.get("assetCategory") in FACE_CATEGORIES
    return Instrument(
        sub_category=plain(row.get("subCategory", "")),
        isin=plain(row.get("isin", "")).upper(),
        cusip=plain(row.get("cusip", "")).upper(),
        exchange=plain(row.get("listingExchange", "")).upper(),
        exchange_told="listingExchange" in row,
        issuer_country=plain(row.get("issuerCountryCode", "")).upper(),
        multiplier=optional_number(row, "multiplier"),
        strike=optional_number(row, "strike"),
        expiry=_day(row, "expiry"),
        put_call=plain(row.get("putCall", "")).upper()[:1],
        underlying_conid=plain(row.get("underlyingConid", "")),
        underlying_symbol=plain(row.get("underlyingSymbol", "")),
        maturity=_day(row, "maturity"),
        coupon=optional_number(row, "coupon"),
        accrued_interest=_accrued_interest(rows),
        principal_factor=optional_number(row, "principalAdjustFactor"),
        mark_price=optional_number(row, "markPrice") if is_bond else None,
    )


def _day(row: Row, field: str) -> str:
    return parse_date(row.get(field, "")) or ""


def _accrued_interest(rows: list[Row]) -> Decimal | None:
    """The interest of all rows together; None where no row tells any."""
    told = [optional_number(row, "accruedInt") for row in rows]
    known = [amount for amount in told if amount is not None]
    return sum(known, ZERO) if known else None
