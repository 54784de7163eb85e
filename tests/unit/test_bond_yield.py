"""Yield, duration and price of a bond, against QuantLib and against figures worked out by hand."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import Holding, portfolio_with

from ib_portfolio.analysis.bond_yield import (
    clean_price,
    modified_duration,
    payments_after,
    yield_to_maturity,
)
from ib_portfolio.core.instrument import Instrument
from ib_portfolio.market.bond_conventions import BondTerms, bond_terms

TABLE = Path(__file__).resolve().parents[1] / "fixtures" / "bonds" / "yields.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
CLOSE = Decimal("0.000001")


def terms(coupon: str, maturity: str, often: int = 2, actual: bool = True) -> BondTerms:
    return BondTerms(Decimal(coupon), datetime.date.fromisoformat(maturity), often, actual)


def bond(symbol: str, currency: str = "USD", **told: object):
    holding = Holding(symbol, "BOND", "10000", "0.99", currency)
    (position,) = portfolio_with([holding]).positions
    return position._replace(instrument=Instrument(**told))


def test_every_bond_of_the_table_agrees_with_the_other_library() -> None:
    assert len(ROWS) == 300
    for day, maturity, coupon, often, count, price, *wanted in ROWS:
        own = terms(coupon, maturity, int(often), count == "actual")
        payments = payments_after(own, datetime.date.fromisoformat(day))
        found = yield_to_maturity(payments, Decimal(price))
        figures = (found, modified_duration(payments, found), clean_price(payments, found + 1))
        for mine, theirs in zip(figures, map(Decimal, wanted)):
            assert abs(mine - theirs) < CLOSE, (day, maturity, coupon, price)


def test_a_bond_at_par_on_a_day_of_payment_yields_its_coupon() -> None:
    payments = payments_after(terms("4.25", "2034-11-15"), datetime.date(2026, 11, 15))
    assert len(payments.days) == 16 and payments.accrued == 0
    assert abs(yield_to_maturity(payments, Decimal(100)) - Decimal("4.25")) < CLOSE


def test_the_last_payment_is_discounted_simply() -> None:
    # 90 of the 181 days from 2026-11-15 to 2027-05-15 are left: 100 / 99 = 1 + 90/181 x y/2.
    payments = payments_after(terms("0", "2027-05-15"), datetime.date(2027, 2, 14))
    by_hand = Fraction(1, 99) * Fraction(181, 90) * 2 * 100
    found = Fraction(yield_to_maturity(payments, Decimal(99)))
    assert abs(found - by_hand) < Fraction(1, 10**9)


def test_payments_at_the_end_of_months() -> None:
    days = payments_after(terms("2", "2028-02-29"), datetime.date(2026, 12, 1)).days
    assert [one.isoformat() for one in days] == ["2027-02-28", "2027-08-31", "2028-02-29"]


def test_a_bill_pays_no_coupon_unless_it_says_so() -> None:
    told = bond("B 05/20/27", maturity="2027-05-20")
    assert bond_terms(told._replace(category="BILL")).coupon == 0
    assert bond_terms(told) == "bond_unclear.coupon"
    paying = bond("B 05/20/27", maturity="2027-05-20", coupon=Decimal(3))
    assert bond_terms(paying._replace(category="BILL")).coupon == 3


def test_nothing_is_left_of_a_bond_that_has_matured() -> None:
    assert payments_after(terms("2", "2026-11-20"), datetime.date(2026, 11, 20)) is None


@pytest.mark.parametrize("price", ["0", "-3", "0.0001"])
def test_a_price_that_no_yield_explains_has_none(price: str) -> None:
    payments = payments_after(terms("0", "2026-12-20"), datetime.date(2026, 11, 20))
    assert yield_to_maturity(payments, Decimal(price)) is None


@given(
    st.integers(0, 900),
    st.integers(5, 11_000),
    st.integers(7_000, 13_000),
    st.sampled_from([1, 2]),
    st.booleans(),
)
def test_the_price_at_the_yield_is_the_price(coupon, days, price, often, actual) -> None:
    day = datetime.date(2026, 11, 20)
    maturity = day + datetime.timedelta(days=days)
    own = BondTerms(Decimal(coupon) / 100, maturity, often, actual)
    payments = payments_after(own, day)
    assert 0 < payments.first <= 1
    found = yield_to_maturity(payments, Decimal(price) / 100)
    if found is None:
        assert len(payments.days) == 1
    else:
        assert abs(clean_price(payments, found) - Decimal(price) / 100) < CLOSE


@pytest.mark.parametrize(
    ("symbol", "coupon", "maturity"),
    [
        ("T 4 1/4 11/15/34", "4.25", "2034-11-15"),
        ("T 1/8 01/15/31", "0.125", "2031-01-15"),
        ("AAPL 3.85 05/04/43", "3.85", "2043-05-04"),
        ("T 0 02/18/27", "0", "2027-02-18"),
    ],
)
def test_the_symbol_tells_the_terms_where_the_row_does_not(symbol, coupon, maturity) -> None:
    found = bond_terms(bond(symbol))
    assert (found.coupon, found.maturity.isoformat()) == (Decimal(coupon), maturity)


def test_the_row_counts_before_the_symbol() -> None:
    row = bond("T 4 1/4 11/15/34", coupon=Decimal("4.5"), maturity="2035-11-15")
    assert bond_terms(row)[:2] == (Decimal("4.5"), datetime.date(2035, 11, 15))


@pytest.mark.parametrize(
    ("symbol", "told", "reason"),
    [
        ("VW 4.625 PERP", {"coupon": Decimal("4.625")}, "bond_unclear.maturity"),
        ("XS0123456789", {"maturity": "2030-01-01"}, "bond_unclear.coupon"),
        ("T 4 1/4 99/99/34", {}, "bond_unclear.maturity"),
        ("TII 2 01/15/31", {"principal_factor": Decimal("1.1")}, "bond_unclear.factor"),
        ("ODD 1/0 01/15/31", {"coupon": Decimal(-1)}, "bond_unclear.coupon"),
    ],
)
def test_terms_that_cannot_be_told(symbol, told, reason) -> None:
    assert bond_terms(bond(symbol, **told)) == reason


def test_each_market_counts_in_its_own_way() -> None:
    treasury = bond("T 4 1/4 11/15/34", sub_category="Govt")
    corporate = bond("AAPL 3.85 05/04/43", sub_category="Corp")
    bund = bond("DBR 2.6 08/15/34", currency="EUR")
    ways = [bond_terms(row)[2:] for row in (treasury, corporate, bund)]
    assert ways == [(2, True), (2, False), (1, True)]
