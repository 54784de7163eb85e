"""The instrument that an OpenPosition row is of."""

from __future__ import annotations

from ..core.instrument import Instrument
from ..core.plain_text import plain
from .flex_text import Dates, optional_number
from .flex_xml import Row


def instrument_of(row: Row, dates: Dates) -> Instrument:
    """The instrument of a row; Refusal("row_number") for a term that is there and is no number."""
    return Instrument(
        sub_category=plain(row.get("subCategory", "")),
        isin=plain(row.get("isin", "")).upper(),
        cusip=plain(row.get("cusip", "")).upper(),
        exchange=plain(row.get("listingExchange", "")).upper(),
        issuer_country=plain(row.get("issuerCountryCode", "")).upper(),
        multiplier=optional_number(row, "multiplier"),
        strike=optional_number(row, "strike"),
        expiry=dates.day_or_blank(row.get("expiry", "")),
        put_call=plain(row.get("putCall", "")).upper()[:1],
        underlying_conid=plain(row.get("underlyingConid", "")),
        underlying_symbol=plain(row.get("underlyingSymbol", "")),
        maturity=dates.day_or_blank(row.get("maturity", "")),
        coupon=optional_number(row, "coupon"),
        accrued_interest=optional_number(row, "accruedInt"),
        principal_factor=optional_number(row, "principalAdjustFactor"),
    )
