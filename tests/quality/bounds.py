"""What must hold of the plans: each bound, what was measured, and whether it holds."""

from __future__ import annotations

import math
from typing import List, NamedTuple, Sequence

from measure import over_best
from outcomes import KINDS, Outcome

_OF = 200  # accounts in which a peer may be better twice
_BETTER = 2
_MOST_CLASS = 0.10  # percent at 500 positions: 10 basis points


class Bound(NamedTuple):
    """A sentence, a figure and what it may be at most."""

    text: str
    measured: float
    most: float

    @property
    def holds(self) -> bool:
        """Whether the figure is within the bound."""
        return self.measured <= self.most

    def __str__(self) -> str:
        told = "holds" if self.holds else "DOES NOT HOLD"
        return f"{self.text}: {self.measured:.2f}, at most {self.most:g}: {told}"


def bounds_of(size: int, outcomes: Sequence[Outcome]) -> List[Bound]:
    """The bounds on the plans of one size."""
    refused = sum("new" in row.refused for row in outcomes)
    found = [Bound(f"{size} positions: accounts refused", refused, 0)]
    planned = [row for row in outcomes if "new" in row.off]
    for kind in KINDS:
        rows = [row for row in planned if kind in row.off]
        if rows:
            better = [row.case.name for row in rows if row.beats(kind)]
            named = f" ({', '.join(better[:5])})" if better else ""
            text = f"{size} positions: {kind} is better on both, of {len(rows)}{named}"
            found.append(Bound(text, len(better), math.ceil(_BETTER * len(rows) / _OF)))
    known = [row for row in planned if row.least is not None]
    if not known and any(row.best for row in planned):
        found.append(Bound(f"{size} positions: none is solved", 1, 0))
    if known:
        over = over_best([row.off["new"].both for row in known], [row.least or 0 for row in known])
        text = f"{size} positions: percent over the best"
        found.append(Bound(text, over, 3.0 if size < 25 else 1.0))
    if size == 500 and planned:
        mean = sum(row.off["new"].asset_class for row in planned) / len(planned)
        found.append(Bound("500 positions: mean class deviation in percent", mean, _MOST_CLASS))
    return found
