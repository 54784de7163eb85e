"""A mixed-integer linear program, built row by row and solved by HiGHS in scipy."""

from __future__ import annotations

import math
from typing import Dict, List, NamedTuple, Optional

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array


class Found(NamedTuple):
    """The values of the variables, None where none were found in time, and what is proved."""

    values: Optional[np.ndarray]
    objective: float
    bound: Optional[float]


class Program:
    """Variables with bounds and costs, and rows that must come to at least something."""

    def __init__(self) -> None:
        self.costs: List[float] = []
        self._low: List[float] = []
        self._high: List[float] = []
        self._whole: List[int] = []
        self._entries: List[float] = []
        self._columns: List[int] = []
        self._starts: List[int] = [0]
        self._least: List[float] = []

    def variable(self, low: float, high: float, cost: float = 0.0, whole: bool = False) -> int:
        """A new variable, by its number."""
        self.costs.append(cost)
        self._low.append(low)
        self._high.append(high)
        self._whole.append(int(whole))
        return len(self.costs) - 1

    def at_least(self, terms: Dict[int, float], least: float) -> None:
        """Asks that the sum of variables times factors is at least so much."""
        self._columns.extend(terms.keys())
        self._entries.extend(terms.values())
        self._starts.append(len(self._columns))
        self._least.append(least)

    def solve(self, seconds: float, gap: float) -> Found:
        """The least cost that is found in the time, no nearer than a `gap` (a part of it)."""
        shape = (len(self._least), len(self.costs))
        matrix = csr_array((self._entries, self._columns, self._starts), shape=shape)
        result = milp(
            np.array(self.costs),
            integrality=np.array(self._whole),
            bounds=Bounds(self._low, self._high),
            constraints=LinearConstraint(matrix, self._least, math.inf),
            options={"time_limit": seconds, "mip_rel_gap": gap},
        )
        bound = getattr(result, "mip_dual_bound", None)
        return Found(result.x, result.fun if result.x is not None else math.inf, bound)
