"""Commissions, as IBKR's schedule of 2026 states them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import Holding, portfolio_with

from ib_portfolio.market.commissions import FeeTable

FEES = FeeTable(Decimal(1))


def position(category: str, **fields: object):
    """A position of 1,000 units at 1 dollar."""
    row = portfolio_with([Holding("X", category, "1000", "1")]).positions[0]
    return row._replace(**fields)


@pytest.mark.parametrize(
    "quantity, amount, fee",
    [
        ("1", "50", "0.50"),  # 1% of the amount is less than the minimum
        ("1", "100", "1.00"),
        ("200", "20000", "1.00"),
        ("201", "20000", "1.01"),  # 1.005 rounds up
        ("1000", "250", "2.50"),  # the cap wins over 5.00
        ("0.5", "300", "1.00"),
        ("1000000", "100", "1.00"),
        ("1", "0.40", "0.00"),
        ("0", "0", "0"),
    ],
)
def test_shares(quantity: str, amount: str, fee: str) -> None:
    found = FEES.commission(position("STK"), Decimal(quantity), Decimal(amount))
    assert found == Decimal(fee)


@pytest.mark.parametrize(
    "face, bond, treasury",
    [
        ("0", "0", "0"),
        ("1000", "1.00", "5.00"),
        ("5000", "5.00", "5.00"),
        ("10000", "10.00", "5.00"),
        ("11000", "10.25", "5.00"),
        ("50000", "20.00", "5.00"),
        ("970000", "250.00", "19.40"),
        ("1000000", "250.00", "20.00"),  # the cap of corporates wins over 257.50
        ("3000000", "250.00", "22.00"),
    ],
)
def test_bonds_and_treasuries(face: str, bond: str, treasury: str) -> None:
    amount = Decimal(face)
    assert FEES.commission(position("BOND"), amount, amount) == Decimal(bond)
    notes = position("BOND", treasury=True)
    assert FEES.commission(notes, amount, amount) == Decimal(treasury)


def test_other_base_currencies_convert_the_dollars() -> None:
    yen = FeeTable(Decimal(150))
    assert yen.commission(position("STK"), Decimal(100), Decimal(10**7)) == 150
    bond = position("BOND", rate=Decimal(150))
    assert yen.commission(bond, Decimal(11_000), Decimal(10**6)) == Decimal("1537.50")


def test_a_foreign_bond_pays_on_its_face_in_base_currency() -> None:
    bond = position("BOND", rate=Decimal("1.25"))
    assert FEES.commission(bond, Decimal(8_000), Decimal(10_000)) == 10
    assert FEES.commission(bond, Decimal(16_000), Decimal(20_000)) == Decimal("12.50")


def test_an_unknown_dollar_counts_as_one_of_base() -> None:
    assert FeeTable(None).commission(position("STK"), Decimal(10), Decimal(1000)) == 1


@given(
    st.sampled_from([position("STK"), position("BOND"), position("BILL", treasury=True)]),
    st.integers(0, 10**7),
    st.integers(0, 10**6),
    st.decimals("0.01", "1000", places=4),
)
def test_more_never_costs_less(row, quantity, more, price) -> None:
    small, large = Decimal(quantity), Decimal(quantity + more)
    fee = FEES.commission(row, small, small * price)
    assert 0 <= fee <= FEES.commission(row, large, large * price)


def test_the_table_says_of_when_and_of_whom_it_is() -> None:
    assert FEES.as_of == "2026-09" and FEES.plan_name == "IBKR Pro Fixed"
    assert FEES.schedule_of(position("STK")).name == "US"
