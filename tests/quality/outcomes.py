"""What came of one account in every column of the tables; nothing but Python is needed."""

from __future__ import annotations

from typing import Dict, NamedTuple, Optional

from measure import CASH, Case, Deviation, End, is_better

KINDS = ("greedy", "lp")  # the peers
COLUMNS = ("today", "new", "optimum", *KINDS)
# Where the solver is not nearer than this in its time, what it proves counts and not what it found.
_NEAR_ENOUGH = 0.002
_CENT = 0.011


class Best(NamedTuple):
    """What the solver found, and how low it proves that nothing can be."""

    end: End
    bound: float  # of position and class deviation, in percent; of orders where these are few
    gap: float  # between found and bound, as a part of what is found
    solved: bool


class Outcome(NamedTuple):
    """What came of one account: where each column ends, and how far from the target."""

    case: Case
    ends: Dict[str, End]
    off: Dict[str, Deviation]
    best: Optional[Best]
    refused: Dict[str, str]
    seconds: Dict[str, float]

    @property
    def least(self) -> Optional[float]:
        """The least deviation of positions and classes together; None where none is known."""
        if self.best is None or not self.best.solved:
            return None
        if self.best.gap > _NEAR_ENOUGH:
            return self.best.bound
        return min(self.off[name].both for name in ("optimum", "today", "new") if name in self.off)

    def is_low(self, name: str) -> bool:
        """Whether the cash ends under its target."""
        return self.ends[name].cash < self.case.class_targets[CASH] - _CENT

    def beats(self, name: str) -> bool:
        """Whether a peer is better on positions and classes, and leaves the cash that it must."""
        low = self.is_low(name) and self.ends[name].cash < self.ends["new"].cash
        return not low and is_better(self.off[name], self.off["new"])
