"""What is said of futures and options that nothing else is told of, and how many by name."""

from __future__ import annotations

import re
from typing import List

import pytest
from portfolios import Holding, portfolio_with

from ib_portfolio.planning.encumbrances import encumbered


def said_of(category: str, quantities: List[str]) -> str:
    rows = [Holding(f"X{at}", category, one, "12.5") for at, one in enumerate(quantities, 1)]
    portfolio = portfolio_with([Holding("VTI", "STK", "100", "300"), *rows], "50000")
    return " ".join(encumbered(portfolio).warnings)


@pytest.mark.parametrize("category, count", [("FUT", 1), ("FUT", 5), ("FOP", 1), ("FOP", 5)])
def test_up_to_five_are_named(category: str, count: int) -> None:
    said = said_of(category, ["-1"] * count)
    assert re.findall(r"\bX\d\b", said) == [f"X{at}" for at in range(1, count + 1)]
    assert "(+" not in said


@pytest.mark.parametrize("category", ["FUT", "FOP"])
def test_of_more_five_are_named_and_the_others_counted(category: str) -> None:
    assert "(+1)" in said_of(category, ["-1"] * 6) and "X6" not in said_of(category, ["-1"] * 6)
    assert "(+3)" in said_of(category, ["-1"] * 8)


def test_long_futures_are_named_and_long_options_on_futures_are_not() -> None:
    assert "X1" in said_of("FUT", ["2"])
    assert "X1" not in said_of("FOP", ["2"])
    assert "X2" in said_of("FOP", ["2", "-1"]) and "X1" not in said_of("FOP", ["2", "-1"])
