"""How large what a statement tells may be: values, quantities, and how many rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Sequence

import pytest
from portfolios import day_of
from statements_of import holding, rows_of

from ib_portfolio.core.messages import Refusal
from ib_portfolio.sources import flex_rows
from ib_portfolio.sources.flex_positions import position_rows
from ib_portfolio.sources.flex_rows import statement_rows
from ib_portfolio.sources.flex_statement import portfolio_of


def read(**fields: str) -> Any:
    """The position of a bond in pounds of 2 dollars each, or the sentence of its refusal."""
    row = holding("GILT", "BOND", "1000", "90", currency="GBP", fxRateToBase="2", **fields)
    try:
        (found,) = portfolio_of(day_of(rows_of([row], "0")), "statement").positions
    except Refusal as refusal:
        return str(refusal)
    return found


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_value_is_under_a_thousand_million_million(sign: str) -> None:
    assert "field positionValue of GILT" in read(positionValue=f"{sign}500000000000000")
    found = read(positionValue=f"{sign}499999999999999.99")
    assert abs(found.value) == Decimal("999999999999999.98")


def test_a_unit_is_worth_something_where_the_position_is() -> None:
    found = read(position="900000000000000", positionValue="0.004")
    assert found.value == Decimal("0.01") and found.unit_value > 0
    assert read(position="0", positionValue="0.002").value == 0
    assert "field position of GILT" in read(position="0", positionValue="0.0025")


def counted(numbers: Sequence[str], at_once: bool) -> str:
    """What is read of stocks with these numbers, or the key of the refusal."""
    rows = [
        holding("TWIN", "STK", "1", "10", conid=number, description=str(place))
        for place, number in enumerate(numbers)
    ]
    day = day_of(rows_of(rows, "0"))
    try:
        found = statement_rows(day).positions
        return str(len(found) if at_once else len(position_rows(found)))
    except Refusal as refusal:
        assert "more than 3 " in str(refusal), refusal
        return refusal.key


def test_positions_are_counted_before_and_after_they_are_put_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(flex_rows, "MOST_POSITIONS", 3)
    assert counted("123", True) == counted("123", False) == "3"
    assert counted("1234", True) == "too_many_positions"
    assert counted(["", "", ""], False) == "3" and counted([""] * 4, True) == "4"
    assert counted([""] * 4, False) == "too_many_positions"


def test_rows_of_one_position_are_no_more_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flex_rows, "MOST_POSITIONS", 3)
    lots = [holding("ACME", "STK", "1", "10", levelOfDetail="LOT") for _ in range(9)]
    (found,) = portfolio_of(day_of(rows_of(lots, "0")), "statement").positions
    assert found.quantity == 9
