"""Checks of bands, share by share: what the plan says of them, and that nothing else moves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..total_checks import lost
from .asked import bands_by_share
from .class_values import bought_less_sold
from .shares import centres_of, values_judged, wanted_values, widths_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..case import Case

_ZERO = Decimal(0)
_CENT = Decimal("0.01")
_ROUNDING = Decimal("0.00005")


def share_bands(case: Case) -> Iterator[str]:
    """What is wrong with the figures of the bands and, with bands by share, with what moves."""
    yield from _figures(case)
    if bands_by_share(case.evidence.asked) and not case.raises_money():
        yield from _moves(case)


def _figures(case: Case) -> Iterator[str]:
    """How far each share is from its centre, and may be, by the input, in its own row."""
    rows = case.document["band"]["classes"]
    told = {row["asset_class"]: row for row in rows}
    shares = set(case.profile) - case.shares.closing
    if len(told) != len(rows) or not shares <= set(told) <= set(case.profile):
        yield f"the bands leave out or add {sorted(shares ^ set(told))[:3]}"
    centres, widths = centres_of(case.shares), widths_of(case.shares, case.evidence.asked)
    judged = values_judged(case.shares, case.evidence)
    for name in shares & set(told):
        row = told[name]
        # New money may be shown where it is, or where it goes.
        claims = [(row["band_pct"], {widths[name]})]
        off = {abs(values[name] - centres[name]) for values in (case.totals, judged)}
        claims.append((row["distance_pct"], off))
        for claim, amounts in claims:
            found = (abs(abs(Decimal(claim)) - one * 100 / case.whole) for one in amounts)
            if min(found) > _ROUNDING:
                yield f"{name}: {claim} is not what its band comes to"


def _moves(case: Case) -> Iterator[str]:
    """No share moves further than its band, new money and the cash's own band need, to a step.

    What cannot be sold, or not at all, changes where the money comes from and goes: then no more is
    known than that nothing moves where nothing has to.
    """
    wanted = wanted_values(case.shares, case.evidence)
    fixed = case.locked or any(row.kept for row in case.traded)
    if (fixed or "no-sell" in case.evidence.asked) and wanted != case.totals:
        return
    for name in case.traded_shares:
        trades = case.trades_of(name)
        if not trades:
            continue
        needed, moved = wanted[name] - case.totals[name], bought_less_sold(trades)
        # What whole units of the others lack, or take more, a share may sell, and what all costs.
        sells = needed < 0
        most = case.near + (max(lost(case), _ZERO) if sells else _ZERO)
        moved_rows = {id(row) for _, row in case.pairs}
        for row in case.traded:
            if row.share == name or (sells and (id(row) in moved_rows or case.is_coarse(row))):
                most += case.step_value(row) + _CENT
        beyond = abs(moved) - abs(needed) > most
        if needed * moved <= 0 or beyond:
            yield f"{name} moves by {moved:.2f}, where its band needs {needed:.2f}"
        for row in trades:
            if (row["action"] == "SELL") == (needed > 0) and needed:
                yield f"{row['action']} {row['symbol']} goes away from its target"
