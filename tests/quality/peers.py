"""What PyPortfolioOpt makes of the same targets: whole shares from nothing, greedy and by MILP."""

from __future__ import annotations

import warnings
from typing import Dict, Optional

import pandas as pd
from measure import CASH, Case, End, fee
from pypfopt import DiscreteAllocation


def peer_end(case: Case, kind: str) -> Optional[End]:
    """Where a peer's allocation ends, its orders' commissions paid; None where it gives none.

    It has to spend the net asset value less the target of the cash, and less the commissions of a
    greedy allocation of that, so that its cash is about enough as well.
    """
    spend = case.total - case.class_targets[CASH]
    first = _allocated(case, "greedy", spend)
    if first is None:
        return None
    second = _allocated(case, kind, spend - _paid(case, first))
    return None if second is None else _end(case, second)


def _allocated(case: Case, kind: str, spend: float) -> Optional[Dict[str, int]]:
    targets = case.targets
    whole = sum(targets.values())
    weights = {symbol: value / whole for symbol, value in targets.items()}
    prices = pd.Series({row.symbol: row.price for row in case.rows})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            allocation = DiscreteAllocation(weights, prices, total_portfolio_value=spend)
            if kind == "greedy":
                return allocation.greedy_portfolio()[0]
            return allocation.lp_portfolio()[0]
    except Exception:  # no unit is affordable, or the solver gives up: then there is no peer
        return None


def _paid(case: Case, units: Dict[str, int]) -> float:
    changes = ((row, units.get(row.symbol, 0) - row.quantity) for row in case.rows)
    return sum(fee(abs(int(change)), row.price) for row, change in changes)


def _end(case: Case, units: Dict[str, int]) -> End:
    moved = {
        row.symbol: float(units.get(row.symbol, 0) - row.quantity) * row.price for row in case.rows
    }
    moved = {symbol: amount for symbol, amount in moved.items() if amount}
    return End(moved, case.cash - sum(moved.values()) - _paid(case, units), len(moved))
