"""Bugs as a developer might write them, planted in the planner: the checks see every one.

Each is planted while random portfolios are planned; within a bounded number of them a check must
refuse the plan. Without a bug all of them pass.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Dict

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from random_portfolios import outcome

from ib_portfolio.core.numbers import use_exact_decimals
from ib_portfolio.market.commissions import Charges, FeeTable
from ib_portfolio.planning import plan, reachable_goals, target
from ib_portfolio.planning.currencies import exchanges
from ib_portfolio.planning.orders import sizing
from ib_portfolio.reports.document import plan_trades, plan_writer

MOST_SEEDS = 150
Patch = pytest.MonkeyPatch


def _changed(owner: Any, name: str, change: Callable[[Any], Any]) -> Callable[[Patch], None]:
    """A bug that changes what a function of the planner returns."""

    def planted(patch: Patch) -> None:
        right = getattr(owner, name)
        patch.setattr(owner, name, lambda *args, **named: change(right(*args, **named)))

    return planted


def _floor_forgotten(patch: Patch) -> None:
    right = sizing.Sizing.settle

    def settle(self: Any, cash: Decimal, floor: Decimal, sell_more: bool = True) -> Decimal:
        return right(self, cash, floor / 2 - 100, sell_more)

    patch.setattr(sizing.Sizing, "settle", settle)


def _truncated(patch: Patch) -> None:
    patch.setattr(sizing, "to_cents", lambda number: number.quantize(Decimal("0.01"), "ROUND_DOWN"))


def _swapped(parts: list) -> list:
    return [*parts[1::-1], *parts[2:]]


def _first_twice(orders: list) -> list:
    return [*orders[:1], *orders]


BUGS: Dict[str, Callable[[Patch], None]] = {
    "no commissions": _changed(FeeTable, "charges", lambda found: Charges(*[Decimal(0)] * 3)),
    "amounts cut, not rounded": _truncated,
    "cash may go below its floor": _floor_forgotten,
    "the last order is lost": _changed(sizing.Sizing, "orders", lambda orders: orders[:-1]),
    "an order twice": _changed(sizing.Sizing, "orders", _first_twice),
    "two weights swapped": _changed(target, "apportion", _swapped),
    "a target five percent too high": _changed(
        target,
        "sleeve_targets",
        lambda goals: {**goals, "STK": goals["STK"] * Decimal("1.05")},
    ),
    "half of what can be reached": _changed(reachable_goals, "_part", lambda part: part / 2),
    "positions share equally, not by value": _changed(
        target, "share_among", lambda shared: [sum(shared) / len(shared) for _ in shared]
    ),
    "purchases before sales": _changed(plan, "execution", lambda key: (not key[0], *key[1:])),
    "a cent of cash too much": _changed(
        plan_writer, "_summary", lambda row: {**row, "cash_after": _more(row["cash_after"])}
    ),
    "gains of the wrong sign": _changed(
        plan_trades, "realized_gain", lambda gain: gain and gain._replace(amount=-gain.amount)
    ),
    "exchanges forgotten": _changed(
        exchanges, "exchanges_of", lambda found: found._replace(orders=found.orders[1:])
    ),
    "shorts are not set aside": lambda patch: patch.setattr(
        plan, "free_to_trade", lambda portfolio, *rest: portfolio
    ),
}


def _more(amount: str) -> str:
    return str(Decimal(amount) + Decimal("0.01"))


def test_without_a_bug_nothing_is_refused() -> None:
    use_exact_decimals()
    found = [outcome(seed) for seed in range(1, 41)]
    assert not [one for one in found if one.startswith("FAULT")] and "planned" in found


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_seen(name: str, monkeypatch: Patch) -> None:
    use_exact_decimals()
    BUGS[name](monkeypatch)
    found = (outcome(seed) for seed in range(1, MOST_SEEDS + 1))
    seen = next((one for one in found if one.startswith("FAULT")), "")
    assert "did not pass its own check" in seen, seen or f"not seen in {MOST_SEEDS} portfolios"
