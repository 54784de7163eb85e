"""The check of a household's bands: each share of the target again, from the raw input of all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ..targets.shares import centres_of, values_judged, widths_of
from .household_case import HouseholdCase

_ROUNDED = Decimal("0.00005")  # of a percentage


def bands_told(household: HouseholdCase) -> Iterator[str]:
    """Each share that has a band is told, with what it is, should be and may be, and no other."""
    told = household.document["household"]["bands"]
    if "band" not in household.asked:
        yield from (f"{row['name']} has no band" for row in told)
        return
    shares, whole = household.shares, household.whole
    centres, widths = centres_of(shares), widths_of(shares, household.asked)
    judged = values_judged(shares, household.together)
    names = {plain(name): name for name in set(shares.percents) - shares.closing}
    if sorted(names) != sorted(row["name"] for row in told):
        yield f"the shares with a band are {', '.join(sorted(names))}"
        return
    for row in told:
        name = names[row["name"]]
        held, centre = shares.totals.get(name, Decimal(0)), centres[name]
        found = {
            "current_pct": held * 100 / whole,
            "target_pct": shares.percents[name],
            "drift_pct": (held - centre) * 100 / whole,
            "band_pct": widths[name] * 100 / whole,
        }
        for field, value in found.items():
            if abs(Decimal(row[field]) - value) > _ROUNDED:
                yield f"{row['name']}: {field} is {value:.4f}, not {row[field]}"
        if row["inside"] != (abs(judged.get(name, Decimal(0)) - centre) <= widths[name]):
            yield f"{row['name']}: inside is not {row['inside']}"
