"""Yield to maturity, modified duration, and what a move of the yield does to a bond's price.

Prices are clean, in percent of face, on the day they are of (no days to settlement are added).
Yields are in percent a year, compounded as often as the bond pays; with only one payment left they
are simple, as the market quotes them. Source: SIA Standard Securities Calculation Methods, vol. 1,
and ICMA rule 251 for actual/actual. Computed to 1e-12 of a point, with 34 digits.
"""

from __future__ import annotations

import datetime
from decimal import Context, Decimal, localcontext

from ..core.numbers import ZERO
from ..core.record import Record
from ..market.bond_conventions import BondTerms

_DIGITS = Context(prec=34)
_LOWEST, _HIGHEST = Decimal("-0.9"), Decimal(10)  # yields outside are no price of a bond
_STEPS = 60  # halvings: 11 / 2^60 is under 1e-17


class Payments(Record):
    """What is still to come, of 100 of face."""

    days: tuple[datetime.date, ...]  # of each payment
    coupon: Decimal  # of each one
    first: Decimal  # the share of a period until the first payment, above 0, at most 1
    per_year: int

    @property
    def accrued(self) -> Decimal:
        """The interest since the last payment."""
        return self.coupon * (1 - self.first)


def payments_after(terms: BondTerms, day: datetime.date) -> Payments | None:
    """The payments after `day`, None where the bond has matured."""
    if day >= terms.maturity:
        return None
    days: list[datetime.date] = []
    months = 12 // terms.per_year
    while True:
        date = _months_before(terms, months * len(days))
        if date <= day:
            break
        days.append(date)
    days.reverse()
    return Payments(
        days=tuple(days),
        coupon=terms.coupon / terms.per_year,
        first=_left_of_period(terms, date, day, days[0]),
        per_year=terms.per_year,
    )


def _months_before(terms: BondTerms, months: int) -> datetime.date:
    """The day of payment that many months before maturity.

    A bond of actual days that matures at the end of a month pays at the ends of months.
    """
    last = terms.maturity
    place = last.year * 12 + last.month - 1 - months
    year, month = divmod(place, 12)
    longest = _days_in(year, month + 1)
    at_end = terms.by_actual_days and last.day == _days_in(last.year, last.month)
    return datetime.date(year, month + 1, longest if at_end else min(last.day, longest))


def _days_in(year: int, month: int) -> int:
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return (following - datetime.timedelta(days=1)).day


def _left_of_period(
    terms: BondTerms, before: datetime.date, day: datetime.date, after: datetime.date
) -> Decimal:
    """The share of the period from `before` to `after` that is left on `day`."""
    if terms.by_actual_days:
        return Decimal((after - day).days) / (after - before).days
    start, end = min(before.day, 30), day.day
    end = 30 if start == 30 and end == 31 else end
    passed = (day.year - before.year) * 360 + (day.month - before.month) * 30 + end - start
    period = 360 // terms.per_year
    return Decimal(max(period - passed, 1)) / period


def clean_price(payments: Payments, percent: Decimal) -> Decimal:
    """The clean price at a yield of `percent` a year, which is over -100 a payment."""
    with localcontext(_DIGITS):
        return _dirty(payments, percent / 100) - payments.accrued


def _dirty(payments: Payments, rate: Decimal) -> Decimal:
    growth = 1 + rate / payments.per_year
    last = 100 + payments.coupon
    if len(payments.days) == 1:
        return last / (1 + payments.first * rate / payments.per_year)
    discount = (1 / growth) ** payments.first
    value = ZERO
    for _ in payments.days[:-1]:
        value += payments.coupon * discount
        discount /= growth
    return value + last * discount


def yield_to_maturity(payments: Payments, clean: Decimal) -> Decimal | None:
    """The yield in percent at which the bond has the clean price; None outside -90% to 1000%."""
    with localcontext(_DIGITS):
        wanted = clean + payments.accrued
        low, high = _LOWEST, _HIGHEST
        if clean <= 0 or not _dirty(payments, high) < wanted < _dirty(payments, low):
            return None
        for _ in range(_STEPS):
            middle = (low + high) / 2
            if _dirty(payments, middle) > wanted:
                low = middle
            else:
                high = middle
        return (low + high) / 2 * 100


def modified_duration(payments: Payments, percent: Decimal) -> Decimal:
    """By how many percent the price with accrued interest falls for a yield one point higher.

    The first derivative, in years; exact only for small moves.
    """
    with localcontext(_DIGITS):
        rate, often = percent / 100, payments.per_year
        if len(payments.days) == 1:
            time = payments.first / often
            return time / (1 + time * rate)
        growth = 1 + rate / often
        weighted, time = ZERO, payments.first
        discount = (1 / growth) ** payments.first
        for place, _ in enumerate(payments.days, 1):
            paid = payments.coupon + (100 if place == len(payments.days) else 0)
            weighted += paid * discount * time / often
            discount /= growth
            time += 1
        return weighted / _dirty(payments, rate) / growth
