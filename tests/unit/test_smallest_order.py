"""--min-trade: fewer orders that take every class as far as all orders would."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, Dict, List

import pytest
from statements_of import holding, plan_of, rows_of

Plan = Dict[str, Any]


def rows(seed: int, count: int = 25) -> List[Dict[str, str]]:
    """Stocks and bonds of realistic prices and of very different sizes."""
    random = Random(seed)
    found = []
    for place in range(count):
        if place % 4:
            price = Decimal(random.choice((12, 45, 88, 130, 260, 410)))
            value = random.choice((1_000, 4_000, 12_000, 40_000))
            found.append(holding(f"S{place}", "STK", str(int(value / price) + 1), str(price)))
        else:
            face = str(1000 * random.choice((2, 5, 20, 40)))
            found.append(holding(f"T {place}", "BOND", face, "98"))
    return found


def after(plan: Plan) -> List[Decimal]:
    return [Decimal(row["after_pct"]) for row in plan["classes"]]


@pytest.mark.parametrize("seed", range(8))
def test_classes_end_where_they_would_in_fewer_orders(seed: int) -> None:
    account = rows_of(rows(seed), "25000")
    full, fewer = plan_of(account, "balanced"), plan_of(account, "balanced", "--min-trade 2000")
    assert len(fewer["trades"]) < len(full["trades"])
    assert all(Decimal(row["amount"]) >= 2000 for row in fewer["trades"])
    for one, other, target in zip(after(full), after(fewer), (50, 40, 10)):
        assert abs(other - target) <= abs(one - target) + Decimal("0.6")
    assert not any("point" in text for text in fewer["warnings"])


def test_the_largest_wants_are_kept_and_share_what_the_others_want() -> None:
    """Stocks lack 30,000: 15,000 of A, 9,000 of B and 6,000 of C, by their values."""
    account = rows_of(
        [
            holding("A", "STK", "250", "100"),
            holding("B", "STK", "150", "100"),
            holding("C", "STK", "100", "100"),
            holding("T 34", "BOND", "80000", "100"),
        ],
        "30000",
    )
    # 160,000: stocks 80,000, bonds 64,000, cash 16,000.
    plan = plan_of(account, "balanced", "--min-trade 8000")
    orders = {row["symbol"]: (row["action"], Decimal(row["amount"])) for row in plan["trades"]}
    # C is left out; A and B share 30,000 as 25 to 15, each to its whole shares.
    assert orders["T 34"] == ("SELL", Decimal("16000.00"))
    assert orders["A"][0] == orders["B"][0] == "BUY" and "C" not in orders
    assert 18_500 <= orders["A"][1] <= 18_800 and 11_100 <= orders["B"][1] <= 11_300


@pytest.mark.parametrize(
    ("minimum", "orders"),
    [
        # Of DEAR two are nearest; the 9,000 that they leave are enough for an order of A.
        ("8000", {"DEAR": "2", "A": "90", "T 34": "-50000"}),
        # Here they are not, and wait in cash.
        ("9500", {"DEAR": "2", "T 34": "-50000"}),
    ],
)
def test_what_large_units_leave_is_an_order_if_it_is_large_enough(
    minimum: str, orders: Dict[str, str]
) -> None:
    """Stocks lack 49,000: 37,692 of DEAR, and 3,769 each of A, B and C."""
    stocks = [holding(name, "STK", "20", "100") for name in "ABC"]
    account = rows_of(
        [holding("DEAR", "STK", "1", "20000"), *stocks, holding("T 34", "BOND", "65000", "100")],
        "9050",
    )
    plan = plan_of(account, "growth", f"--min-trade {minimum}")
    signed = {"BUY": "", "SELL": "-"}
    found = {row["symbol"]: signed[row["action"]] + row["quantity"] for row in plan["trades"]}
    assert found == orders


def test_an_order_of_exactly_the_minimum_stays_and_a_cent_more_does_not() -> None:
    account = rows_of(
        [holding("A", "STK", "500", "100"), holding("T 34", "BOND", "36000", "100")], "14000"
    )
    # 100,000: 4,000 too little in bonds and too much in cash.
    (order,) = plan_of(account, "balanced", "--min-trade 3000")["trades"]
    assert order["amount"] == "3000.00"  # the fourth bond would cost more cash than there is
    plan = plan_of(account, "balanced", "--min-trade 3000.01")
    assert plan["trades"] == []
    assert any("--min-trade 3000.01" in text for text in plan["warnings"])


def test_where_one_position_cannot_give_enough_a_second_one_does() -> None:
    """26,000 of bonds are to be sold; the largest holding of them has 25,000."""
    account = rows_of(
        [
            holding("A", "STK", "300", "100"),
            holding("T 34", "BOND", "25000", "100"),
            holding("T 45", "BOND", "21000", "100"),
            holding("T 50", "BOND", "20000", "100"),
        ],
        "4000",
    )
    plan = plan_of(account, "balanced", "--min-trade 12500")
    sold = [Decimal(row["amount"]) for row in plan["trades"] if row["action"] == "SELL"]
    assert len(sold) == 2 and min(sold) >= 12_500 and abs(sum(sold) - 26_000) <= 1_000


def test_cash_for_no_whole_units_of_the_minimum_buys_nothing() -> None:
    """11,050 could be spent: 27 shares are 10,800, which is too little, and 28 are 11,200."""
    account = rows_of(
        [holding("A", "STK", "114", "400"), holding("T 34", "BOND", "140000", "101")], "46000"
    )
    plan = plan_of(account, "conservative", "--min-trade 11010")
    assert plan["trades"] == []
    assert any("--min-trade 11010" in text for text in plan["warnings"])
