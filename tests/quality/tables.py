"""The tables of what was measured, a line for each that was asked for orders."""

from __future__ import annotations

from typing import Callable, List, Sequence

from measure import Deviation, over_best, spread
from outcomes import COLUMNS, Outcome

_HEAD = ("mean", "median", "p95", "worst")


def table(size: int, outcomes: Sequence[Outcome]) -> List[str]:
    """The lines of the table of one size; deviations in percent of the net asset value."""
    lines = [
        f"{size} positions, {len(outcomes)} accounts: {outcomes[0].case.name} to "
        f"{outcomes[-1].case.name}",
        f"{'':<9}{'of':>5}{'position deviation %':>36}{'class deviation %':>36}"
        f"{'both':>9}{'orders':>8}{'low cash':>9}{'seconds':>9}",
        f"{'':<14}{''.join(f'{name:>9}' for name in _HEAD * 2)}{'mean':>9}{'mean':>8}",
    ]
    lines += [_line(name, rows) for name in COLUMNS if (rows := _with(name, outcomes))]
    return [*lines, *_against_best(outcomes), *_refusals(outcomes)]


def _with(name: str, outcomes: Sequence[Outcome]) -> List[Outcome]:
    return [outcome for outcome in outcomes if name in outcome.off]


def _line(name: str, rows: Sequence[Outcome]) -> str:
    def of(figure: Callable[[Deviation], float]) -> str:
        return "".join(f"{one:>9.4f}" for one in spread([figure(row.off[name]) for row in rows]))

    both = sum(row.off[name].both for row in rows) / len(rows)
    orders = sum(row.ends[name].orders for row in rows) / len(rows)
    low = sum(row.is_low(name) for row in rows)
    times = [row.seconds[name] for row in rows if name in row.seconds]
    took = f"{sum(times) / len(times):>9.3f}" if times else ""
    return (
        f"{name:<9}{len(rows):>5}{of(lambda one: one.position)}{of(lambda one: one.asset_class)}"
        f"{both:>9.4f}{orders:>8.1f}{low:>9}{took}"
    )


def _against_best(outcomes: Sequence[Outcome]) -> List[str]:
    """Each column on the accounts whose best orders are known."""
    solved = [row for row in outcomes if row.least is not None]
    tried = sum(row.best is not None for row in outcomes)
    if not tried:
        return []
    worst = max((row.best.gap for row in solved if row.best), default=0.0)
    lines = [f"Solved {len(solved)} of {tried}, the largest gap {worst:.2%}. Over the best:"]
    for name in COLUMNS:
        known = [row for row in solved if name in row.off]
        if not known or name == "optimum":
            continue
        ours, least = [row.off[name].both for row in known], [row.least or 0.0 for row in known]
        single = spread([(one / low - 1) * 100 for one, low in zip(ours, least) if low > 1e-9])
        worst_case = max(known, key=lambda row: row.off[name].both - (row.least or 0.0))
        lines.append(
            f"  {name:<7}{over_best(ours, least):>8.2f}% of the mean; account by account median "
            f"{single.median:.2f}%, p95 {single.p95:.2f}%; most points at {worst_case.case.name}: "
            f"{worst_case.off[name].both:.4f} for {worst_case.least:.4f}"
        )
    return lines


def _refusals(outcomes: Sequence[Outcome]) -> List[str]:
    return [
        f"REFUSED {row.case.name} {name}: {why}"
        for row in outcomes
        for name, why in row.refused.items()
    ]
