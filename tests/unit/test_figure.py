"""Figures as documents hold them and as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ib_portfolio.core.format import (
    money,
    percent,
    shown_amount,
    shown_drift,
    shown_mix,
    shown_money,
    shown_orders,
    shown_percent,
    shown_points,
    shown_quantity,
)


@pytest.mark.parametrize(
    "amount, currency, text",
    [
        ("25000.00", "USD", "$25,000.00"),
        ("0.00", "USD", "$0.00"),
        ("-0.01", "USD", "-$0.01"),
        ("-3.10", "EUR", "-€3.10"),
        ("1250.00", "CHF", "CHF 1,250.00"),
        ("-1250.00", "CHF", "-CHF 1,250.00"),
        ("123456789.50", "JPY", "¥123,456,789.50"),
        ("7.00", "GBP", "£7.00"),
    ],
)
def test_money_for_people(amount: str, currency: str, text: str) -> None:
    assert shown_money(amount, currency) == text


@pytest.mark.parametrize(
    "share, shown, drift",
    [
        ("35.2", "35.2%", "+35.2%"),
        ("0", "0.0%", "0.0%"),
        ("-0.0499", "0.0%", "0.0%"),
        ("0.05", "0.1%", "+0.1%"),
        ("-0.05", "-0.1%", "-0.1%"),
        ("-14.75", "-14.8%", "-14.8%"),
        ("100", "100.0%", "+100.0%"),
        ("1234.56", "1234.6%", "+1234.6%"),
    ],
)
def test_percentages_for_people(share: str, shown: str, drift: str) -> None:
    assert shown_percent(share) == shown and shown_drift(share) == drift


@pytest.mark.parametrize(
    "quantity, text",
    [("50000", "50,000"), ("12.3456", "12.3456"), ("1234.5", "1,234.5"), ("1", "1")],
)
def test_quantities_for_people(quantity: str, text: str) -> None:
    assert shown_quantity(quantity) == text


@given(st.decimals("-1e12", "1e12", places=5))
def test_money_is_to_the_cent_and_never_minus_nothing(amount: Decimal) -> None:
    text = money(amount)
    assert text[-3] == "." and text != "-0.00" and "E" not in text
    assert abs(Decimal(text) - amount) <= Decimal("0.005")


def test_figures_where_the_currency_is_plain_and_shares_in_a_word() -> None:
    assert shown_amount("38635.68") == "38,635.68" and shown_amount("-3.10") == "-3.10"
    assert shown_mix(["74.96", "15", "-0.04"]) == "75.0/15.0/0.0"
    assert shown_points("15.557") == "15.6" and shown_points("-0.04") == "0.0"


def test_percentages() -> None:
    assert percent(Decimal(1), Decimal(3)) == "33.3333"
    assert percent(Decimal(-2), Decimal(3)) == "-66.6667"
    assert percent(Decimal(1), Decimal(2)) == "50"
    assert percent(Decimal(0), Decimal(2)) == "0"
    assert percent(Decimal(5), Decimal(0)) == "0"
    assert percent(Decimal("-0.0000001"), Decimal(1)) == "0"


def test_one_order_is_not_called_orders() -> None:
    assert [shown_orders(count) for count in (0, 1, 2, 11)] == [
        "0 orders",
        "1 order",
        "2 orders",
        "11 orders",
    ]
