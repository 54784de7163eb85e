"""Exchange rates that a statement itself brings, and its base currency."""

from __future__ import annotations

import re
from decimal import Decimal

from ..core.dates import parse_date
from ..core.messages import Refusal
from ..core.numbers import parse_decimal
from .flex_account import AccountDay
from .flex_xml import Row

_CODE = re.compile(r"[A-Z]{3}\Z")


class Rates:
    """Base currency per unit of other currencies, from the rows of one account's day.

    Refusal("base_currency_unknown") when the statement does not tell its base currency.
    """

    def __init__(self, day: AccountDay) -> None:
        self.base_currency = _base_currency(day)
        self._rates: dict[str, Decimal] = {}
        for row in sorted(day.of("ConversionRate"), key=_day):
            if row.get("toCurrency") == self.base_currency:
                self._learn(row.get("fromCurrency", ""), row.get("rate", ""))
        own: dict[str, Decimal] = {self.base_currency: Decimal(1)}
        for row in day.of("OpenPosition"):
            if row.get("fxRateToBase"):
                learn_rate(own, row.get("currency", ""), _rate_of(row))
        self._rates.update(own)

    def _learn(self, currency: str, text: str) -> None:
        rate = parse_decimal(text)
        if currency and rate is not None and rate > 0:
            self._rates[currency] = rate

    def find(self, currency: str) -> Decimal | None:
        """Base currency for one unit of `currency`, None when the statement does not tell."""
        return self._rates.get(currency)

    def of_currency(self, currency: str) -> Decimal:
        """Like `find`; Refusal("no_rate") that names the currency when there is none."""
        rate = self.find(currency)
        if rate is None:
            raise Refusal("no_rate", currency=currency, base=self.base_currency)
        return rate

    def of_row(self, row: Row) -> Decimal:
        """The row's own fxRateToBase, else the rate of its currency; Refusal when there is none."""
        if not row.get("currency"):
            raise Refusal("row_field", symbol=row.get("symbol", "?"), field="currency")
        return _rate_of(row) if row.get("fxRateToBase") else self.of_currency(row["currency"])


def learn_rate(rates: dict[str, Decimal], currency: str, rate: Decimal) -> None:
    """Adds a row's rate to `rates`; Refusal("rates_differ") where it contradicts another row's.

    Rows of different days may differ by a few days' movement: by 5 percent at most. A rate of 1 is
    the base currency's own and never moves.
    """
    known = rates.setdefault(currency, rate)
    if abs(known - rate) * 20 > known or (known == 1) != (rate == 1):
        raise Refusal("rates_differ", currency=currency)
    rates[currency] = rate


def _rate_of(row: Row) -> Decimal:
    rate = parse_decimal(row["fxRateToBase"])
    if rate is None or rate <= 0:
        raise Refusal("row_number", symbol=row.get("symbol", "?"), field="fxRateToBase")
    return rate


def _day(row: Row) -> str:
    return parse_date(row.get("reportDate", "")) or ""


def _base_currency(day: AccountDay) -> str:
    """What AccountInformation says, else ConversionRate, else rows of rate 1, else the cash."""
    conversions = {row.get("toCurrency", "") for row in day.of("ConversionRate")}
    at_one = {
        row.get("currency", "")
        for row in day.of("OpenPosition")
        if parse_decimal(row.get("fxRateToBase", "")) == 1
    }
    cash = {row.get("currency", "") for row in day.of("CashReportCurrency")} - {"BASE_SUMMARY"}
    stated = {row.get("currency", "") for row in day.of("AccountInformation")}
    for names in (stated, conversions, at_one, cash):
        names = names - {""}
        if len(names) == 1 and _CODE.match(min(names)):
            return names.pop()
        if names:
            break
    raise Refusal("base_currency_unknown")
