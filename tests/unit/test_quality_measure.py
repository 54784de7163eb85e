"""The measure of `make quality`, by hand: what its tables and bounds are made of."""

from __future__ import annotations

import os
import sys

import pytest

sys.path.append(os.path.join(os.path.dirname(__file__), os.pardir, "quality"))

from joint_measure import joint_deviation, joint_targets
from measure import (
    Case,
    Deviation,
    End,
    Row,
    broken_rules,
    class_ends,
    deviation,
    fee,
    is_better,
    over_best,
    spread,
)

PERCENT = {"STK": 60.0, "BOND": 30.0, "CASH": 10.0}
CASE = Case(
    "by hand",
    [Row("A", "STK", 30, 10.0), Row("B", "STK", 10, 10.0), Row("C", "BOND", 5, 100.0)],
    100.0,
    PERCENT,
)


def test_targets_keep_the_parts_within_a_class() -> None:
    assert CASE.total == 1000
    assert CASE.class_targets == {"STK": 600, "BOND": 300, "CASH": 100}
    assert CASE.targets == {"A": 450, "B": 150, "C": 300}


def test_the_perfect_end_has_no_deviation() -> None:
    moved = {"A": 150.0, "B": 50.0, "C": -200.0}
    assert deviation(CASE, End(moved, 100.0)) == Deviation(0, 0)


def test_without_orders_everything_is_off() -> None:
    off = deviation(CASE, End({}, 100.0))
    assert off.position == pytest.approx(15 + 5 + 20)
    assert off.asset_class == pytest.approx(20 + 20)
    assert off.both == pytest.approx(80)


def test_costs_are_out_of_the_cash() -> None:
    end = End({"A": 150.0, "B": 50.0, "C": -200.0}, 97.0)
    assert class_ends(CASE, end) == {"STK": 600, "BOND": 300, "CASH": 97}
    assert deviation(CASE, end).asset_class == pytest.approx(0.3)
    assert deviation(CASE, end).position == 0


def test_opposite_deviations_within_a_class_are_none_of_the_class() -> None:
    off = deviation(CASE, End({"A": 160.0, "B": 40.0, "C": -200.0}, 100.0))
    assert off.position == pytest.approx(2)
    assert off.asset_class == 0


def test_all_that_is_held_may_be_sold_however_the_amount_is_rounded() -> None:
    case = Case("odd", [Row("A", "STK", 53, 64.19)], 0.0, {"STK": 0.0, "BOND": 0.0, "CASH": 100.0})
    for off in (0, 5e-13, -5e-13):
        sold = {"A": -53 * 64.19 - off}
        assert broken_rules(case, End(sold, 53 * 64.19 - 1), 0.0) == []


@pytest.mark.parametrize(
    ("moved", "cash", "expected"),
    [
        ({"A": 150.0, "B": 50.0, "C": -200.0}, 98.0, []),
        ({"A": 150.0, "B": 50.0, "C": -200.0}, 108.0, ["10"]),
        ({"A": 155.0, "B": 50.0, "C": -200.0}, 93.0, ["A: 15.5 units"]),
        ({"C": -600.0}, 699.0, ["C: sells 6.0 of 5"]),
        ({"A": -10.0}, 110.0, ["A: moves away"]),
        ({"A": 20.0}, 79.8, ["cash of 79.8"]),
    ],
)
def test_rules_of_orders(moved: dict, cash: float, expected: list) -> None:
    found = broken_rules(CASE, End(moved, cash), 90.0)
    assert len(found) == len(expected)
    assert all(told.startswith(start) for told, start in zip(found, expected))


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([4.0], (4, 4, 4, 4)),
        ([3.0, 1.0], (2, 2, 3, 3)),
        ([float(one) for one in range(20, 0, -1)], (10.5, 10.5, 19, 20)),
        ([float(one) for one in range(1, 102)], (51, 51, 96, 101)),
    ],
)
def test_spread(figures: list, expected: tuple) -> None:
    assert tuple(spread(figures)) == expected


def test_a_peer_is_better_only_on_both() -> None:
    ours = Deviation(2.0, 1.0)
    assert is_better(Deviation(1.9, 0.9), ours)
    assert not is_better(Deviation(1.9, 1.0), ours)
    assert not is_better(Deviation(2.0, 0.1), ours)
    assert not is_better(Deviation(2.0 - 1e-9, 0.1), ours)


def test_over_best_is_of_the_means() -> None:
    assert over_best([3.0, 1.0], [2.0, 2.0]) == 0
    assert over_best([3.0, 1.2], [2.0, 2.0]) == pytest.approx(5)
    assert over_best([0.0], [0.0]) == 0


@pytest.mark.parametrize(
    ("quantity", "price", "expected"),
    [(0, 50, 0), (1, 50, 0.5), (2, 50, 1), (200, 50, 1), (202, 50, 1.01), (1000, 50, 5)],
)
def test_fee(quantity: int, price: float, expected: float) -> None:
    assert fee(quantity, price) == pytest.approx(expected, abs=0.0051)


OTHER = Case("another", [Row("D", "BOND", 4, 50.0)], 800.0, PERCENT)


def test_a_household_has_one_target() -> None:
    assert joint_targets([CASE, OTHER]) == {"STK": 1200, "BOND": 600, "CASH": 200}


def test_each_position_of_a_household_keeps_its_part_of_its_class_in_its_account() -> None:
    ends = [End({"A": 60.0, "B": 20.0}, 20.0), End({"D": -100.0}, 900.0)]
    off = joint_deviation([CASE, OTHER], ends)
    assert off.position == pytest.approx(0)
    assert off.asset_class == pytest.approx((1200 - 480 + 600 - 600 + 920 - 200) / 20)
    uneven = [End({"A": 80.0}, 20.0), End({"D": -100.0}, 900.0)]
    assert joint_deviation([CASE, OTHER], uneven).position == pytest.approx(2)
    assert joint_deviation([CASE, OTHER], uneven).asset_class == off.asset_class
