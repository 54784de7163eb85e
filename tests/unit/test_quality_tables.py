"""The tables and bounds of `make quality`, of outcomes made by hand."""

from __future__ import annotations

import os
import sys
from typing import Dict, Optional

sys.path.append(os.path.join(os.path.dirname(__file__), os.pardir, "quality"))

from bounds import Bound, bounds_of
from measure import Case, Deviation, End, Row
from outcomes import Best, Outcome
from tables import table

PERCENT = {"STK": 60.0, "BOND": 30.0, "CASH": 10.0}
CASE = Case("3/1", [Row("A", "STK", 6, 100.0), Row("C", "BOND", 3, 100.0)], 100.0, PERCENT)


def outcome(
    off: Dict[str, Deviation], best: Optional[Best] = None, low: Optional[str] = None
) -> Outcome:
    """An account whose columns end as far off as is said; `low` leaves too little cash."""
    ends = {name: End({"A": 100.0}, 50.0 if name == low else 100.0, 1) for name in off}
    return Outcome(CASE, ends, off, best, {}, {"new": 0.5})


def found(bound: float, gap: float = 0.0) -> Best:
    """What the solver says of an account."""
    return Best(End({}, 100.0), bound, gap, True)


def test_a_line_for_each_column() -> None:
    rows = [
        outcome({"new": Deviation(1.0, 0.5), "greedy": Deviation(2.0, 1.0)}),
        outcome({"new": Deviation(3.0, 0.5)}),
    ]
    lines = table(3, rows)
    assert lines[0] == "3 positions, 2 accounts: 3/1 to 3/1"
    ours, greedy = (line.split() for line in lines[3:])
    figures = "2.0000 2.0000 3.0000 3.0000 0.5000 0.5000 0.5000 0.5000 2.5000"
    assert ours == ["new", "2", *figures.split(), "1.0", "0", "0.500"]
    assert greedy[:3] == ["greedy", "1", "2.0000"]
    assert greedy[-2:] == ["1.0", "0"]


def test_over_the_best_is_of_the_solved_accounts() -> None:
    solved = outcome({"new": Deviation(1.5, 0.6), "optimum": Deviation(1.5, 0.5)}, found(1.999))
    other = outcome({"new": Deviation(9.0, 9.0)})
    told = "\n".join(table(3, [solved, other]))
    assert "Solved 1 of 1, the largest gap 0.00%." in told
    assert "new        5.00% of the mean" in told
    assert "most points at 3/1: 2.1000 for 2.0000" in told


def test_the_best_is_what_is_found_or_else_what_is_proved() -> None:
    off = {"new": Deviation(1.5, 0.6), "optimum": Deviation(1.5, 0.5)}
    assert outcome(off, found(1.9, gap=0.001)).least == 2.0
    assert outcome(off, found(1.9, gap=0.05)).least == 1.9
    assert outcome({**off, "today": Deviation(1.0, 0.5)}, found(1.4)).least == 1.5
    assert outcome(off).least is None


def test_bounds() -> None:
    ours, better = Deviation(1.5, 0.55), Deviation(1.0, 0.5)
    rows = [
        outcome({"new": ours, "optimum": Deviation(1.5, 0.5), "lp": better}, found(2.0)),
        outcome({"new": ours, "lp": better}, low="lp"),
    ]
    refused, peer, over = bounds_of(3, rows)
    assert (refused.measured, refused.holds) == (0, True)
    assert (peer.measured, peer.most, peer.holds) == (1, 1, True)
    assert "lp is better on both, of 2 (3/1)" in peer.text
    assert round(over.measured, 6) == 2.5
    assert over.holds
    assert not bounds_of(25, rows)[-1].holds


def test_many_better_peers_do_not_hold() -> None:
    rows = [outcome({"new": Deviation(2.0, 1.0), "lp": Deviation(1.0, 0.5)})] * 3
    assert [bound.holds for bound in bounds_of(10, rows)] == [True, False]


def test_a_size_that_no_account_is_solved_of_does_not_hold() -> None:
    unsolved = Best(End({}, 100.0), 0.0, 1.0, False)
    assert not bounds_of(10, [outcome({"new": Deviation(2.0, 1.0)}, unsolved)])[-1].holds


def test_what_a_bound_says() -> None:
    assert str(Bound("Orders", 2, 2)) == "Orders: 2.00, at most 2: holds"
    assert str(Bound("Orders", 2.1, 2)) == "Orders: 2.10, at most 2: DOES NOT HOLD"


def test_refused_accounts_are_told_and_do_not_hold() -> None:
    row = Outcome(CASE, {}, {}, None, {"new": "check_failed: cash"}, {})
    assert table(3, [row])[-1] == "REFUSED 3/1 new: check_failed: cash"
    assert not bounds_of(3, [row])[0].holds
