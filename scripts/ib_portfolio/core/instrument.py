"""What a Flex row tells of the instrument that is held: its kind, market, terms and underlying."""

from __future__ import annotations

from decimal import Decimal

from .record import Record


class Instrument(Record):
    """The terms of an instrument; "" and None where the source does not tell them."""

    sub_category: str = ""  # IBKR's subCategory: ETF, COMMON, Govt, Corp, Muni …
    isin: str = ""
    cusip: str = ""
    exchange: str = ""  # IBKR's listingExchange
    exchange_told: bool = False  # whether the source has a place for it, be it empty
    issuer_country: str = ""  # two letters
    multiplier: Decimal | None = None
    strike: Decimal | None = None  # in the instrument's currency
    expiry: str = ""  # YYYY-MM-DD
    put_call: str = ""  # P or C
    underlying_conid: str = ""
    underlying_symbol: str = ""
    maturity: str = ""  # YYYY-MM-DD
    coupon: Decimal | None = None  # percent of face a year
    accrued_interest: Decimal | None = None  # of the whole position, in its currency
    principal_factor: Decimal | None = None  # what a bond's face is multiplied by
    mark_price: Decimal | None = None  # of bonds only, in percent of face


UNTOLD = Instrument()
