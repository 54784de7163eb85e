"""The rows of trades, closed lots and cash with numbers and days in them; refused by name."""

from __future__ import annotations

import re
from decimal import Decimal

from ...core.messages import Refusal
from ...core.plain_text import plain
from ..flex_rates import Rates
from ..flex_text import Dates, any_number, positive_or_none
from ..flex_xml import Row
from .activity import (
    BookedExecution,
    CashEntry,
    ClosedLot,
    OwnTotal,
    OwnWashSale,
    TradedContract,
)

# What IBKR writes behind a tax at the source: "… USD 0.25 PER SHARE - US TAX".
_TAXED_BY = re.compile(r" - ([A-Z]{2}) TAX\b")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")


class BookedRows:
    """Reads the rows of one account, all of whose days are written in one form."""

    def __init__(self, dates: Dates, rates: Rates) -> None:
        self._dates = dates
        self._rates = rates

    def execution(self, row: Row) -> tuple[BookedExecution, bool]:
        """The execution in a row, and whether it cancels another one."""
        section = "Trades"
        stated = row.get("buySell", "").upper()
        quantity = self._size(row, section)
        side = next((name for name in ("BUY", "SELL") if stated.startswith(name)), "")
        if not side:
            raise _missing(row, "buySell", section)
        rate = self._rate(row, section)
        execution = BookedExecution(
            contract=_traded(row, section),
            day=self._day(row, ("tradeDate", "dateTime"), section),
            moment=row.get("dateTime", ""),
            side=side,
            quantity=quantity,
            rate=rate,
            commission=self._commission(row, rate),
            taxes=_scaled(self._optional(row, "taxes", section), rate),
            realized=self._optional(row, "fifoPnlRealized", section),
        )
        return execution, "CA" in stated

    def closed_lot(self, row: Row) -> ClosedLot:
        """The closed lot in a row; its side is that of the trade that closed it."""
        section = "Trades (Closed Lots)"
        quantity = self._size(row, section)
        stated = row.get("buySell", "").upper()
        opened = self._dates.day_or_blank(row.get("openDateTime", ""))
        held_since = self._dates.day_or_blank(row.get("holdingPeriodDateTime", ""))
        return ClosedLot(
            contract=_traded(row, section),
            day=self._day(row, ("tradeDate", "dateTime"), section),
            moment=row.get("dateTime", ""),
            side="BUY" if stated.startswith("BUY") else "SELL",
            quantity=quantity,
            opened=opened,
            held_since=held_since or opened,
            cost=self._optional(row, "cost", section),
            realized=self._needed(row, "fifoPnlRealized", section),
            rate=self._rate(row, section),
        )

    def wash_sale(self, row: Row) -> OwnWashSale:
        """A row of IBKR's own wash sales."""
        section = "Trades (Wash Sales)"
        return OwnWashSale(
            contract=_contract(row),
            day=self._day(row, ("tradeDate", "dateTime"), section),
            quantity=abs(self._needed(row, "quantity", section)),
            amount=self._optional(row, "fifoPnlRealized", section),
            rate=self._rate(row, section),
        )

    def cash_entry(self, row: Row) -> CashEntry:
        """The money in a row of Cash Transactions."""
        section = "Cash Transactions"
        description = plain(row.get("description", ""))
        return CashEntry(
            kind=plain(row.get("type", "")),
            contract=_contract(row),
            day=self._day(row, ("dateTime", "settleDate", "reportDate"), section),
            amount=self._needed(row, "amount", section),
            rate=self._rate(row, section),
            country=_country(row, description),
            description=description,
        )

    def own_total(self, row: Row) -> OwnTotal:
        """IBKR's realised gain of a contract, in base currency."""
        section = "Realized and Unrealized Performance Summary in Base"
        return OwnTotal(_contract(row), self._needed(row, "totalRealizedPnl", section))

    def cash_sum(self, rows: list[Row], field: str) -> Decimal | None:
        """A sum of the cash report in base currency, None where it does not state it."""
        for row in rows:
            if row.get("currency") == "BASE_SUMMARY":
                return self._optional(row, field, "Cash Report")
        return None

    def _commission(self, row: Row, rate: Decimal) -> Decimal | None:
        amount = self._optional(row, "ibCommission", "Trades")
        currency = row.get("ibCommissionCurrency", "")
        if amount and currency not in ("", row.get("currency", "")):
            rate = self._rates.of_currency(currency)
        return _scaled(amount, rate)

    def _rate(self, row: Row, section: str) -> Decimal:
        """The rate of the row's own day: another day's would be another amount of tax."""
        text = row.get("fxRateToBase", "")
        rate = positive_or_none(text)
        if rate is not None:
            return rate
        if not text and row.get("currency", "") == self._rates.base_currency:
            return Decimal(1)
        raise _missing(row, "fxRateToBase", section)

    def _day(self, row: Row, fields: tuple[str, ...], section: str) -> str:
        """The day in the first of `fields` that is told."""
        told = next((field for field in fields if row.get(field)), fields[0])
        found = self._dates.day_or_blank(row.get(told, ""))
        if not found:
            raise _missing(row, told, section)
        return found

    def _size(self, row: Row, section: str) -> Decimal:
        """How much was traded, above zero; Refusal("activity_field") where that is not told."""
        number = self._needed(row, "quantity", section)
        if not number:
            raise _missing(row, "quantity", section)
        return abs(number)

    def _needed(self, row: Row, field: str, section: str) -> Decimal:
        number = any_number(row.get(field, ""))
        if number is None:
            raise _missing(row, field, section)
        return number

    def _optional(self, row: Row, field: str, section: str) -> Decimal | None:
        return self._needed(row, field, section) if row.get(field) else None


def _missing(row: Row, field: str, section: str) -> Refusal:
    symbol = next(filter(None, map(row.get, ("symbol", "description", "currency"))), "?")
    return Refusal("activity_field", field=field, section=section, symbol=symbol)


def _scaled(amount: Decimal | None, rate: Decimal) -> Decimal | None:
    return None if amount is None else amount * rate


def _traded(row: Row, section: str) -> TradedContract:
    """The contract of a trade, which has a class and a currency; Refusal for one without."""
    for field in ("assetCategory", "currency"):
        if not row.get(field):
            raise _missing(row, field, section)
    return _contract(row)


def _contract(row: Row) -> TradedContract:
    return TradedContract(
        symbol=plain(row.get("symbol", "")),
        conid=plain(row.get("conid", "")),
        currency=plain(row.get("currency", "")),
        category=plain(row.get("assetCategory", "")),
        isin=plain(row.get("isin", "")).upper(),
        underlying_conid=plain(row.get("underlyingConid", "")),
        underlying_symbol=plain(row.get("underlyingSymbol", "")),
        put_call=plain(row.get("putCall", "")).upper()[:1],
    )


def _country(row: Row, description: str) -> str:
    """Which country taxed it, of which the issuer is, or whose ISIN it has; "" without any."""
    taxed = _TAXED_BY.search(description)
    issuer = plain(row.get("issuerCountryCode", "")).upper()
    for found in (taxed[1] if taxed else "", issuer, row.get("isin", "")[:2].upper()):
        if _COUNTRY.match(found):
            return found
    return ""
