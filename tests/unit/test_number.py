"""Numbers are read strictly and rounded in one way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ib_portfolio.core.numbers import parse_decimal, plain_decimal, to_cents, unit_value

amounts = st.decimals("-1e14", "1e14", places=6)


@pytest.mark.parametrize(
    "text, number",
    [
        ("1", "1"),
        ("-12.50", "-12.5"),
        ("+3", "3"),
        (".5", "0.5"),
        ("1.", "1"),
        ("1E3", "1000"),
        ("1.5e-3", "0.0015"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("999999999999999", "999999999999999"),
        ("0.123456789012345678901234", "0.12345678901234567890"),
        ("1e-99", "0"),
    ],
)
def test_what_is_a_number(text: str, number: str) -> None:
    found = parse_decimal(text)
    assert found == Decimal(number) and not (found == 0 and found.is_signed())


@pytest.mark.parametrize(
    "text",
    [
        *"NaN nan Infinity -inf 1,000 1e15 1e99 9e14e1 1000000000000000 0x10 1_000".split(),
        *"１２ ١ -- 1e5.0 $1 1e e5 . 1.2.3".split(),
        *["", " ", "1 ", " 1", "1\n", "1" * 400],
    ],
)
def test_what_is_not(text: str) -> None:
    assert parse_decimal(text) is None


@given(st.text(max_size=30))
def test_no_text_raises_or_gives_a_number_that_is_not_one(text: str) -> None:
    found = parse_decimal(text)
    assert found is None or (found.is_finite() and abs(found) < 10**15)


@given(amounts)
def test_a_plain_decimal_reads_back_as_itself(number: Decimal) -> None:
    text = plain_decimal(number)
    assert Decimal(text) == number and "E" not in text and text != "-0"


@pytest.mark.parametrize(
    "number, text",
    [("0.80", "0.8"), ("5E+4", "50000"), ("-3.000", "-3"), ("-0.0", "0"), ("1E-7", "0.0000001")],
)
def test_plain_decimals(number: str, text: str) -> None:
    assert plain_decimal(Decimal(number)) == text


@pytest.mark.parametrize(
    "number, cents",
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049", "0.00"), ("-0.001", "0.00"), ("2", "2.00")],
)
def test_cents(number: str, cents: str) -> None:
    assert str(to_cents(Decimal(number))) == cents


@given(amounts)
def test_cents_are_within_half_a_cent(number: Decimal) -> None:
    assert abs(to_cents(number) - number) <= Decimal("0.005")


@given(st.decimals("0.01", "1e12", places=2), st.decimals("0.0001", "1e12", places=4))
def test_a_unit_value_times_the_quantity_is_the_value(value: Decimal, quantity: Decimal) -> None:
    unit = unit_value(value, quantity)
    assert unit > 0
    error = abs(unit * quantity - value)
    assert error <= quantity * Decimal("5e-11") and error <= value * Decimal("6e-9")


def test_a_unit_value_of_a_penny_share_is_not_nothing() -> None:
    assert unit_value(Decimal("0.01"), Decimal(10**12)) == Decimal("1e-14")
    assert str(unit_value(Decimal("30000.00"), Decimal(50))) == "6E+2"
