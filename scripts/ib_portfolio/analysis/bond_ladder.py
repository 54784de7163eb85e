"""The bonds that are held: what each yields and pays, when it ends, what a move of yields does."""

from __future__ import annotations

import datetime
from decimal import Decimal

from ..core.numbers import ZERO
from ..core.portfolio import Portfolio, Position
from ..core.record import Record
from ..market.bond_conventions import BondTerms, bond_terms
from .bond_yield import (
    Payments,
    clean_price,
    modified_duration,
    payments_after,
    yield_to_maturity,
)


class BondLook(Record):
    """One bond; money in base currency, not rounded, the yield in percent a year."""

    position: Position
    terms: BondTerms
    payments: Payments
    price: Decimal  # clean, in percent of face, in the bond's own currency
    rate: Decimal  # yield to maturity
    duration: Decimal  # modified, in years
    higher: Decimal  # what the value changes when the yield is one point higher
    lower: Decimal

    @property
    def redemption(self) -> Decimal:
        """What its face pays back."""
        return self.position.quantity * self.position.rate

    @property
    def full_value(self) -> Decimal:
        """Its value with the interest accrued since the last payment, which duration is of."""
        accrued = self.position.quantity * self.payments.accrued / 100 * self.position.rate
        return self.position.value + accrued


class Bonds(Record):
    """All bonds held long, the first to mature first."""

    rows: tuple[BondLook, ...]
    unclear: tuple[tuple[Position, str], ...]  # with the key of the message that says why
    matured: tuple[Position, ...]

    @property
    def duration(self) -> Decimal | None:
        """The modified durations, weighted by value with accrued interest; None without bonds."""
        whole = sum((row.full_value for row in self.rows), ZERO)
        if not whole:
            return None
        return sum((row.duration * row.full_value for row in self.rows), ZERO) / whole

    @property
    def years(self) -> dict[int, tuple[BondLook, ...]]:
        """The bonds by the year in which they mature."""
        found: dict[int, tuple[BondLook, ...]] = {}
        for row in self.rows:
            year = row.terms.maturity.year
            found[year] = (*found.get(year, ()), row)
        return found


def bonds_of(portfolio: Portfolio) -> Bonds:
    """The bonds of `portfolio` on the day of its prices; all unclear where that is not known."""
    rows: list[BondLook] = []
    unclear: list[tuple[Position, str]] = []
    matured: list[Position] = []
    for position in portfolio.positions:
        if not position.by_face or position.quantity <= 0:
            continue
        found = _look(position, portfolio.as_of)
        if isinstance(found, BondLook):
            rows.append(found)
        elif found == "matured":
            matured.append(position)
        else:
            unclear.append((position, found))
    rows.sort(key=lambda row: (row.terms.maturity, row.position.symbol))
    return Bonds(tuple(rows), tuple(unclear), tuple(matured))


def _look(position: Position, as_of: str) -> BondLook | str:
    """The bond's figures, "matured", or the key of the message that says why there are none."""
    terms = bond_terms(position)
    if isinstance(terms, str):
        return terms
    if not as_of:
        return "bond_unclear.day"
    payments = payments_after(terms, datetime.date.fromisoformat(as_of))
    if payments is None:
        return "matured"
    price = position.unit_value / position.rate * 100
    rate = yield_to_maturity(payments, price)
    if rate is None:
        return "bond_unclear.price"
    face = position.quantity * position.rate / 100
    return BondLook(
        position=position,
        terms=terms,
        payments=payments,
        price=price,
        rate=rate,
        duration=modified_duration(payments, rate),
        higher=(clean_price(payments, rate + 1) - price) * face,
        lower=(clean_price(payments, rate - 1) - price) * face,
    )
